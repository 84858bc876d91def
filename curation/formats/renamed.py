"""Rows of LLaMA-Factory under names of their own, as `columns` and `tags` of a `dataset_info.json` give them.

(https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from curation.formats import alpaca, answers, messages
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError
from scoring.json_types import JsonObject

PREFIX = "llamafactory:"
"""How the format of such a set is called: this, and what its entry says as JSON."""
_ALPACA = {"prompt": "instruction", "query": "input", "response": "output"}
"""What the columns of an alpaca set are called there, where their name in rows is another."""
_SHAREGPT = {"messages": "conversations"}
_TAGS = {
    "role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt",
    "observation_tag": "observation", "function_tag": "function_call", "system_tag": "system",
}  # fmt: skip
_ROLES = {
    "user_tag": "user", "assistant_tag": "assistant", "observation_tag": "observation",
    "function_tag": "function_call", "system_tag": "system",
}  # fmt: skip
_COLUMNS = ("prompt", "query", "response", "history", "messages", "system", "tools", "images", "videos", "audios",
            "chosen", "rejected", "kto_tag")  # fmt: skip


def name_of_entry(entry: JsonObject) -> str:
    """The name of the format in which a set's rows are read.

    Args:
        entry: What `dataset_info.json` says of the set.

    Returns:
        A format's own name where the set uses its names, else one that holds the set's.
    """
    columns, tags = entry.get("columns") or {}, {**_TAGS, **(entry.get("tags") or {})}
    if entry.get("formatting", "alpaca") == "alpaca":
        usual = all(column == _ALPACA.get(name, name) for name, column in columns.items())
        return "alpaca" if usual else _name(entry)
    others = all(column == name for name, column in columns.items() if name != "messages")
    roles_are_usual = all(messages.ROLES.get(tags[tag]) == messages.ROLES[role] for tag, role in _ROLES.items())
    listed = (columns.get("messages", "conversations"), tags["role_tag"], tags["content_tag"])
    if others and roles_are_usual and listed == ("messages", "role", "content"):
        return "llamafactory"
    return "llava" if others and roles_are_usual and listed == ("conversations", "from", "value") else _name(entry)


def of_name(name: str) -> Format | None:
    """The format of a name that holds a set's own names, None for any other name."""
    return _format(name) if name.startswith(PREFIX) else None


def _name(entry: JsonObject) -> str:
    names = {key: entry[key] for key in ("formatting", "columns", "tags") if entry.get(key)}
    return PREFIX + orjson.dumps(names).decode()


@lru_cache(maxsize=64)
def _format(name: str) -> Format | None:
    try:
        names = orjson.loads(name.removeprefix(PREFIX))
    except orjson.JSONDecodeError:
        return None
    columns, tags = (names.get(key) or {} for key in ("columns", "tags"))
    if not all(isinstance(value, str) for value in (*columns.values(), *tags.values())):
        return None
    is_alpaca = names.get("formatting", "alpaca") == "alpaca"
    usual = _ALPACA if is_alpaca else _SHAREGPT
    reader = _RenamedRows(
        {usual.get(column, column): columns.get(column, usual.get(column, column)) for column in _COLUMNS},
        {**_TAGS, **tags},
        is_alpaca,
    )
    return Format(
        name=name,
        title="LLaMA-Factory, own names",
        about="A set whose `dataset_info.json` names its columns and tags.",
        example="",
        recognise=lambda row: isinstance(row, dict),
        read=reader.read,
        rewrite=reader.rewrite,
        marks_images=not is_alpaca,
        roles=("user", "assistant", "system", "call", "tool"),
        general=True,
    )


@dataclass(frozen=True)
class _RenamedRows:
    """Reads and changes rows: the set's name of each member by its usual name, and of each tag."""

    columns: Mapping[str, str]
    tags: Mapping[str, str]
    is_alpaca: bool

    def read(self, row: Any) -> Conversation:
        """The row as if it had the usual names. Raises RejectedRowError as rows of the usual names do."""
        if not isinstance(row, dict):
            raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
        usual = self._usual(row)
        return alpaca.read(usual) if self.is_alpaca else messages.conversation(usual)

    def rewrite(self, row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
        """Replaces texts of the messages.

        Args:
            row: Parsed row that `read` accepts.
            texts: New text by the message's position; a message whose text is None is left out.

        Returns:
            A new row with everything else as it was.
        """
        usual = self._usual(row)
        changed = (alpaca.rewrite if self.is_alpaca else messages.rewrite_row)(usual, texts)
        if not self.is_alpaca:
            usual, changed = ({**fields, "conversations": fields.get("messages")} for fields in (usual, changed))
        new_row = dict(row)
        for name, column in self.columns.items():
            if name in changed and changed[name] != usual.get(name):
                new_row[column] = self._own(changed[name])
            elif name not in changed and column in new_row:
                del new_row[column]
        return new_row

    def _usual(self, row: JsonObject) -> JsonObject:
        fields = {name: row[column] for name, column in self.columns.items() if column in row}
        if "id" in row:
            fields["id"] = row["id"]
        if self.is_alpaca:
            return fields
        listed = messages.checked(fields.pop("conversations", None))
        fields["messages"] = [self._message(entry) for entry in listed]
        for name in (answers.GIVEN[0], answers.REJECTED[0]):
            if isinstance(fields.get(name), dict):
                fields[name] = self._message(fields[name])
        return fields

    def _message(self, entry: JsonObject) -> JsonObject:
        """A message with its speaker and text also under the usual names."""
        speaker = entry.get(self.tags["role_tag"])
        role = next((role for tag, role in _ROLES.items() if self.tags[tag] == speaker), speaker)
        return {**entry, _SPEAKER: role, _TEXT: entry.get(self.tags["content_tag"])}

    def _own(self, value: object) -> object:
        """A changed value under the set's names."""
        if self.is_alpaca:
            return value
        if isinstance(value, list):
            return [self._own(entry) for entry in value]
        if not isinstance(value, dict) or _TEXT not in value:
            return value
        renamed = {self.tags["role_tag"], self.tags["content_tag"]}
        others = {name: member for name, member in value.items() if name not in {_SPEAKER, _TEXT} - renamed}
        speaker = next((self.tags[tag] for tag, role in _ROLES.items() if role == value.get(_SPEAKER)), None)
        return {**others, self.tags["role_tag"]: speaker or value.get(_SPEAKER), self.tags["content_tag"]: value[_TEXT]}


_SPEAKER, _TEXT = "role", "content"
