"""One turn in a row's members, which several published shapes share: a question and an answer, or a caption."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from curation.formats import minigpt4
from curation.formats.conversation import Message, RejectedRowError, text_of

ASKED = ("question", "instruction", "prompt", "query")
ANSWERED = ("answer", "response", "output", "outputs", "completion", "label")
CAPTIONS = ("text", "txt", "caption", "captions", "description", "title")


def read(row: Mapping[str, Any], name: str) -> tuple[Message, ...]:
    """Instruction and response; a caption gets an instruction of ours, always the same one for the same `name`.

    Raises RejectedRowError `no_conversation` or `bad_message`.
    """
    asked, answered = columns(row)
    if not answered:
        raise RejectedRowError("no_conversation", "The row has neither a question with its answer nor a caption.")
    listed = minigpt4.INSTRUCTIONS
    instruction = text_of(row[asked], asked) if asked else listed[zlib.crc32(name.encode()) % len(listed)]
    return (Message("user", instruction), Message("assistant", text_of(row[answered], answered)))


def rewrite(row: Mapping[str, Any], texts: Mapping[int, str | None]) -> dict[str, Any]:
    """The row with other texts; an instruction of ours is not part of it and cannot be changed."""
    changed = {
        column: texts[place] for place, column in enumerate(columns(row)) if column and texts.get(place) is not None
    }
    return {**row, **changed}


def columns(row: Mapping[str, Any]) -> tuple[str, str]:
    """The columns of instruction and response, "" for one that there is not."""
    asked = next((name for name in ASKED if name in row), "")
    answered = next((name for name in ANSWERED if name in row), "") if asked else ""
    return (asked, answered) if answered else ("", next((name for name in CAPTIONS if name in row), ""))
