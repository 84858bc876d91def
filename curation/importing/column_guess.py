"""Guesses from names and values which columns of a table hold the parts of a conversation; a person confirms it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from curation.formats import column_mapping, conversation
from curation.formats.column_mapping import ABSENT
from curation.images import inline

MOST_ROWS = 20
"""Rows whose values are looked at."""
_WORDS = {
    "instruction": "instruction question prompt query ask problem request input user human q",
    "response": (
        "response answer output completion reply solution target assistant gpt bot label caption description text "
        "groundtruth a"
    ),
    "image": "image img picture photo pic figure filename file path url",
    "video": "video clip movie frames",
    "system": "system",
    "history": "history",
    "messages": "messages message conversations conversation dialog dialogue chat turns qapairs qas",
    "chosen": "chosen preferred accepted",
    "rejected": "rejected reject dispreferred",
    "id": "id uid uuid key index idx questionid sampleid",
    "split": "split subset fold",
}
"""How columns are called, the surest word first."""
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]+")
_MESSAGE_KEYS = {"role", "from"}


def guess(rows: Sequence[object]) -> dict[str, str]:
    """Guesses the column of each role by names and values.

    Args:
        rows: First rows of the file, parsed.

    Returns:
        Columns by role; roles without a likely column are missing, and it may be that no conversation comes of them.
    """
    columns = _ColumnValues(rows[:MOST_ROWS])
    guessed: dict[str, str] = {}
    if messages := columns.best("messages", _is_conversation):
        guessed["messages"] = messages
    if video := columns.best("video", _is_footage) or columns.first(_is_video, guessed):
        guessed["video"] = video
    for role, fits in (("image", _is_picture), ("chosen", _is_answer), ("rejected", _is_answer)):
        if column := columns.best(role, fits, used=guessed):
            guessed[role] = column
    guessed = guessed if {"chosen", "rejected"} <= guessed.keys() else _without(guessed, "chosen", "rejected")
    if "image" not in guessed and (column := columns.first(_is_picture, guessed)):
        guessed["image"] = column
    if "messages" not in guessed:
        guessed |= _texts(columns, guessed)
    for role, fits in (("system", _is_text), ("split", _is_text), ("id", _is_name)):
        if column := columns.best(role, fits, used=guessed):
            guessed[role] = column
    return {role: guessed[role] for role in column_mapping.ROLES if role in guessed}


def _texts(columns: _ColumnValues, guessed: Mapping[str, str]) -> dict[str, str]:
    """The columns of instruction, response and history: by name, else questions are asked and the longest answers."""
    texts: dict[str, str] = {}
    roles = ["instruction"] if "chosen" in guessed else ["response", "instruction"]
    for role in roles:
        if column := columns.best(role, _is_text, used={**guessed, **texts}):
            texts[role] = column
    if "instruction" not in texts and (column := columns.first(_is_question, {**guessed, **texts})):
        texts["instruction"] = column
    if "response" in roles and "response" not in texts and (column := columns.longest({**guessed, **texts})):
        texts["response"] = column
    if column := columns.best("history", _is_list, used={**guessed, **texts}):
        texts["history"] = column
    return texts


class _ColumnValues:
    """The values of each column in the first rows."""

    def __init__(self, rows: Sequence[object]) -> None:
        listed = {path: [column_mapping.value(row, path) for row in rows] for path in column_mapping.paths(rows)}
        self._values = {
            path: [value for value in values if value is not ABSENT and value not in (None, "", [])]
            for path, values in listed.items()
        }

    def best(self, role: str, fits: Callable[[object], bool], used: Mapping[str, str] | None = None) -> str:
        """The column whose name fits a role best, of those whose values fit; "" for none."""
        ranked = [(_rank(path, role), path.count("."), path) for path in self._fitting(fits, used or {})]
        return min((entry for entry in ranked if entry[0] is not None), default=(0, 0, ""))[2]

    def first(self, fits: Callable[[object], bool], used: Mapping[str, str]) -> str:
        """The first column whose values fit, whatever its name; "" for none."""
        return next(iter(self._fitting(fits, used)), "")

    def longest(self, used: Mapping[str, str]) -> str:
        """The column with the longest texts; "" where none has any."""
        lengths = {path: sum(len(str(value)) for value in self._values[path]) for path in self._fitting(_is_text, used)}
        return max(lengths, key=lambda path: lengths[path], default="")

    def _fitting(self, fits: Callable[[object], bool], used: Mapping[str, str]) -> list[str]:
        return [
            path
            for path, values in self._values.items()
            if values and 2 * sum(map(fits, values)) > len(values) and not _overlaps(path, used.values())
        ]


def _rank(path: str, role: str) -> int | None:
    """How far down in the role's words the column's name stands; None for a name without any of them."""
    name = next((part for part in reversed(path.split(".")) if not part.isdecimal()), path)
    words = [word.lower() for word in _PART.findall(name)]
    candidates = {"".join(words), *words} | {word.removesuffix("s") for word in words}
    known_words = _WORDS[role].split()
    ranks = [position for position, word in enumerate(known_words) if word in candidates]
    if not ranks:
        return None
    is_whole = "".join(words).removesuffix("s") in known_words or "".join(words) in known_words
    return 2 * min(ranks) + (0 if is_whole else 1)


def _overlaps(path: str, used: Iterable[str]) -> bool:
    """True for a column that is one of these, lies in one, or holds one."""
    return any(path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.") for other in used)


def _without(guessed: Mapping[str, str], *roles: str) -> dict[str, str]:
    return {role: column for role, column in guessed.items() if role not in roles}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not _is_picture(value) and not isinstance(_listed(value), list | dict)


def _is_question(value: object) -> bool:
    return isinstance(value, str) and value.rstrip().endswith(("?", "？", "؟"))


def _is_answer(value: object) -> bool:
    return _is_text(value) or isinstance(_listed(value), list)


def _is_name(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_list(value: object) -> bool:
    return isinstance(_listed(value), list)


def _is_conversation(value: object) -> bool:
    """True for messages, and for pairs of question and answer."""
    listed = _listed(value)
    if not isinstance(listed, list) or not listed:
        return False
    first = listed[0]
    is_message = isinstance(first, dict) and bool(_MESSAGE_KEYS & first.keys() or len(first) >= 2)
    return is_message or (isinstance(first, list) and len(first) == 2)


def _is_picture(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_picture, value))
    if isinstance(value, dict):
        return bool({"bytes", "path"} & value.keys())
    if not isinstance(value, str):
        return False
    if inline.is_token(value) or value.startswith("data:image/"):
        return True
    return conversation.names_media(value) and not conversation.names_video(value)


def _is_video(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_video, value))
    return isinstance(value, str) and conversation.names_video(value)


def _is_footage(value: object) -> bool:
    """True for videos, and for the frames of one."""
    return _is_video(value) or (isinstance(value, list) and _is_picture(value))


def _listed(value: object) -> object:
    return column_mapping.unpacked(value)
