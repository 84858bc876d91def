"""Rows whose columns a person has named: an instruction and a response, or a whole conversation, and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from curation.formats import column_mapping, columns, inner, media, minigpt4, texts
from curation.formats.column_mapping import ABSENT, ColumnMapping
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, name_of, names_of, text_of
from scoring.json_types import JsonObject

_ASKED = (*texts.ASKED, "user", "human", "q")
_ANSWERED = (*texts.ANSWERED, "assistant", "gpt", "bot", "a")
_MEMBERS = ("chosen", "rejected")


@lru_cache(maxsize=256)
def format_of(mapping: ColumnMapping) -> Format:
    """The format of rows that are read by a mapping.

    Args:
        mapping: Which columns hold what.

    Returns:
        A format that reads and changes such rows; it writes none.
    """
    reader = _MappedRows(mapping)
    return Format(
        name=mapping.name,
        title="Mapped columns",
        about=f"Rows read by the mapping {mapping.option}.",
        example="",
        recognise=reader.recognise,
        read=reader.read,
        rewrite=reader.rewrite,
        marks_images=False,
        containers=columns.FORMAT.containers,
        general=True,
    )


class _AnsweredQuestion(NamedTuple):
    """An instruction and its response: one turn."""

    instruction: str
    response: str


class _MappedRows:
    """Reads and changes rows by a mapping."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._columns = mapping.columns

    def recognise(self, row: object) -> bool:
        """True for a row with the columns that hold its texts."""
        needed = [self._columns[role] for role in ("instruction", *_ANSWERS) if role in self._columns]
        return isinstance(row, dict) and all(column_mapping.value(row, column) is not ABSENT for column in needed)

    def read(self, row: object) -> Conversation:
        """The row's conversation. Raises RejectedRowError, `missing_column` for a row without a column of texts."""
        if not isinstance(row, dict):
            raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
        images = tuple(name for role in ("image", "images") for name in _references(self._optional(row, role)))
        videos = media.videos({"video": column_mapping.unpacked(self._optional(row, "video"))})
        if "messages" in self._columns:
            conversation = self._whole(row)
            images = images or conversation.images
        else:
            conversation = Conversation(None, self._messages(row, "".join(images)), ())
        system = self._optional(row, "system")
        rejected = self._optional(row, "rejected")
        return replace(
            conversation,
            source_id=name_of(self._optional(row, "id")),
            images=images,
            videos=videos or conversation.videos,
            system=system if isinstance(system, str) else conversation.system,
            rejected=conversation.rejected if rejected is None else _text(rejected, "rejected response"),
        )

    def rewrite(self, row: JsonObject, changed: Mapping[int, str | None]) -> JsonObject:
        """Puts new texts into the columns that they came from.

        Args:
            row: Parsed row that `read` accepts.
            changed: New text by the message's position; a turn whose texts are None goes, unless it is the only one.

        Returns:
            A new row with everything else as it was.
        """
        if "messages" not in self._columns:
            return self._rewritten_turns(row, changed)
        inner_row = self._inner_row(row)
        inner_format = inner.format_of(inner_row)
        if inner_format is None:
            listed = column_mapping.unpacked(self._required(row, "messages"))
            return self._put(row, "messages", _rewritten_pairs(listed if isinstance(listed, list) else [], changed))
        after = inner_format.rewrite(inner_row, changed)
        for role, member in ((role, _member_of(inner_row, role)) for role in ("messages", *_MEMBERS)):
            if member in inner_row and after.get(member) != inner_row[member]:
                row = self._put(row, role, after.get(member))
        return row

    def _whole(self, row: JsonObject) -> Conversation:
        inner_row = self._inner_row(row)
        inner_format = inner.format_of(inner_row)
        if inner_format is not None:
            return inner_format.read(inner_row)
        turns = _pairs(column_mapping.unpacked(self._required(row, "messages")), self._columns["messages"])
        if not turns:
            raise RejectedRowError("no_conversation", f"The column {self._columns['messages']!r} is empty.")
        return Conversation(None, _messages(turns), ())

    def _inner_row(self, row: JsonObject) -> JsonObject:
        """The conversation as a row of the format that its messages have."""
        listed = column_mapping.unpacked(self._required(row, "messages"))
        is_llava = isinstance(listed, list) and bool(listed) and isinstance(listed[0], dict) and "from" in listed[0]
        answers = {role: self._optional(row, role) for role in _MEMBERS if role in self._columns}
        return {"conversations" if is_llava else "messages": listed or None, **answers}

    def _messages(self, row: JsonObject, name: str) -> tuple[Message, ...]:
        turns = _pairs(column_mapping.unpacked(self._optional(row, "history")), self._columns.get("history", ""))
        return _messages([*turns, self._last(row, name)])

    def _last(self, row: JsonObject, name: str = "") -> _AnsweredQuestion:
        """The turn in columns of its own; a caption gets an instruction of ours."""
        answer = _text(self._required(row, self._answer), "response")
        if "instruction" not in self._columns:
            return _AnsweredQuestion(minigpt4.instruction(name), answer)
        return _AnsweredQuestion(text_of(self._required(row, "instruction"), "instruction"), answer)

    def _rewritten_turns(self, row: JsonObject, changed: Mapping[int, str | None]) -> JsonObject:
        listed = column_mapping.unpacked(self._optional(row, "history"))
        earlier = listed if isinstance(listed, list) else []
        turns = _changed([*_pairs(earlier, ""), self._last(row)], changed)
        *kept, last = [(number, turn) for number, turn in enumerate(turns) if turn] or [(len(earlier), self._last(row))]
        new_row = self._with_last(row, last[1])
        new_history = [_with_pair(earlier[number], turn) for number, turn in kept]
        return new_row if new_history == earlier else self._put(new_row, "history", new_history)

    def _with_last(self, row: JsonObject, last: _AnsweredQuestion) -> JsonObject:
        before = self._last(row)
        if "instruction" in self._columns and last.instruction != before.instruction:
            row = self._put(row, "instruction", last.instruction)
        if last.response != before.response:
            row = self._put(row, self._answer, _with_text(self._required(row, self._answer), last.response))
        return row

    def _put(self, row: JsonObject, role: str, new: object) -> JsonObject:
        column = self._columns[role]
        before = column_mapping.value(row, column)
        if new == column_mapping.unpacked(before):
            return row
        return column_mapping.replaced(row, column, column_mapping.repacked(new, before) if new is not None else None)

    @property
    def _answer(self) -> str:
        return "response" if "response" in self._columns else "chosen"

    def _required(self, row: JsonObject, role: str) -> object:
        held_value = column_mapping.value(row, self._columns[role])
        if held_value is ABSENT:
            raise RejectedRowError("missing_column", f"The row has no column {self._columns[role]!r} ({role}).")
        return held_value

    def _optional(self, row: JsonObject, role: str) -> object:
        held_value = column_mapping.value(row, self._columns[role]) if role in self._columns else None
        return None if held_value is ABSENT else held_value


_ANSWERS = ("messages", "response", "chosen")


def _member_of(inner_row: JsonObject, role: str) -> str:
    return "conversations" if role == "messages" and "conversations" in inner_row else role


def _messages(turns: Sequence[_AnsweredQuestion]) -> tuple[Message, ...]:
    return tuple(
        message for question, answer in turns for message in (Message("user", question), Message("assistant", answer))
    )


def _pairs(listed: object, column: str) -> list[_AnsweredQuestion]:
    """The turns of a list of pairs. Raises RejectedRowError `no_conversation` or `bad_message`."""
    if listed in (None, "", []):
        return []
    if not isinstance(listed, list):
        raise RejectedRowError("bad_message", f"The column {column!r} is a {type(listed).__name__}, not a list.")
    return [_pair(entry, column) for entry in listed]


def _pair(entry: object, column: str) -> _AnsweredQuestion:
    if isinstance(entry, list) and len(entry) == 2:
        return _AnsweredQuestion(text_of(entry[0], "instruction"), text_of(entry[1], "response"))
    if isinstance(entry, dict):
        question, answer = _keys(entry)
        if answer:
            instruction = text_of(entry[question], question) if question else ""
            return _AnsweredQuestion(instruction, text_of(entry[answer], answer))
    raise RejectedRowError("bad_message", f"An entry of the column {column!r} is no question with its answer.")


def _keys(entry: JsonObject) -> tuple[str, str]:
    lower = {str(name).lower(): name for name in entry}
    question, answer = (next((lower[name] for name in known if name in lower), "") for known in (_ASKED, _ANSWERED))
    return question, answer


def _with_pair(entry: object, turn: _AnsweredQuestion) -> object:
    if isinstance(entry, list):
        return [turn.instruction, turn.response] if _pair(entry, "") != turn else entry
    assert isinstance(entry, dict)
    question, answer = _keys(entry)
    new_texts = {answer: turn.response} | ({question: turn.instruction} if question else {})
    return {**entry, **new_texts} if _pair(entry, "") != turn else entry


def _rewritten_pairs(listed: Sequence[object], changed: Mapping[int, str | None]) -> list[object]:
    turns = _changed([_pair(entry, "") for entry in listed], changed)
    return [_with_pair(entry, turn) for entry, turn in zip(listed, turns, strict=True) if turn]


def _changed(turns: Sequence[_AnsweredQuestion], changed: Mapping[int, str | None]) -> list[_AnsweredQuestion | None]:
    """The turns with new texts, None for one that goes; each has two messages."""
    new_turns: list[_AnsweredQuestion | None] = []
    for number, turn in enumerate(turns):
        instruction, response = changed.get(2 * number, turn[0]), changed.get(2 * number + 1, turn[1])
        new_turns.append(None if instruction is None or response is None else _AnsweredQuestion(instruction, response))
    return new_turns


def _text(answer: object, field: str) -> str:
    """A response: a text, or the last of messages."""
    entry = answer[-1] if isinstance(answer, list) and answer else answer
    if isinstance(entry, dict):
        entry = entry.get("content", entry.get("value", entry.get("text")))
    return text_of(entry, field)


def _with_text(answer: object, new_text: str) -> object:
    if isinstance(answer, list) and answer:
        return [*answer[:-1], _with_text(answer[-1], new_text)]
    if isinstance(answer, dict):
        member = next((name for name in ("content", "value", "text") if name in answer), "content")
        return {**answer, member: new_text}
    return new_text


def _references(held_value: object) -> tuple[str, ...]:
    """The pictures in a column: names, objects of bytes or path, numbers of which files are named."""
    listed = held_value if isinstance(held_value, list) else [held_value]
    return tuple(name for entry in listed for name in names_of(_reference(entry)))


def _reference(entry: object) -> object:
    if isinstance(entry, dict):
        known = ("bytes", "path", "url", "image", "file_name", "filename", "image_path", "name")
        return next((entry[name] for name in known if entry.get(name)), None)
    if isinstance(entry, int) and not isinstance(entry, bool):
        return f"{entry}.jpg"
    return f"{entry}.jpg" if isinstance(entry, str) and entry.isdecimal() else entry
