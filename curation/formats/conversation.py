"""What every format reads its rows into: messages, image references and what is odd about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Role = Literal["user", "assistant", "system", "other"]


class RejectedRowError(Exception):
    """The row is not of this format; `outcome` names why, the message says it."""

    def __init__(self, outcome: str, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class Message(NamedTuple):
    """One message as written; `text` is verbatim."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row: its messages in order and the images that it names, as it names them."""

    source_id: str | None
    messages: tuple[Message, ...]
    images: tuple[str, ...]
    video: bool = False


class Pair(NamedTuple):
    """An instruction and its response; either may be missing in a badly ordered row."""

    instruction: str | None
    response: str | None


@dataclass(frozen=True, slots=True)
class Format:
    """What a format's file says about itself, beside `recognise(row)` and `read(row)`.

    `marks_images` says that the text holds one `<image>` per image.
    """

    name: str
    title: str
    marks_images: bool = True
    extensions: tuple[str, ...] = field(default=(".json", ".jsonl"))


def pairs(messages: tuple[Message, ...]) -> list[Pair]:
    """Turns of a conversation: each user message with the assistant message that follows it."""
    return [Pair(*(None if at is None else messages[at].text for at in place)) for place in positions(messages)]


def positions(messages: tuple[Message, ...]) -> list[tuple[int | None, int | None]]:
    """The places of each turn's two messages, as `pairs` makes them."""
    result: list[tuple[int | None, int | None]] = []
    waiting: int | None = None
    for place, message in enumerate(messages):
        if message.role == "assistant":
            result.append((waiting, place))
            waiting = None
        elif message.role == "user":
            if waiting is not None:
                result.append((waiting, None))
            waiting = place
    if waiting is not None:
        result.append((waiting, None))
    return result
