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


class Work(Protocol):
    """What an export gives to those who write rows of their own."""

    decided: Any
    workspace: Any

    def chunks(self, numbers: Sequence[int]) -> Iterator[pl.DataFrame]:
        """sample_no, key, format and raw, some thousand rows at a time."""

    def conversation(self, key: str, form: str, raw: str) -> Conversation:
        """A row as a conversation."""

    def names(self, numbers: Sequence[int], packs: bool = False) -> dict[int, dict[str, str]]:
        """How each sample's images are named, by their reference."""


def rows(work: Work, written: Format, kind: str, numbers: Sequence[int]) -> Iterator[str]:
    """Rows of the format as JSON text: pairs of the exported samples, or labels of all that were decided."""
    if kind == "dpo":
        yield from _pairs(work, written, numbers)
    else:
        yield from _labels(work, written)


def _pairs(work: Work, written: Format, numbers: Sequence[int]) -> Iterator[str]:
    for key, said, images in _said(work, numbers, work.decided.edits):
        for index, response in sorted(_rewritten(work.decided.edits[key], said).items()):
            asked = _until(said, index)
            original = pairs(said.messages)[index].response or ""
            assert written.dpo is not None
            yield orjson.dumps(written.dpo(asked, images, response, original)).decode()


def _labels(work: Work, written: Format) -> Iterator[str]:
    wanted = {key: verdict for key, verdict in work.decided.verdicts.items() if verdict in ("approve", "reject")}
    numbers = samples.numbers_of(work.workspace.store, list(wanted))
    for key, said, images in _said(work, numbers, wanted):
        if any(one.role == "assistant" for one in said.messages):
            assert written.kto is not None
            yield orjson.dumps(written.kto(said, images, wanted[key] == "approve")).decode()


def _said(
    work: Work, numbers: Sequence[int], keys: Mapping[str, Any]
) -> Iterator[tuple[str, Conversation, tuple[str, ...]]]:
    """(key, conversation as imported, image names) of the samples with these keys."""
    for frame in work.chunks(numbers):
        mine = frame.filter(pl.col("key").is_in(list(keys)))
        named = work.names(mine["sample_no"].to_list())
        for number, key, form, raw in mine.select("sample_no", "key", "format", "raw").iter_rows():
            said = image_marks.marked(work.conversation(key, form, raw))
            yield key, said, tuple(named.get(number, {}).get(ref, ref) for ref in said.images)


def _rewritten(edits: Edits, said: Conversation) -> dict[int, str]:
    """The new response of each turn that people wrote anew, by the turn's index."""
    original = pairs(said.messages)
    return {
        index: edit.response
        for index, edit in edits.items()
        if not edit.drop
        and edit.response is not None
        and index < len(original)
        and original[index].response not in (None, edit.response)
    }


def _until(said: Conversation, index: int) -> Conversation:
    """The conversation up to a turn's instruction, its response left out."""
    asked, answered = positions(said.messages)[index]
    end = answered if answered is not None else (asked or 0) + 1
    return replace(said, messages=said.messages[:end])
