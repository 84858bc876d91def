"""The grid and the table of samples with the filters beside them."""

from __future__ import annotations

from typing import Literal, TypedDict


class FacetValue(TypedDict):
    """A value of a field, how many samples of the other filters have it, and whether it is asked for or left out."""

    label: str
    count: int
    state: Literal["", "in", "out"]


class Facet(TypedDict):
    """A field with its values; `several` may be on one sample, `every` asks for all of them, `more` are not listed."""

    field: str
    title: str
    several: bool
    every: bool
    values: list[FacetValue]
    more: int


class FacetMetric(TypedDict):
    """A metric with its range; `counts` per bin between `edges` only where it is open."""

    field: str
    title: str
    unit: str
    low: float | None
    high: float | None
    edges: list[float]
    counts: list[int]


class SortColumn(TypedDict):
    """What samples can be sorted by."""

    name: str
    title: str
    numeric: bool


class BrowseRow(TypedDict):
    """A sample at a glance; `value` is what it is sorted by, `values` all its metrics, for the table alone."""

    sample: int
    image: int | None
    asked: str
    answered: str
    dataset: str
    row: int
    task: str
    language: str
    decision: str
    flags: int
    turns: int
    images: int
    value: str
    values: dict[str, str]


class BrowseRows(TypedDict):
    """Rows from `start` on of the list `rev`."""

    rev: str
    start: int
    rows: list[BrowseRow]


class BrowseLook(TypedDict):
    """What a query and an order give: the list `rev` of `total` samples of `every`, with its first rows."""

    query: str
    problem: str
    sort: str
    rev: str
    total: int
    every: int
    facets: list[Facet]
    metrics: list[FacetMetric]
    first: BrowseRows


class BrowseEdit(TypedDict):
    """Another choice in the filter of one field."""

    field: str
    included: list[str]
    excluded: list[str]
    every: bool
    low: float | None
    high: float | None


class BrowseQuestion(TypedDict):
    """A question to `/browse/look`: other filters of the page, query, order, open metrics, and a change to make."""

    scope: dict[str, str]
    query: str
    sort: str
    open: list[str]
    table: bool
    edit: BrowseEdit | None


class BrowseData(TypedDict):
    """The page; `seq` is the last message that was heard, another `done` says that people decided something."""

    look: BrowseLook
    scope: dict[str, str]
    columns: list[SortColumn]
    open: list[str]
    view: Literal["grid", "table"]
    size: int
    opened: list[int]
    seq: int
    done: int


class BrowseChange(TypedDict):
    """Message `seq`: query, order, view, size and opened samples as they are now."""

    seq: int
    query: str
    sort: str
    view: Literal["grid", "table"]
    size: int
    open: list[str]
    opened: list[int]


class BrowseSelection(TypedDict):
    """Selected places of the list `rev` of a query and an order, from and to (not included)."""

    rev: str
    query: str
    sort: str
    spans: list[list[int]]


class BrowseSent(TypedDict):
    """The last change, the last selection, and the sample whose likes are asked for."""

    changed: BrowseChange
    selected: BrowseSelection
    like: int


class OpenedPicture(TypedDict):
    """A picture of an opened sample; without a number, why it cannot be shown."""

    image: int | None
    name: str
    why: str


class OpenedPart(TypedDict):
    """A part of a response; `tone` is that of a flagged span, or empty."""

    text: str
    tone: str
    reason: str


class OpenedTurn(TypedDict):
    """A turn; its response in parts."""

    asked: str
    parts: list[OpenedPart]


class OpenedScore(TypedDict):
    """A value; `bad` beyond the suggested cut."""

    title: str
    text: str
    bad: bool


class OpenedFlag(TypedDict):
    """A flag."""

    title: str
    reason: str
    status: str


class OpenedSample(TypedDict):
    """A sample that is looked at, or one of those side by side. It answers `/browse/sample`."""

    sample: int
    name: str
    decision: str
    tags: list[str]
    pictures: list[OpenedPicture]
    turns: list[OpenedTurn]
    scores: list[OpenedScore]
    flags: list[OpenedFlag]
