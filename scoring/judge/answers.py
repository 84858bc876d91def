"""Reads a model's answer strictly: the form that was asked for, or Malformed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.json_types import JsonObject

_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"^```\w*\s*|(?:(?<!\s)\s+)?```$")
_FIRST_WORD = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[\s*\"']*(\d+(?:\.\d+)?)(?:\s*/\s*10)?[\s*\"'.]*$")


class Malformed(Exception):
    """The answer has not the form that was asked for."""


@dataclass(frozen=True, slots=True)
class YesNoAnswer:
    """One yes or no, with the reason if the model gave one."""

    yes: bool
    reason: str = ""


def yes_no(text: str) -> YesNoAnswer:
    """{"answer": "yes", "reason": "..."} or a text whose first word is yes or no."""
    answer_object = _object(text)
    answer = answer_object.get("answer") if answer_object is not None else _plain(text)
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    match = _FIRST_WORD.match(answer) if isinstance(answer, str) else None
    if match is None:
        raise Malformed(_quoted(text))
    reason = answer_object.get("reason", "") if answer_object else ""
    return YesNoAnswer(match.group(1).lower() == "yes", str(reason)[:300])


def score(text: str) -> float:
    """{"score": 7} or a number alone, from 1 to 10."""
    answer_object = _object(text)
    if answer_object is not None:
        value = answer_object.get("score")
    else:
        match = _NUMBER.match(_plain(text))
        value = match.group(1) if match else None
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
    except ValueError:
        number = 0.0
    if not 1 <= number <= 10:
        raise Malformed(_quoted(text))
    return number


def choice(text: str, names: Sequence[str], key: str) -> str:
    """Reads one of several names: {KEY: "counting"} or the name alone.

    Args:
        text: The answer.
        names: The names that may be chosen.
        key: The field of the JSON object.

    Returns:
        The name as it is spelled in `names`.

    Raises:
        Malformed: It is none of them.
    """
    answer_object = _object(text)
    answer = answer_object.get(key) if answer_object is not None else _plain(text)
    names_by_lower = {name.lower(): name for name in names}
    answered = str(answer).strip(" \"'.*\n").lower()
    if answered not in names_by_lower:
        raise Malformed(_quoted(text))
    return names_by_lower[answered]


def string(text: str, key: str) -> str:
    """Reads a text: {KEY: "a text"}.

    Args:
        text: The answer.
        key: The field of the JSON object.

    Returns:
        The text, maybe empty.

    Raises:
        Malformed: There is no such field, or it is no text.
    """
    value = (_object(text) or {}).get(key)
    if not isinstance(value, str):
        raise Malformed(_quoted(text))
    return value


def strings(text: str, key: str) -> list[str]:
    """Reads a list of texts: {KEY: ["a", "b"]}.

    Args:
        text: The answer.
        key: The field of the JSON object.

    Returns:
        At least one text.

    Raises:
        Malformed: There is no such field, or it is no list of texts.
    """
    answer_object = _object(text) or {}
    values = answer_object.get(key)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise Malformed(_quoted(text))
    return [value for value in values if isinstance(value, str)]


def _plain(text: str) -> str:
    return _FENCE.sub("", _THOUGHTS.sub("", text).strip()).strip()


def _object(text: str) -> JsonObject | None:
    """The JSON object that the answer is or ends its introduction with; None when there is none."""
    plain = _plain(text)
    start = plain.find("{")
    if start < 0:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(plain[start:])
    except (ValueError, RecursionError):
        raise Malformed(_quoted(text)) from None
    return value if isinstance(value, dict) else None


def _quoted(text: str) -> str:
    return repr(text.strip()[:120])
