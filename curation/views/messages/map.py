"""The map, the list of its clusters and the row of samples under it."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class LegendEntry(TypedDict):
    """A code of the colouring, its name and how many points have it."""

    code: int
    label: str
    count: int
    tone: str


class Legend(TypedDict):
    """What the colours mean; a scale has `low` and `high`."""

    title: str
    note: str
    folded: bool
    kind: Literal["categories", "scale"]
    entries: list[LegendEntry]
    low: NotRequired[str]
    high: NotRequired[str]


class ClusterExamples(TypedDict):
    """Numbers of pictures and words that stand for a cluster."""

    images: list[int]
    words: str


class Cluster(ClusterExamples):
    """A cluster; `box` is left, low, right and high, `flagged` and `decided` are shares."""

    cluster: int
    name: str
    size: int
    x: float
    y: float
    box: list[float]
    mean: str
    flagged: float
    decided: float


class MapFocus(TypedDict):
    """A box to go to, once per `token`."""

    token: str
    box: list[float]


class MapDrawing(TypedDict):
    """Addresses of bytes that the map fetches, and what it draws over the points."""

    points: str
    colours: str
    members: str
    bounds: list[float]
    legend: Legend
    labels: list[Cluster]
    cluster: int | None
    focus: MapFocus | None
    area: list[list[float]] | None


class MapData(MapDrawing):
    """`open` is the number of the sample beside the map."""

    open: int | None


class MapEvent(TypedDict):
    """What a person did: `open` with a sample, `lasso` with points, `cluster` with its number, or `clear`."""

    kind: Literal["open", "lasso", "cluster", "clear"]
    sample: NotRequired[int]
    points: NotRequired[list[list[float]]]
    cluster: NotRequired[int]


class MapSent(TypedDict):
    """The last event."""

    event: MapEvent


class ClustersData(TypedDict):
    """The list beside the map; `metric` is the title of the one that colours it, or empty."""

    clusters: list[Cluster]
    current: int | None
    metric: str
    coloured: bool


class StripSample(TypedDict):
    """A sample with the number of its first picture."""

    sample: int
    image: int | None
    text: str


class StripData(TypedDict):
    """The row under the map; `ranked` ones have numbers."""

    samples: list[StripSample]
    ranked: bool
