"""One turn in a row's members, which several published shapes share: a question and an answer, or a caption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curation.formats import minigpt4
from curation.formats.conversation import Message, RejectedRowError, text_of
from scoring.json_types import JsonObject

ASKED = ("question", "instruction", "prompt", "query", "input", "problem", "prefix")
ANSWERED = ("answer", "response", "output", "outputs", "completion", "chosen", "label", "answers", "ground_truth",
            "solution", "suffix")  # fmt: skip
CAPTIONS = ("text", "txt", "caption", "captions", "description", "title")

_ASKED_BY_NUMBER = "question_id"
_SAID_IN = ("answer", "label", "en", "text")
"""Members of an object that stands for a text: an answer of VQAv2, a label of FiftyOne, a language of DocVQA."""


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
        text_of(_first(row[instruction_column]), instruction_column)
        if instruction_column
        else minigpt4.instruction(name)
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
            changed[column] = _with_first(row[column], texts[position])
    return {**row, **changed}


def columns(row: JsonObject) -> tuple[str, str]:
    """The columns of instruction and response, in whichever case; "" for one that there is not."""
    instruction_column = member(row, ASKED)
    if _ASKED_BY_NUMBER in row and isinstance(row.get("text"), str):
        # LLaVA's files of questions have them as `text`, its files of answers as `prompt`, and POPE `text` and `label`
        asked_in = instruction_column or "text"
        answered_in = "text" if instruction_column else member(row, ANSWERED)
        return (asked_in, answered_in) if answered_in else ("", "")
    response_column = member(row, ANSWERED) if instruction_column else ""
    return (instruction_column, response_column) if response_column else ("", member(row, CAPTIONS))


def member(row: JsonObject, names: Sequence[str]) -> str:
    """The first of these members that a row has, in whichever case; "" for none."""
    written = next((name for name in names if name in row), "")
    if written:
        return written
    by_name = {name.lower(): name for name in reversed(row)}
    return next((by_name[name] for name in names if name in by_name), "")


def _first(value: object) -> object:
    """The first of several answers that are all right, as DocVQA and VQAv2 have them, or what an object says."""
    if isinstance(value, list) and value and all(isinstance(entry, str | dict) for entry in value):
        return _first(value[0])
    if isinstance(value, dict) and (member := next((name for name in _SAID_IN if name in value), None)):
        return value[member]
    return value


def _with_first(value: object, text: str | None) -> object:
    """The value with another text where `_first` finds one."""
    if isinstance(value, list) and value:
        return [_with_first(value[0], text), *value[1:]]
    if isinstance(value, dict) and (member := next((name for name in _SAID_IN if name in value), None)):
        return {**value, member: text}
    return text
