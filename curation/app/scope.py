"""Which samples a page is about: filters and a selection that travel between pages in the address."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import polars as pl

from curation.app import board, queried
from curation.app.server import Server
from curation.common import digits
from curation.filtering import facets, query
from curation.filtering.snapshot import Snapshot
from curation.maps import layouts, polygon
from curation.maps import search as ranked
from curation.recipes.recipe import Cut
from storage import search

UNDECIDED = "undecided"
DECISIONS = {"approve": "approved", "reject": "rejected", "later": "left for later", UNDECIDED: "undecided"}
MOST_CORNERS = 60
LONGEST = 300
"""Longest text that is read from an address."""


@dataclass(frozen=True)
class Lasso:
    """An area of a map: the stage's name and the corners of a polygon on its plane."""

    map: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Scope:
    """Filters that all hold; an empty one holds for everything.

    `flagged` is a kind of flag that nobody dismissed, `cluster` and `like` are `stage:number` (a cluster of a map, the
    samples nearest to one there), `scene` words for what a picture shows, `ranges` values of metrics, `query` what was
    typed into a query box; one that cannot be read holds for nothing.
    """

    dataset: str = ""
    task: str = ""
    language: str = ""
    flagged: str = ""
    decision: str = ""
    tag: str = ""
    cluster: str = ""
    words: str = ""
    like: str = ""
    scene: str = ""
    ranges: tuple[Cut, ...] = ()
    lasso: Lasso | None = None
    query: str = ""

    @property
    def empty(self) -> bool:
        """True when it holds for everything."""
        return self == Scope()


TEXTS = tuple(field.name for field in fields(Scope) if field.name not in ("ranges", "lasso"))
PARAMS = (*TEXTS, "where", "lasso")


def from_params(params: Mapping[str, str]) -> Scope:
    """The scope that an address names; what cannot be read is left out."""
    texts = {name: str(params.get(name, ""))[: LONGEST if name != "query" else query.LONGEST].strip() for name in TEXTS}
    return Scope(**texts, ranges=_ranges(str(params.get("where", ""))), lasso=_lasso(str(params.get("lasso", ""))))


def to_params(scope: Scope) -> dict[str, str]:
    """The parameters of an address, only those that say something."""
    params = {name: getattr(scope, name) for name in TEXTS}
    params["where"] = ";".join(f"{cut.metric}:{_edge(cut.low)}..{_edge(cut.high)}" for cut in scope.ranges)
    if scope.lasso:
        corners = ";".join(f"{x:.6g},{y:.6g}" for x, y in scope.lasso.points)
        params["lasso"] = f"{scope.lasso.map}:{corners}"
    return {name: text for name, text in params.items() if text}


def without(scope: Scope, part: str) -> Scope:
    """Leaves a filter out.

    Args:
        scope: Filters of a page.
        part: One of PARAMS.

    Returns:
        A new scope.
    """
    if part == "where":
        return replace(scope, ranges=())
    if part == "lasso":
        return replace(scope, lasso=None)
    empty: dict[str, Any] = {part: ""}
    return replace(scope, **empty)


def members(server: Server, scope: Scope) -> np.ndarray | None:
    """Finds the samples of a scope.

    Args:
        server: Server of the open workspace.
        scope: Filters that all hold.

    Returns:
        True for the samples of the scope, one entry per sample; None for all of them.
    """
    if scope.empty:
        return None
    snapshot = board.current(server).snapshot
    mask = np.ones(snapshot.count, dtype=bool)
    for part, holds in _PARTS.items():
        value = getattr(scope, part)
        if value:
            mask &= holds(server, snapshot, value)
    return mask


def chips(server: Server, scope: Scope) -> list[tuple[str, str]]:
    """Puts each filter into words.

    Args:
        server: Server of the open workspace.
        scope: Filters of a page.

    Returns:
        (one of PARAMS, what it says) of each filter that is set.
    """
    labels = {
        "dataset": "Dataset",
        "task": "Task",
        "language": "Language",
        "flagged": "Flag",
        "tag": "Tag",
        "words": "Says",
        "scene": "Shows",
        "query": "Query",
    }
    descriptions = [(part, f"{word}: {getattr(scope, part)}") for part, word in labels.items() if getattr(scope, part)]
    if scope.decision:
        descriptions.append(("decision", DECISIONS.get(scope.decision, scope.decision).capitalize()))
    if scope.cluster:
        descriptions.append(("cluster", f"Cluster: {_cluster_name(server, scope.cluster)}"))
    if scope.like:
        descriptions.append(("like", f"Like sample {_stage(scope.like)[1]}"))
    if scope.ranges:
        columns = board.current(server).snapshot.columns
        descriptions.append(("where", ", ".join(_range_words(cut, columns) for cut in scope.ranges)))
    if scope.lasso:
        descriptions.append(
            ("lasso", f"An area of the map of {layouts.MAPS.get(scope.lasso.map, scope.lasso.map).lower()}")
        )
    return descriptions


def decided(server: Server) -> np.ndarray:
    """Per sample: 0 undecided, 1 approved, 2 rejected, 3 left for later, by the decisions that stand."""
    return facets.decision_codes(board.current(server).snapshot)


def tags(server: Server) -> dict[str, int]:
    """Tags that samples carry, with how many do, most first."""
    counts = (
        facets.tagged(board.current(server).snapshot).group_by("tag").len().sort("len", "tag", descending=[True, False])
    )
    return dict(counts.iter_rows())


def _in_dataset(_: Server, snapshot: Snapshot, name: str) -> np.ndarray:
    return (snapshot.samples["dataset"] == name).to_numpy()


def _of_task(_: Server, snapshot: Snapshot, task: str) -> np.ndarray:
    code = snapshot.tasks.index(task) if task in snapshot.tasks else -1
    return snapshot.task_codes == code


def _in_language(_: Server, snapshot: Snapshot, name: str) -> np.ndarray:
    code = snapshot.languages.index(name) if name in snapshot.languages else -1
    return snapshot.language_codes == code


def _flagged(_: Server, snapshot: Snapshot, kind: str) -> np.ndarray:
    return _sample_mask(snapshot, facets.undismissed(snapshot).filter(pl.col("kind") == kind)["sample_no"])


def _with_decision(server: Server, _: Snapshot, verdict: str) -> np.ndarray:
    codes = {UNDECIDED: 0, "approve": 1, "reject": 2, "later": 3}
    return decided(server) == codes.get(verdict, 255)


def _with_tag(_: Server, snapshot: Snapshot, tag: str) -> np.ndarray:
    return _sample_mask(snapshot, facets.tagged(snapshot).filter(pl.col("tag") == tag)["sample_no"])


def _in_cluster(server: Server, snapshot: Snapshot, text: str) -> np.ndarray:
    stage, number = _stage(text)
    plane = layouts.plane(server.workspace, stage)
    if plane is None:
        return np.zeros(snapshot.count, dtype=bool)
    return _sample_mask(snapshot, plane.sample_no[plane.cluster == number])


def _in_lasso(server: Server, snapshot: Snapshot, lasso: Lasso) -> np.ndarray:
    plane = layouts.plane(server.workspace, lasso.map)
    if plane is None:
        return np.zeros(snapshot.count, dtype=bool)
    return _sample_mask(snapshot, plane.sample_no[polygon.inside(plane.x, plane.y, lasso.points)])


def _saying(server: Server, snapshot: Snapshot, words: str) -> np.ndarray:
    return _sample_mask(snapshot, queried.saying(server, *search.terms(words)))


def _like(server: Server, snapshot: Snapshot, text: str) -> np.ndarray:
    return _sample_mask(snapshot, ranked.like(server.workspace, *_stage(text)).numbers)


def _showing(server: Server, snapshot: Snapshot, words: str) -> np.ndarray:
    return _sample_mask(snapshot, ranked.scene(server.workspace, words).numbers)


def _queried(server: Server, _: Snapshot, text: str) -> np.ndarray:
    return queried.members(server, text)


def _in_ranges(_: Server, snapshot: Snapshot, ranges: tuple[Cut, ...]) -> np.ndarray:
    mask = np.ones(snapshot.count, dtype=bool)
    for cut in ranges:
        worst = snapshot.values[cut.metric].worst if cut.metric in snapshot.values else np.full(snapshot.count, np.nan)
        low, high = (-np.inf if cut.low is None else cut.low), (np.inf if cut.high is None else cut.high)
        mask &= (worst >= low) & (worst <= high)
    return mask


_PARTS: Mapping[str, Callable[[Server, Snapshot, Any], np.ndarray]] = {
    "dataset": _in_dataset,
    "task": _of_task,
    "language": _in_language,
    "flagged": _flagged,
    "decision": _with_decision,
    "tag": _with_tag,
    "cluster": _in_cluster,
    "words": _saying,
    "like": _like,
    "scene": _showing,
    "ranges": _in_ranges,
    "lasso": _in_lasso,
    "query": _queried,
}


def _sample_mask(snapshot: Snapshot, numbers: pl.Series | np.ndarray) -> np.ndarray:
    mask = np.zeros(snapshot.count, dtype=bool)
    indices = np.asarray(numbers)
    mask[indices[indices < snapshot.count]] = True  # a snapshot may be older than a search
    return mask


def _cluster_name(server: Server, text: str) -> str:
    stage, number = _stage(text)
    plane = layouts.plane(server.workspace, stage)
    return plane.name(number) if plane else text


def _stage(text: str) -> tuple[str, int]:
    """`stage:number`; a number that nothing has for anything else."""
    stage, _, number = text.rpartition(":")
    cluster = digits.whole_number(number)
    return stage, -2 if cluster is None else cluster


def _ranges(text: str) -> tuple[Cut, ...]:
    ranges = []
    for part in text.split(";")[:20]:
        metric, _, edges = part.partition(":")
        low, dots, high = edges.partition("..")
        if metric and dots:
            ranges.append(Cut(metric, _number(low), _number(high)))
    return tuple(ranges)


def _lasso(text: str) -> Lasso | None:
    stage, _, corners = text.partition(":")
    pairs = [tuple(_number(coordinate) for coordinate in pair.split(",")) for pair in corners.split(";")[:MOST_CORNERS]]
    points = tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2 and None not in pair)
    return Lasso(stage, points) if stage and len(points) >= 3 else None  # type: ignore[arg-type]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _edge(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _range_words(cut: Cut, columns: Mapping[str, Any]) -> str:
    title = columns[cut.metric].title if cut.metric in columns else cut.metric
    if cut.low is None:
        return f"{title} at most {_edge(cut.high)}"
    return (
        f"{title} at least {_edge(cut.low)}" if cut.high is None else f"{title} {_edge(cut.low)} to {_edge(cut.high)}"
    )
