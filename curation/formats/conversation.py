"""What every format reads its rows into: messages, image references and what is odd about them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

import orjson

from curation.formats import column_mapping

_VIDEO = re.compile(r"\.(?:mp4|avi|mov|mkv|webm)$", re.IGNORECASE)
_MEDIA = re.compile(r"\.(?:jpe?g|jfif|png|webp|gif|bmp|tiff?|avif|hei[cf]|mp4|avi|mov|mkv|webm)$", re.IGNORECASE)
"""How the names of pictures and videos end."""
_MEDIA_TYPE = re.compile(r"image/(\w+);base64")
_LONGEST_HEAD = 150
"""Characters in which a picture inside a row says its media type."""
_MARK = re.compile(r"<image>\n?")
_ENDINGS = ("png", "webp", "gif", "bmp", "tiff")

Part = TypeVar("Part")
"""What stands for a message in a turn: its text or its place."""

Role = Literal["user", "assistant", "system", "call", "tool", "other"]
"""Who speaks; `call` is the assistant that calls a tool, `tool` what the tool answered."""


class RejectedRowError(Exception):
    """The row is not of this format; `outcome` names why, the message says it."""

    def __init__(self, outcome: str, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class Message(NamedTuple):
    """One message as written; `text` is verbatim, with an `<image>` where a format has a picture between texts."""

    role: Role
    text: str


class Region(NamedTuple):
    """A box that a row draws on one of its images: (left, top, right, bottom), out of `scale`, 0 for pixels."""

    box: tuple[float, float, float, float]
    scale: float = 0
    label: str = ""
    image: int = 0


class SpanVerdict(NamedTuple):
    """What a person said of characters `start` to `end` of a turn's response; the label is one of review's verdicts."""

    turn: int
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row: its messages in order, and the images and videos that it names, as it names them.

    Attributes:
        source_id: The row's own name for itself.
        messages: In the row's order.
        images: References, as the row has them.
        videos: References, as the row has them; one that is a list of frames as JSON of their names.
        audios: References, as the row has them.
        instruction_added: The row has no instruction; the first message is one of ours.
        regions: Boxes that the row draws on its images.
        spans: Verdicts of people that came with the row.
        task: A label that the row itself has.
        system: What the row tells the assistant beside its messages.
        tools: JSON of the tools that the assistant may call, "" for none.
        rejected: A response that is worse than the last one.
        desired: Whether the last response is desired, where the row says so.
    """

    source_id: str | None
    messages: tuple[Message, ...]
    images: tuple[str, ...]
    videos: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    spans: tuple[SpanVerdict, ...] = ()
    task: str = ""
    system: str = ""
    tools: str = ""
    rejected: str | None = None
    desired: bool | None = None
    audios: tuple[str, ...] = ()
    instruction_added: bool = False

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who speaks, message by message."""
        return tuple([message.role for message in self.messages])

    @property
    def text(self) -> str:
        """What all of them say, a message a line."""
        return "\n".join([message.text for message in self.messages])


class MessagePair(NamedTuple):
    """An instruction and its response; either may be missing in a badly ordered row."""

    instruction: str | None
    response: str | None


def text_of(value: object, field: str, outcome: str = "bad_message") -> str:
    """Gives a value of a row as text, "" for None.

    Args:
        value: Parsed JSON value.
        field: Name of the field, for the error's message.
        outcome: Outcome of a row whose value is no text.

    Returns:
        The text; a number is written out.

    Raises:
        RejectedRowError: The value is true, false, a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RejectedRowError(outcome, f"The {field} is a {type(value).__name__}, not text.")
    return str(value)


def ending(image: str) -> str:
    """How a picture's file name ends: by its own name, or by the media type of one inside the row; "jpg" if unsaid."""
    media_type = _MEDIA_TYPE.search(image[:_LONGEST_HEAD])
    name = image.rpartition("/")[2]
    named = media_type[1] if media_type else name.rpartition(".")[2].lower() if "." in name else ""
    return named if named in _ENDINGS else "jpg"


def json_of(value: object) -> str:
    """A value of a row as JSON text: a text is taken for JSON already, and nothing, as an empty list, gives ""."""
    if value is None or value in ("", "[]", [], {}):
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def label_of(value: object) -> bool | None:
    """Whether a response is desired; None for anything but true and false."""
    return value if isinstance(value, bool) else None


def name_of(value: object) -> str | None:
    """A row's own name for itself as text; None where it has none."""
    return None if value is None or isinstance(value, list | dict) else str(value)


def names_of(value: object, field: str = "image") -> tuple[str, ...]:
    """Gives references to images as a row has them: none, one or a list.

    Args:
        value: Parsed JSON value; None, NaN, "" and lists of nothing else stand for no image. A text may also hold
            several names, with commas between them or as a list in JSON or in Python, as tables have them.
        field: Name of the field, for the error's message.

    Returns:
        The references in order.

    Raises:
        RejectedRowError: `bad_image`, where the value is neither a text nor a list of texts.
    """
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    named = [name for name in listed if name not in (None, "") and name == name]  # NaN differs from itself
    if not all(isinstance(name, str) for name in named):
        raise RejectedRowError("bad_image", f"The row's {field} is neither a name nor a list of names.")
    return tuple(part for name in named for part in _several(str(name)))


def names_media(text: str) -> bool:
    """True for a text that ends as the names of pictures and videos do."""
    return _MEDIA.search(text) is not None


def names_video(text: str) -> bool:
    """True for a text that ends as the names of videos do."""
    return _VIDEO.search(text) is not None


def frames_of(video: str) -> list[str]:
    """The frames of a video that a row names one by one; [] for a video that is a file."""
    if not video.startswith("["):
        return []
    try:
        listed = orjson.loads(video)
    except orjson.JSONDecodeError:
        return []
    return listed if isinstance(listed, list) and all(isinstance(name, str) for name in listed) else []


def _several(text: str) -> Sequence[str]:
    """The names in a text; a comma is part of a name unless every part ends like a file of pictures or a video."""
    if text.startswith("[") and text.endswith("]"):
        listed = column_mapping.unpacked(text)
        if isinstance(listed, list) and listed and all(isinstance(name, str) and name for name in listed):
            return listed
    parts = [part.strip() for part in text.split(",")]
    separate = len(parts) > 1 and all(_MEDIA.search(part) for part in parts)
    on_web = [part.startswith(("http://", "https://")) for part in parts]
    return parts if separate and (all(on_web) or not any(on_web)) else (text,)


def pairs(messages: tuple[Message, ...]) -> list[MessagePair]:
    """Turns of a conversation: each user message with the assistant message that follows it."""
    return list(itertools.starmap(MessagePair, _in_turns(messages)))


def answered(row: Conversation) -> list[MessagePair]:
    """The turns that have a response, for formats of one turn a row that name their images elsewhere.

    Args:
        row: Conversation whose texts mark its images with `<image>`.

    Returns:
        Instruction, "" for none, and response of each; the instruction without marks.
    """
    return [
        MessagePair(unmarked(turn.instruction or "").strip(), turn.response)
        for turn in pairs(row.messages)
        if turn.response is not None
    ]


def unmarked(text: str) -> str:
    """The text without the marks of images."""
    return _MARK.sub("", text)


def positions(messages: tuple[Message, ...]) -> list[tuple[int | None, int | None]]:
    """The places of each turn's two messages, as `pairs` makes them."""
    return _in_turns([(role, position) for position, (role, _) in enumerate(messages)])


def _in_turns(spoken: Sequence[tuple[Role, Part]]) -> list[tuple[Part | None, Part | None]]:
    turns: list[tuple[Part | None, Part | None]] = []
    waiting: Part | None = None
    for role, part in spoken:
        if role == "assistant":
            turns.append((waiting, part))
            waiting = None
        elif role == "user":
            if waiting is not None:
                turns.append((waiting, None))
            waiting = part
    if waiting is not None:
        turns.append((waiting, None))
    return turns
