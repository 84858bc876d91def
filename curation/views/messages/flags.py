"""The inspector of flags and the blocks that it draws."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class PictureBlock(TypedDict):
    """A picture, or `why` there is none."""

    ref: str
    why: NotRequired[str]
    src: NotRequired[str]
    thumb: NotRequired[str]
    width: NotRequired[int | None]
    height: NotRequired[int | None]
    said: NotRequired[str]


class BoxBlock(TypedDict):
    """A box on the picture at a position; `at` is left, top, width and height in percent."""

    id: int
    picture: int
    label: str
    at: list[float]
    by: str
    sure: bool


class RegionBlock(TypedDict):
    """A numbered shape that the row itself has; `written` is how its text writes it.

    `kind` is box, point or outline; `outline` has the corners of one, x and y in turn, in percent of its own box.
    """

    picture: int
    number: int
    title: str
    at: list[float]
    written: str
    kind: str
    outline: list[float]


class SpanBlock(TypedDict):
    """A claim within a response; `boxes` are ids of boxes that may show it."""

    id: str
    flag: str
    tone: str
    now: bool
    boxes: list[int]
    why: str


class TurnBlock(TypedDict):
    """A turn; `pieces` are stretches of the response, each with its position in `spans`, or -1."""

    number: int
    now: bool
    before: int
    instruction: str
    pieces: list[tuple[str, int]]
    spans: list[SpanBlock]
    response: str
    verdict: str
    who: str
    edited: str
    sentence: NotRequired[tuple[int, int]]


class LookBlock(TypedDict):
    """The pictures of a sample beside its turns."""

    type: Literal["look"]
    large: bool
    pictures: list[PictureBlock]
    boxes: list[BoxBlock]
    marks: list[RegionBlock]
    turns: list[TurnBlock]


class VoteCell(TypedDict):
    """What one source says of one claim."""

    verdict: str
    score: str
    said: str


class VoteRow(TypedDict):
    """A claim with one cell per source; `people` are names with verdicts."""

    id: str
    text: str
    flag: str
    tone: str
    now: bool
    cells: list[VoteCell | None]
    people: list[tuple[str, str]]


class VotesBlock(TypedDict):
    """Claims by sources."""

    type: Literal["votes"]
    columns: list[str]
    rows: list[VoteRow]


class FactsBlock(TypedDict):
    """Names with texts."""

    type: Literal["facts"]
    rows: list[tuple[str, str]]


class MessageBlock(TypedDict):
    """A message of the original row; `odd` says what is odd about it."""

    role: str
    text: str
    odd: str


class MessagesBlock(TypedDict):
    """The messages of a row as it was imported; `mark` stands for a picture in them."""

    type: Literal["messages"]
    pictures: list[PictureBlock]
    messages: list[MessageBlock]
    mark: str


class NeighbourBlock(TypedDict):
    """A sample with a value next to the present one."""

    value: str
    row: str
    thumb: str | None


class HistogramBlock(TypedDict):
    """The values of a metric; `at` and `cuts` are shares of the width."""

    type: Literal["histogram"]
    words: str
    counts: list[int]
    at: float
    cuts: list[float]
    edges: list[str]
    near: list[NeighbourBlock]


class CardBlock(TypedDict):
    """A sample of a group; `before` is the text that its own is compared with."""

    now: bool
    title: str
    state: str
    pictures: list[PictureBlock]
    before: str
    text: str


class CardsBlock(TypedDict):
    """The samples of a group, and how many more there are."""

    type: Literal["cards"]
    cards: list[CardBlock]
    more: int


Block = LookBlock | VotesBlock | FactsBlock | MessagesBlock | HistogramBlock | CardsBlock


class FlagItem(TypedDict):
    """A flag with everything that helps to answer it."""

    id: str
    title: str
    tone: str
    state: list[str]
    where: str
    metric: str
    reason: str
    blocks: list[Block]


class FlagData(TypedDict):
    """`order` are the flags around the `current` one; `acks` are ids of entries that are stored."""

    items: list[FlagItem]
    order: list[str]
    current: str
    place: int | None
    total: int
    acks: list[str]
    refused: str
    who: str
    workspace: str


class FlagEntry(TypedDict):
    """An act on the flag that was shown; `then` is the one that is shown after it, `again` counts the tries."""

    id: str
    who: str
    act: str
    flag: str | None
    then: str | None
    again: int


class FlagSent(TypedDict):
    """All entries that are not acknowledged, in their order."""

    said: list[FlagEntry]
