"""A conversation on its way from one format to another: what the target has a place for, and what is lost.

Nothing is declared about losses: a conversation is written in the target format and read back, and what is not there
any more is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import orjson

from curation.formats import marks as image_marks
from curation.formats import tool_calls
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, Role, positions

IMAGE, VIDEO = "<image>", "<video>"
_PICTURE_TAG = re.compile(r"(?:Picture \d+:\s*)?<img>(?:(?P<name>.*?)</img>|.*)", re.DOTALL)
"""A picture in tags; from one that is not closed to the end of the text, as no later one can be closed either."""
_ROLES: dict[Role, str] = {
    "system": "(system messages)",
    "call": "(calls of tools)",
    "tool": "(results of tools)",
    "other": "(messages of unknown roles)",
}
TOOLS, PLACES, IMAGES, VIDEOS = "(tools)", "(places of images in the text)", "(images)", "(videos)"
MARKS = "(image marks without an image)"
BOXES, TURNS, TEXTS = "(boxes)", "(turns of one conversation)", "(texts)"
AUDIOS = "(sounds)"
REJECTED, LABEL = "(rejected responses)", "(labels of responses)"
_TRAITS = (_ROLES["system"], TOOLS, MARKS, IMAGES, VIDEOS, AUDIOS, BOXES, REJECTED, LABEL)
"""What a conversation can have beside its speakers and places of images."""


def prepared(row: Conversation, target: Format) -> Conversation:
    """The conversation as a format is to write it.

    Args:
        row: Conversation read from a row of any format.
        target: Format to write.

    Returns:
        The conversation with its system text as a message, without messages of roles that the target does not know,
        and with one mark for each image and video.
    """
    spoken = row.messages
    roles = set(row.roles)
    if row.system and "system" not in roles:
        spoken = (Message("system", row.system), *spoken)
        roles.add("system")
    if not roles.issubset(target.roles):
        spoken = tuple([message for message in spoken if message.role in target.roles])
    return marked(row if spoken is row.messages else replace(row, messages=spoken))


def marked(row: Conversation) -> Conversation:
    """Gives a conversation exactly one `<image>` per image and one `<video>` per video, whoever speaks.

    Args:
        row: Conversation whose images stand anywhere in its texts, in Qwen-VL's tags, or nowhere.

    Returns:
        The conversation with marks for what had none at the beginning of the first user message, and without the last
        ones of too many.
    """
    if not row.images and not row.videos and "<" not in row.text:
        return row
    usual = usual_marks(row)
    messages = [*usual.messages]
    surplus = _count(messages, IMAGE) - len(row.images)
    without_mark = len(row.videos) - _count(messages, VIDEO)
    if surplus > 0 and without_mark > 0:  # LLaVA marks a video as it marks an image
        messages = _replaced(messages, IMAGE, VIDEO, min(surplus, without_mark))
    for mark, count in ((VIDEO, len(row.videos)), (IMAGE, len(row.images))):
        missing = count - _count(messages, mark)
        if missing:
            messages = _added(messages, mark, missing) if missing > 0 else _without(messages, mark, -missing)
    new_messages = tuple(messages)
    return usual if new_messages == usual.messages else replace(usual, messages=new_messages)


def usual_marks(row: Conversation) -> Conversation:
    """The conversation with an `<image>` for each image in tags and for marks in other spellings."""
    if "<img>" in row.text:
        messages = tuple([message._replace(text=as_marks(message.text, row.images)) for message in row.messages])
        row = replace(row, messages=messages)
    return image_marks.usual(row)


def as_marks(text: str, images: Collection[str]) -> str:
    """The text with an `<image>` for each of these images in tags; other tags are text."""
    return _PICTURE_TAG.sub(lambda match: IMAGE if match["name"] in images else match[0], text)


def traits(row: Conversation) -> frozenset[str]:
    """What a conversation has that a format may have no place for, in the words in which its loss is counted."""
    of_roles = _traits_of(row.roles)
    values = (
        row.system, row.tools, _marks(row) > len(row.images) + len(row.videos), row.images, row.videos, row.audios,
        row.regions, row.rejected is not None, row.desired is not None,
    )  # fmt: skip
    if not any(values):  # there are millions of such
        return of_roles
    places = {PLACES} if _places(row) else set()
    return of_roles | places | {name for name, value in zip(_TRAITS, values, strict=True) if value}


@lru_cache(maxsize=256)
def _traits_of(roles: tuple[Role, ...]) -> frozenset[str]:
    """What a conversation has by the order of its speakers alone, which few rows have for themselves."""
    names = {name for role, name in _ROLES.items() if role in roles}
    turns = positions(tuple([Message(role, "") for role in roles]))
    return frozenset(names | ({TURNS} if len(turns) > 1 else set()))


class LeftBehind(NamedTuple):
    """A row that a format has no row for: its dataset, and why, in words that follow "rows"."""

    dataset: str
    reason: str


def reason(row: Conversation, target: Format) -> str:
    """Why a format has no row for a conversation, in words that follow "rows".

    Args:
        row: Conversation as it would be written.
        target: Format that gave no row for it.

    Returns:
        The format's own words where it has any.
    """
    return (target.trouble(row) if target.trouble else "") or "without an answer"


def lost(row: Conversation, target: Format, images: tuple[str, ...] | None = None) -> frozenset[str]:
    """Finds what a conversation has and its row in another format has not.

    Args:
        row: Conversation read from a row of any format.
        target: Format that can be written.
        images: Names of its images in the export; None for those that the row has.

    Returns:
        Traits that are missing or others in what the target format reads in its own row.
    """
    assert target.write is not None
    written = orjson.loads(orjson.dumps(target.write(prepared(row, target), row.images if images is None else images)))
    again = [target.read(new_row) for new_row in written]
    before, after = _counts([row]), _counts(again)
    missing = {name for name, count in before.items() if after[name] != count}
    missing |= {TURNS} if len(again) > 1 else set()
    missing |= {PLACES} if _places(row) != [index for new_row in again for index in _places(new_row)] else set()
    missing |= {TEXTS} if _texts([row]) != _texts(again) else set()
    return frozenset(missing)


def _counts(rows: Sequence[Conversation]) -> Counter[str]:
    """How often each trait is there."""
    counts: Counter[str] = Counter()
    for row in rows:
        for message in row.messages:
            if message.role in _ROLES:
                calls = tool_calls.parsed(message.text) if message.role == "call" else None
                counts[_ROLES[message.role]] += len(calls) if calls else 1
        counts[_ROLES["system"]] += bool(row.system) and not any(message.role == "system" for message in row.messages)
        counts[MARKS] += max(0, _marks(row) - len(row.images) - len(row.videos))
        counts[TOOLS] += bool(row.tools)
        counts[IMAGES] = max(counts[IMAGES], len(row.images))
        counts[VIDEOS] = max(counts[VIDEOS], len(row.videos))
        counts[AUDIOS] = max(counts[AUDIOS], len(row.audios))
        counts[BOXES] = max(counts[BOXES], len(row.regions))
        counts[REJECTED] += row.rejected is not None
        counts[LABEL] += row.desired is not None
    return counts


def _marks(row: Conversation) -> int:
    return row.text.count(IMAGE)


def _places(row: Conversation) -> list[tuple[Role, int, str]]:
    """Of each image that the text marks elsewhere than at its beginning: role, number in that role, text before it."""
    if not row.images:
        return []
    numbers: Counter[Role] = Counter()
    mark_places: list[tuple[Role, int, str]] = []
    for message in usual_marks(row).messages:
        if IMAGE in message.text:
            parts = message.text.split(IMAGE)
            before = [_plain(IMAGE.join(parts[: index + 1])) for index in range(len(parts) - 1)]
            is_first = message.role == "user" and not numbers["user"]
            mark_places += [
                (message.role, numbers[message.role], text)
                for text in before
                if not is_first or text.replace(IMAGE, "").strip()
            ]
        numbers[message.role] += 1
    return mark_places


def _texts(rows: Sequence[Conversation]) -> list[str]:
    """What user and assistant say, without marks."""
    texts = [
        _plain(message.text.replace(IMAGE, ""))
        for row in rows
        for message in usual_marks(row).messages
        if message.role in ("user", "assistant")
    ]
    return [text for text in texts if text]


def _plain(text: str) -> str:
    return " ".join(text.replace(VIDEO, "").split())


def _count(messages: Sequence[Message], mark: str) -> int:
    return sum([message.text.count(mark) for message in messages])


def _added(messages: list[Message], mark: str, missing: int) -> list[Message]:
    first = next((position for position, message in enumerate(messages) if message.role == "user"), None)
    if first is None:
        return messages
    opened = messages[first]._replace(text=f"{mark}\n" * missing + messages[first].text)
    return [*messages[:first], opened, *messages[first + 1 :]]


def _without(messages: list[Message], mark: str, surplus: int) -> list[Message]:
    """The messages with so many marks fewer, the last ones first: no trainer takes a mark without an image."""
    shortened = []
    for message in reversed(messages):
        count = message.text.count(mark)
        remaining = max(0, count - surplus)
        parts = message.text.split(mark)
        shortened.append(message._replace(text=mark.join(parts[: remaining + 1]) + "".join(parts[remaining + 1 :])))
        surplus -= count - remaining
    return shortened[::-1]


def _replaced(messages: list[Message], mark: str, other: str, count: int) -> list[Message]:
    """The messages with the first so many marks written as others."""
    changed = []
    for message in messages:
        within = min(count, message.text.count(mark))
        changed.append(message._replace(text=message.text.replace(mark, other, within)))
        count -= within
    return changed
