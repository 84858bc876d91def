"""Reads the conversation out of a model's answer: the repeated-key form asked for, and what models send instead.

The form {"User": .., "AI": .., "User": ..} repeats its keys, of which a plain JSON parser keeps the last; it is read
pair by pair. Understood as well: code fences, text around it, several objects, lists of roles or of questions and
answers, single quotes, trailing commas, quotes that nobody escaped, lines "Q: .. A: ..", and an answer that was cut
off, of which the complete turns are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

EMPTY, REFUSED, UNREADABLE, CUT = "empty answer", "refused", "no conversation in it", "cut off before the first turn"

_USER = ("user", "human", "question", "q", "instruction", "visitor", "person")
_MODEL = ("ai", "assistant", "gpt", "answer", "a", "response", "bot", "model", "ai assistant", "visual assistant")
_ROLE_KEYS, _TEXT_KEYS = ("role", "from", "speaker"), ("content", "value", "text", "message")
_NAMES = "|".join(sorted((*_USER, *_MODEL), key=len, reverse=True))
_KEY = re.compile(rf"[\"'“”]({_NAMES})[ _]?\d*[\"'“”]\s*:\s*([\"'“])", re.IGNORECASE)
_ROLED = re.compile(
    rf"[\"'](?:{'|'.join(_ROLE_KEYS)})[\"']\s*:\s*[\"']({_NAMES})[\"']\s*,\s*"
    rf"[\"'](?:{'|'.join(_TEXT_KEYS)})[\"']\s*:\s*([\"'“])",
    re.IGNORECASE,
)
_LINE = re.compile(
    rf"^[ \t>*_#-]*+(?:\d++[.)] *+)?[*_]*+({_NAMES})[ _]?\d*+[*_]*+\s*+:[*_]*\s*", re.IGNORECASE | re.MULTILINE
)
_AFTER = re.compile(r"\s*+(?:(?:[,;]\s*+)?(?:[}\]]|[\"'“](?:[\w ]{1,20})[\"'”]\s*+:|\{)|(?:,\s*+)?(?:```|$))")
_THOUGHTS = re.compile(r"^\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_OPENING = re.compile(r"[{\[]")
_FENCE = re.compile(r"^\s*+(```\w*+\s*$)?", re.MULTILINE)
"""White space at the beginning of lines, and the fence behind it, if there is one."""
_MARK = re.compile(r"(?:(?<!\s)\s+)?<(?:image|img|video)>\s*", re.IGNORECASE)
_REFUSAL = re.compile(r"\b(?:I(?:['’]m| am) (?:sorry|unable)|I (?:cannot|can['’]t|won['’]t))\b", re.IGNORECASE)
_NUMBERED = re.compile(r"[ _]?(?<!\d)\d+$")
_PATIENCE, _DECODING = 500, 20
"""How often a text may be gone through in search of JSON, and what decoding costs more than counting."""
_CLOSING = {'"': '"', "'": "'", "“": "”"}

RoleText = tuple[str, str]


class Unreadable(Exception):
    """There is no conversation in the answer; the message is one of the outcomes above."""


@dataclass(frozen=True)
class Reading:
    """The complete turns as (question, answer); `cut` says that the answer broke off behind them."""

    turns: tuple[tuple[str, str], ...]
    cut: bool = False


def read(text: str) -> Reading:
    """The conversation in an answer. Raises Unreadable."""
    plain = _FENCE.sub(lambda match: "" if match[1] else match[0], _THOUGHTS.sub("", text)).strip()
    if not plain:
        raise Unreadable(EMPTY)
    readings = [_reading(messages, cut) for messages, cut in (_strict(plain), _loose(plain), _lines(plain))]
    best = max(readings, key=lambda reading: len(reading.turns))
    if best.turns:
        return best
    if any(reading.cut for reading in readings):
        raise Unreadable(CUT)
    raise Unreadable(REFUSED if _REFUSAL.search(plain[:200]) else UNREADABLE)


def _reading(messages: list[RoleText], cut: bool) -> Reading:
    """Turns of a question and an answer; what one side says in several pieces is one text."""
    joined: list[RoleText] = []
    for role, text in messages:
        content = _MARK.sub(" ", text).strip()
        if not content:
            continue
        if joined and joined[-1][0] == role:
            joined[-1] = (role, f"{joined[-1][1]} {content}")
        else:
            joined.append((role, content))
    if joined and joined[0][0] == "gpt":  # an introduction of the model's own
        del joined[0]
    pairs = zip(joined[::2], joined[1::2], strict=False)
    return Reading(tuple((question[1], answer[1]) for question, answer in pairs), cut)


class _Pairs(list[tuple[str, object]]):
    """A JSON object with all of its pairs."""


def _strict(text: str) -> tuple[list[RoleText], bool]:
    """The messages of every JSON value in the text that can be decoded as it stands.

    Values that begin and do not end are read again from each of their brackets: up to a limit, and not beyond
    brackets so deep that nobody reads them.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs, strict=False)
    messages: list[RoleText] = []
    position, patience = 0, _PATIENCE * max(len(text), 2000)
    while patience > 0 and (match := _OPENING.search(text, position)):
        try:
            value, position = decoder.raw_decode(text, match.start())
            messages += _messages(value)
        except json.JSONDecodeError as error:
            patience -= error.pos + _DECODING * (error.pos - match.start())
            position = match.end()
        except RecursionError:
            break
    return messages, False


def _messages(value: object) -> Iterator[RoleText]:
    if isinstance(value, _Pairs):
        names = {key.lower(): content for key, content in value}
        role = next((_role(str(names[key])) for key in _ROLE_KEYS if key in names), "")
        spoken = next((_spoken(names[key]) for key in _TEXT_KEYS if key in names), "")
        if role and spoken:
            yield role, spoken
            return
        for key, content in value:
            if isinstance(content, str) and _role(key):
                yield _role(key), content
            else:
                yield from _messages(content)
    elif isinstance(value, list):
        for element in value:
            yield from _messages(element)


def _spoken(value: object) -> str:
    """A text, or the texts of a list of parts."""
    if isinstance(value, list) and not isinstance(value, _Pairs):
        return " ".join(str(dict(part).get("text", "")) for part in value if isinstance(part, _Pairs))
    return value if isinstance(value, str) else ""


def _role(name: str) -> str:
    plain = _NUMBERED.sub("", name.strip().lower())
    return "human" if plain in _USER else "gpt" if plain in _MODEL else ""


def _loose(text: str) -> tuple[list[RoleText], bool]:
    """Key by key through what is nearly JSON."""
    messages: list[RoleText] = []
    pattern = _ROLED if _ROLED.search(text) else _KEY
    position, cut = 0, False
    while match := pattern.search(text, position):
        end = _end(text, match.end(), _CLOSING[match[2]])
        if end is None:
            cut = True
            break
        messages.append((_role(match[1]), _unescaped(text[match.end() : end])))
        position = end + 1
    remainder = text[position:].strip()
    return messages, cut or bool(
        messages and text.lstrip().startswith(("{", "[")) and not remainder.endswith(("}", "]"))
    )


def _end(text: str, start: int, closing: str) -> int | None:
    """Where the string that begins here ends: at the first quote behind which a key, a bracket or nothing comes."""
    position = start
    while (position := text.find(closing, position)) >= 0:
        if not _is_escaped(text, start, position) and _AFTER.match(text, position + 1):
            return position
        position += 1
    return None


def _is_escaped(text: str, start: int, position: int) -> bool:
    """Whether an odd number of backslashes stands before `position` in the string that begins at `start`."""
    before = position
    while before > start and text[before - 1] == "\\":
        before -= 1
    return (position - before) % 2 == 1


def _unescaped(text: str) -> str:
    try:
        return str(json.loads('"' + re.sub(r'(?<!\\)"', r"\"", text.replace("\\'", "'")) + '"', strict=False))
    except ValueError:
        return text


def _lines(text: str) -> tuple[list[RoleText], bool]:
    """Lines that begin with who speaks; a last answer that ends in the middle of a sentence was cut off."""
    marks = list(_LINE.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    messages = [
        (_role(mark[1]), " ".join(text[mark.end() : end].split())) for mark, end in zip(marks, ends, strict=False)
    ]
    cut = bool(messages) and not messages[-1][1].endswith((".", "!", "?", '"', "”", ")"))
    if cut and len(messages) > 2 and messages[-1][0] == "gpt":
        del messages[-1]
    return messages, cut
