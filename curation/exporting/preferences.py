"""Preference data from people's decisions: an edited response against the original, and verdicts on whole samples.

DPO (Rafailov et al., 2023, https://arxiv.org/abs/2305.18290) wants a chosen and a rejected response to one prompt, KTO
(Ethayarajh et al., 2024, https://arxiv.org/abs/2402.01306) a response and whether it is desired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import orjson
import polars as pl

from curation.exporting import image_marks
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, pairs, positions
from curation.recipes.edits import Edits
from storage import samples

KINDS = ("dpo", "kto")


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

    def names(self, numbers: Sequence[int], packs: bool = False) -> dict[int, dict[str, str]]:
        """Says how each sample's images are named.

        Args:
            numbers: Numbers of the samples.
            packs: True where rows hold the bytes of their images.

        Returns:
            Names by reference, by the sample's number.
        """


def rows(work: ExportWork, written: Format, kind: str, numbers: Sequence[int]) -> Iterator[str]:
    """Makes the rows of a preference file: pairs of the exported samples, or labels of all that were decided.

    Args:
        work: Gives rows, people's decisions and names of images.
        written: Format to write.
        kind: "dpo" for pairs, "kto" for labels.
        numbers: Numbers of the exported samples in row order.

    Yields:
        JSON text of each row.
    """
    if kind == "dpo":
        yield from _pairs(work, written, numbers)
    else:
        yield from _labels(work, written)


def _pairs(work: ExportWork, written: Format, numbers: Sequence[int]) -> Iterator[str]:
    for key, conversation, images in _conversations(work, numbers, work.decided.edits):
        for index, response in sorted(_rewritten(work.decided.edits[key], conversation).items()):
            prompt = _until(conversation, index)
            original = pairs(conversation.messages)[index].response or ""
            assert written.dpo is not None
            yield orjson.dumps(written.dpo(prompt, images, response, original)).decode()


def _labels(work: ExportWork, written: Format) -> Iterator[str]:
    verdicts = {key: verdict for key, verdict in work.decided.verdicts.items() if verdict in ("approve", "reject")}
    numbers = samples.numbers_of(work.workspace.store, list(verdicts))
    for key, conversation, images in _conversations(work, numbers, verdicts):
        if any(message.role == "assistant" for message in conversation.messages):
            assert written.kto is not None
            yield orjson.dumps(written.kto(conversation, images, verdicts[key] == "approve")).decode()


def _conversations(
    work: ExportWork, numbers: Sequence[int], keys: Mapping[str, Any]
) -> Iterator[tuple[str, Conversation, tuple[str, ...]]]:
    """(key, conversation as imported, image names) of the samples with these keys."""
    for frame in work.chunks(numbers):
        keyed = frame.filter(pl.col("key").is_in(list(keys)))
        named = work.names(keyed["sample_no"].to_list())
        for number, key, form, raw in keyed.select("sample_no", "key", "format", "raw").iter_rows():
            conversation = image_marks.marked(work.conversation(key, form, raw))
            yield key, conversation, tuple(named.get(number, {}).get(ref, ref) for ref in conversation.images)


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


def _until(conversation: Conversation, index: int) -> Conversation:
    """The conversation up to a turn's instruction, its response left out."""
    instruction_position, response_position = positions(conversation.messages)[index]
    end = response_position if response_position is not None else (instruction_position or 0) + 1
    return replace(conversation, messages=conversation.messages[:end])
