"""One turn in a row's members, which several published shapes share: a question and an answer, or a caption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curation.formats import minigpt4
from curation.formats.conversation import Message, RejectedRowError, text_of
from scoring.json_types import JsonObject

ASKED = ("question", "instruction", "prompt", "query")
ANSWERED = ("answer", "response", "output", "outputs", "completion", "chosen", "label", "answers", "ground_truth")
CAPTIONS = ("text", "txt", "caption", "captions", "description", "title")


def read(row: JsonObject, name: str) -> tuple[Message, ...]:
    """Reads instruction and response; a caption gets an instruction of ours.

    Args:
        row: Row with a text in a known column.
        name: The row's name, which picks the instruction of a caption: always the same one for the same name.

    Returns:
        A user message and an assistant message.

    Raises:
        RejectedRowError: `no_conversation` where no column has a known name, `bad_message` where a text is none.
    """
    instruction_column, response_column = columns(row)
    if not response_column:
        raise RejectedRowError("no_conversation", "The row has neither a question with its answer nor a caption.")
    instruction = (
        text_of(row[instruction_column], instruction_column) if instruction_column else minigpt4.instruction(name)
    )
    return (Message("user", instruction), Message("assistant", text_of(_first(row[response_column]), response_column)))


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces the texts in the row's columns; an instruction of ours is not part of the row and cannot be changed.

    Args:
        row: Row with a text in a known column.
        texts: New text by position, instruction at 0 and response at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    changed: JsonObject = {}
    for position, column in enumerate(columns(row)):
        if column and texts.get(position) is not None:
            others = row[column][1:] if isinstance(row[column], list) else None
            changed[column] = texts[position] if others is None else [texts[position], *others]
    return {**row, **changed}


def columns(row: JsonObject) -> tuple[str, str]:
    """The columns of instruction and response, in whichever case; "" for one that there is not."""
    instruction_column = _named(row, ASKED)
    response_column = _named(row, ANSWERED) if instruction_column else ""
    return (instruction_column, response_column) if response_column else ("", _named(row, CAPTIONS))


def _named(row: JsonObject, names: Sequence[str]) -> str:
    written = next((name for name in names if name in row), "")
    if written:
        return written
    by_name = {name.lower(): name for name in reversed(row)}
    return next((by_name[name] for name in names if name in by_name), "")


def _first(value: object) -> object:
    """The first of several answers that are all right, as DocVQA has them; a label of FiftyOne by its name."""
    if isinstance(value, list) and value and all(isinstance(entry, str) for entry in value):
        return value[0]
    if isinstance(value, dict) and "_cls" in value:
        return value.get("label")
    return value
