"""The board of the thresholds page."""

from __future__ import annotations

from typing import TypedDict


class Bounds(TypedDict):
    """The lowest and the highest value that are kept; None for no cut on that side."""

    low: float | None
    high: float | None


class BoardCut(Bounds):
    """The bounds of a metric."""

    metric: str


class BoardMetric(TypedDict):
    """A metric with its histogram; `start` is the cut that it is switched on with."""

    name: str
    title: str
    about: str
    principle: str
    unit: str
    edges: list[float]
    whole: bool
    counts: list[int]
    missing: int
    start: Bounds


class BoardKind(TypedDict):
    """A kind of flags with how many samples carry it."""

    kind: str
    title: str
    count: int


class BoardStep(TypedDict):
    """A filter of the funnel: what it fails, drops after those before it, drops alone, and what remains."""

    kind: str
    name: str
    title: str
    fails: int
    drops: int
    only: int
    remaining: int


class BoardCounts(TypedDict):
    """What the filters leave; `kept` is per metric and bin. It answers `/evaluate` too."""

    remaining: int
    total: int
    funnel: list[BoardStep]
    kept: dict[str, list[int]]


class BoardFocus(TypedDict):
    """The filter that stands out."""

    kind: str
    name: str


class BoardFilters(TypedDict):
    """Cuts in the order of the funnel, and kinds of flags that drop."""

    cuts: list[BoardCut]
    flags: list[str]


class BoardState(BoardFilters):
    """What is known of the data and the filters."""

    metrics: list[BoardMetric]
    kinds: list[BoardKind]
    counts: BoardCounts


class BoardData(BoardState):
    """`seq` is the last message that is stored; `scope` goes back with questions to `/evaluate`."""

    seq: int
    focus: BoardFocus
    scope: dict[str, str]


class BoardMove(BoardFilters):
    """Message `seq`; `trail` is what the board showed before."""

    seq: int
    focus: BoardFocus
    trail: list[BoardFilters]


class BoardSent(TypedDict):
    """The last move."""

    said: BoardMove
