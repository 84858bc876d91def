"""Preference data from people's decisions: an edited response against the original, and verdicts on whole samples.

DPO (Rafailov et al., 2023, https://arxiv.org/abs/2305.18290) wants a chosen and a rejected response to one prompt, KTO
(Ethayarajh et al., 2024, https://arxiv.org/abs/2402.01306) a response and whether it is desired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import orjson
import polars as pl

from curation.exporting import conversion
from curation.exporting.conversion import IMAGE
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, pairs, positions
from curation.recipes.edits import Edits, TurnEdit
from storage import samples

KINDS = ("dpo", "kto")
MEMBERS = {"dpo": ('"rejected',), "kto": ('"label"', '"kto_tag"')}
"""How the JSON of a row shows that it may hold a preference of its own."""


class ExportWork(Protocol):
    """What an export gives to those who write rows of their own."""

    decided: Any
    workspace: Any

    def chunks(self, numbers: Sequence[int]) -> Iterator[pl.DataFrame]:
        """sample_no, key, format and raw, some thousand rows at a time."""

    def conversation(self, key: str, form: str, raw: str) -> Conversation:
        """Reads a row as a conversation.

        Args:
            key: Key of the sample.
            form: Name of the row's format.
            raw: The row's JSON text.

        Returns:
            The conversation with people's verdicts on its spans.
        """

    def names(self, numbers: Sequence[int], target: Format) -> dict[int, dict[str, str]]:
        """Says how each sample's images are named.

        Args:
            numbers: Numbers of the samples.
            target: Format whose rows name them.

        Returns:
            Names by reference, by the sample's number.
        """


def rows(work: ExportWork, written: Format, kind: str, numbers: Sequence[int]) -> Iterator[str]:
    """Makes the rows of a preference file: of people's decisions, and of what came with the exported rows.

    Args:
        work: Gives rows, people's decisions and names of images.
        written: Format to write.
        kind: "dpo" for pairs of the exported samples, "kto" for labels of all that were decided.
        numbers: Numbers of the exported samples in row order.

    Yields:
        JSON text of each row.
    """
    if kind == "dpo":
        yield from _pairs(work, written, numbers)
    else:
        yield from _labels(work, written, numbers)


def _pairs(work: ExportWork, written: Format, numbers: Sequence[int]) -> Iterator[str]:
    assert written.dpo is not None
    for key, conversation, images in _conversations(work, written, numbers):
        edits = work.decided.edits.get(key, {})
        original = pairs(conversation.messages)
        for index, response in sorted(_rewritten(edits, conversation).items()):
            prompt = _until(conversation, index)
            worse = original[index].response or ""
            yield orjson.dumps(written.dpo(prompt, _shown(prompt, images), response, worse)).decode()
        last = len(original) - 1
        if conversation.rejected is None or last < 0 or edits.get(last, TurnEdit()).drop:
            continue
        preferred = edits.get(last, TurnEdit()).response or original[last].response
        if preferred is not None and preferred != conversation.rejected:
            prompt = _until(conversation, last)
            yield orjson.dumps(written.dpo(prompt, _shown(prompt, images), preferred, conversation.rejected)).decode()


def _labels(work: ExportWork, written: Format, numbers: Sequence[int]) -> Iterator[str]:
    """A person's verdict on a sample counts more than the label that it came with."""
    assert written.kto is not None
    verdicts = {key: verdict for key, verdict in work.decided.verdicts.items() if verdict in ("approve", "reject")}
    decided = samples.numbers_of(work.workspace.store, list(verdicts))
    every = samples.in_row_order(work.workspace.store, np.union1d(decided, numbers).astype(np.int64))
    for key, conversation, images in _conversations(work, written, every):
        messages = conversation.messages
        desired = verdicts[key] == "approve" if key in verdicts else conversation.desired
        last = next((length for length in range(len(messages), 0, -1) if messages[length - 1].role == "assistant"), 0)
        if desired is not None and last:
            answered = replace(conversation, messages=messages[:last])
            yield orjson.dumps(written.kto(answered, _shown(answered, images), desired)).decode()


def _conversations(
    work: ExportWork, written: Format, numbers: Sequence[int]
) -> Iterator[tuple[str, Conversation, tuple[str, ...]]]:
    """(key, conversation as imported, image names) of the samples that have anything to say."""
    for frame in work.chunks(numbers):
        candidates = [
            (number, key, conversation)
            for number, key, form, raw in frame.select("sample_no", "key", "format", "raw").iter_rows()
            if _may_say(work, key, raw)
            for conversation in [work.conversation(key, form, raw)]
        ]
        named = work.names([number for number, *_ in candidates], written)
        for number, key, conversation in candidates:
            prepared = conversion.prepared(conversation, written)
            yield key, prepared, tuple(named.get(number, {}).get(ref, ref) for ref in conversation.images)


def _may_say(work: ExportWork, key: str, raw: str) -> bool:
    """True for a sample that people decided on, and for a row that may hold a preference of its own."""
    return (
        key in work.decided.edits
        or key in work.decided.verdicts
        or any(text in raw for texts in MEMBERS.values() for text in texts)
    )


def _rewritten(edits: Edits, conversation: Conversation) -> dict[int, str]:
    """The new response of each turn that people wrote anew, by the turn's index."""
    original = pairs(conversation.messages)
    return {
        index: edit.response
        for index, edit in edits.items()
        if not edit.drop
        and edit.response is not None
        and index < len(original)
        and original[index].response not in (None, edit.response)
    }


def _shown(row: Conversation, images: tuple[str, ...]) -> tuple[str, ...]:
    """The images that a part of a conversation marks, which are its first ones."""
    return images[: sum(message.text.count(IMAGE) for message in row.messages)]


def _until(conversation: Conversation, index: int) -> Conversation:
    """The conversation up to a turn's instruction, its response left out."""
    instruction_position, response_position = positions(conversation.messages)[index]
    end = response_position if response_position is not None else (instruction_position or 0) + 1
    return replace(conversation, messages=conversation.messages[:end])
