"""The deck of the review page: what it is sent, and the acts that come back."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class DeckItem(TypedDict):
    """A sample: `html` is escaped by the server, `dropped` are positions of turns, `open` says that it is undecided."""

    no: int
    key: str
    html: str
    images: list[str]
    turns: int
    marks: int
    dropped: list[int]
    note: str
    verdict: str
    open: bool


class DeckNames(TypedDict):
    """What is suggested while a tag or a person is typed."""

    tag: list[str]
    send: list[str]


class DeckData(TypedDict):
    """`ack` is the last act that is stored, `heard` the last report; `given`, `safe` and `sign` are times.

    `reasons` are those for a rejection that keys pick, `guidelines` are a text for reviewers.
    """

    deck: str
    workspace: str
    who: str
    holder: str
    ack: int
    heard: int
    given: float
    safe: float
    refused: str
    jump: int
    sign: float
    before: int | None
    items: list[DeckItem]
    empty: str
    known: DeckNames
    reasons: list[str]
    guidelines: str


class DeckAct(TypedDict):
    """An act of a reviewer; `at` is the sample that is shown after it, `again` the number of the report, `flag` the id
    of a flag that `verdict` is on."""

    id: NotRequired[str]
    seq: int
    at: int | None
    who: NotRequired[str]
    again: int
    do: str
    no: NotRequired[int]
    key: NotRequired[str]
    turn: NotRequired[int]
    flag: NotRequired[str]
    verdict: NotRequired[str]
    text: NotRequired[str]


class DeckSent(TypedDict):
    """All acts that are not acknowledged, in their order."""

    acts: list[DeckAct]
