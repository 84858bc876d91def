"""Reads a model's answer strictly: the form that was asked for, or the same in plain words, or Malformed.

Of several JSON objects the last one with the field counts: what a model quotes stands before what it answers. Plain
words count only where they leave one reading.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scoring.json_types import JsonObject, JsonValue

_THOUGHTS = re.compile(r"^.*</think>|^\s*<think>.*", re.DOTALL)
"""Some endpoints leave out where thoughts begin; thoughts that do not end were cut off and hold no answer."""
_FENCE = re.compile(r"^```\w*\s*|(?:(?<!\s)\s+)?```$")
_YES_NO = r"(yes|no)\b(?!\s*(?:/|or\b|and\b)\s*(?:yes|no)\b)"
_FIRST_WORD = re.compile(
    rf"\W*{_YES_NO}(?:(?<=yes)|(?=\W*$|\W*[^\w\s]|\s*\n|\s+(?:it|there|the|this|that|because|as|since)\b))",
    re.IGNORECASE,
)
"""A "no" that denies a noun ("No errors") is no answer."""
_MARKS = r"[\s*_\"'`]*+"
_LABELLED = re.compile(
    rf"\banswer\b{_MARKS}(?:[:=>]|\bis\b){_MARKS}:?{_MARKS}{_YES_NO}(?=[ *_\"'`]*(?:[^\w\s-]|-(?!\w)|\n|$))",
    re.IGNORECASE,
)
_SCALE = r"(\d+(?:\.\d+)?)(?:\s*/\s*10\b|\s+out\s+of\s+10\b)"
_END = r"(?!\s*[%/]|\s*[-–—]\s*\d|\.?\d|\s+(?:to|or|and|of|out)\b)"
"""A number that begins a range or a fraction of something else says no score."""
_NUMBER = re.compile(r"[\s*\"']*(\d+(?:\.\d+)?)(?:\s*/\s*10|\s+out\s+of\s+10)?[\s*\"'.]*$", re.IGNORECASE)
_RATED = re.compile(
    rf"\b(?:score|rating|answer)\b{_MARKS}(?:[:=>]|\bis\b){_MARKS}:?{_MARKS}(?:{_SCALE}|(\d+(?:\.\d+)?)){_END}",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[\s*_]*+([a-z]++)[*_]*+\s*+:", re.IGNORECASE)
_MOST_OBJECTS = 200
"""How many brackets of an answer are looked at."""
_OF_TEN = re.compile(rf"(?<![\w./–—-]){_SCALE}(?!\s*[%/]|\.?\d)", re.IGNORECASE)
_RANGE = re.compile(r"\d\s*+(?:to\b|or\b|and\b|[-–—])\s*+\d", re.IGNORECASE)

_Value = TypeVar("_Value")

_TEXT: JsonObject = {"type": "string"}
_ONE_OF_TWO: JsonObject = {"type": "string", "enum": ["yes", "no"]}
YES_NO = {"answer": _ONE_OF_TWO}
YES_NO_WITH_REASON = {"answer": _ONE_OF_TWO, "reason": _TEXT}
SCORE: dict[str, JsonObject] = {"score": {"type": "integer", "enum": list(range(1, 11))}}
"""Fields of the objects that `yes_no` and `score` read, as JSON schemas."""


def choice_field(names: Sequence[str], key: str) -> dict[str, JsonObject]:
    """The field that `choice` reads, as a JSON schema.

    Args:
        names: The names that may be chosen.
        key: The field of the JSON object.

    Returns:
        The schema by the field's name.
    """
    return {key: {"type": "string", "enum": list(names)}}


def text_field(key: str) -> dict[str, JsonObject]:
    """The field that `string` reads, as a JSON schema."""
    return {key: _TEXT}


def texts_field(key: str) -> dict[str, JsonObject]:
    """The field that `strings` reads, as a JSON schema."""
    return {key: {"type": "array", "items": _TEXT}}


class Malformed(Exception):
    """The answer has not the form that was asked for."""


@dataclass(frozen=True, slots=True)
class YesNoAnswer:
    """One yes or no, with the reason if the model gave one."""

    yes: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade from 1 to 10; None where there is nothing to grade."""

    value: float | None


def yes_no(text: str) -> YesNoAnswer:
    """Reads a yes or a no.

    {"answer": "yes", "reason": "..."}, a text whose first word is yes or no, or one with "Answer: no" in it.

    Args:
        text: The answer.

    Returns:
        The vote.

    Raises:
        Malformed: It is neither, or both.
    """
    answer_object = _object(text, "answer")
    if answer_object is None:
        return YesNoAnswer(_only({_is_yes(word) for word in _plain_votes(_plain(text))}, text))
    answer = answer_object["answer"]
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    match = _FIRST_WORD.match(answer) if isinstance(answer, str) else None
    if match is None:
        raise Malformed(_quoted(text))
    return YesNoAnswer(_is_yes(match[1]), str(answer_object.get("reason", ""))[:300])


def score(text: str) -> float:
    """Reads a score: {"score": 7}, a number alone, "Score: 7" or "7/10".

    Args:
        text: The answer.

    Returns:
        From 1 to 10.

    Raises:
        Malformed: There is no number in that range, or several.
    """
    score_object = _object(text, "score")
    number = _number(score_object["score"]) if score_object is not None else None
    if score_object is None:
        plain = _plain(text)
        alone = _number(plain)
        number = _only(set(_plain_scores(plain)), text) if alone is None else alone
    if number is None or not 1 <= number <= 10:
        raise Malformed(_quoted(text))
    return number


def grade(text: str, *, key: str, aspects: Sequence[str] = ()) -> Grade:
    """Reads one grade of several: {KEY: 7}, or {KEY: {ASPECT: 7, ...}} whose mean counts; null grades nothing.

    Args:
        text: The answer.
        key: The field of the grade.
        aspects: The fields inside it, all of which are needed; none for a plain grade.

    Returns:
        The grade; without a value where the answer says null.

    Raises:
        Malformed: There is no such grade, or it is out of range.
    """
    value = (_object(text, key) or {}).get(key, text)
    if value is None:
        return Grade(None)
    graded = [value.get(aspect) for aspect in aspects] if aspects and isinstance(value, dict) else [value]
    numbers = [number for item in graded if (number := _number(item)) is not None and 1 <= number <= 10]
    if len(numbers) != max(len(aspects), 1):
        raise Malformed(_quoted(text))
    return Grade(sum(numbers) / len(numbers))


def choice(text: str, names: Sequence[str], key: str) -> str:
    """Reads one of several names: {KEY: "counting"}, the name alone or "KEY: counting".

    Args:
        text: The answer.
        names: The names that may be chosen.
        key: The field of the JSON object.

    Returns:
        The name as it is spelled in `names`.

    Raises:
        Malformed: It is none of them.
    """
    answer_object = _object(text, key)
    answer = answer_object[key] if answer_object is not None else _without_label(_plain(text), key)
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
    value = (_object(text, key) or {}).get(key)
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
    values = (_object(text, key) or {}).get(key)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise Malformed(_quoted(text))
    return [value for value in values if isinstance(value, str)]


def _plain(text: str) -> str:
    return _FENCE.sub("", _THOUGHTS.sub("", text).strip()).strip()


def _without_label(plain: str, key: str) -> str:
    """The text behind "KEY:" or "Answer:"."""
    label = _LABEL.match(plain)
    return plain[label.end() :] if label and label[1].lower() in (key.lower(), "answer") else plain


def _is_yes(word: str) -> bool:
    return word.lower() == "yes"


def _plain_votes(plain: str) -> Iterator[str]:
    """Every yes and no that stands where answers stand."""
    first = _FIRST_WORD.match(plain)
    if first:
        yield first[1]
    yield from (match[1] for match in _LABELLED.finditer(plain))


def _plain_scores(plain: str) -> Iterator[float]:
    yield from (float(match[1] or match[2]) for match in _RATED.finditer(plain))
    if not _RANGE.search(plain):
        yield from (float(match[1]) for match in _OF_TEN.finditer(plain))


def _only(values: set[_Value], text: str) -> _Value:
    """The one value that there is. Raises Malformed for none and for several."""
    if len(values) != 1:
        raise Malformed(_quoted(text))
    return values.pop()


def _number(value: JsonValue) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < sys.float_info.max else None  # of hundreds of digits: no number of a judge
    match = _NUMBER.match(value) if isinstance(value, str) else None
    return float(match[1]) if match else None


def _object(text: str, key: str) -> JsonObject | None:
    """The last JSON object in the answer that has the field; None for an answer without any bracket.

    Objects inside of objects are no answers. Raises Malformed where the field is in none, or begun again behind it.
    """
    plain = _plain(text)
    last: JsonObject | None = None
    position, behind = plain.find("{"), 0
    if position < 0:
        return None
    for _ in range(_MOST_OBJECTS):
        if position < 0:
            break
        try:
            value, end = json.JSONDecoder().raw_decode(plain, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            if key in value:
                last, behind = value, end
        position = plain.find("{", end)
    if last is None or f'"{key}"' in plain[behind:]:
        raise Malformed(_quoted(text))
    return last


def _quoted(text: str) -> str:
    return repr(text.strip()[:120])
