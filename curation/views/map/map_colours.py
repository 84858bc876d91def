"""How the points of a map are coloured: one code per point, and what each code means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.app import board, scope
from curation.app.server import Server
from curation.common import display
from curation.filtering.snapshot import NO_LANGUAGE, NO_TASK, Snapshot
from curation.maps.layouts import NOISE, Plane
from scoring.arrays import Numbers

MISSING = 255
STEPS = 254
"""The highest code of a scale; MISSING stands for no value."""

SHOWN_CLUSTERS = 10
METRIC = "metric:"
KINDS = {
    "cluster": "Cluster",
    "task": "Task",
    "language": "Language",
    "decision": "Decision",
    "flag": "Flag",
    "dataset": "Dataset",
}
_DECISIONS = (("Approved", "good"), ("Rejected", "bad"), ("Left for later", "warn"))


@dataclass(frozen=True)
class ColourCode:
    """A line of the legend: a code, its name and how many points have it; `tone` is good, bad, warn, none or empty."""

    code: int
    label: str
    count: int
    tone: str = ""


@dataclass(frozen=True, eq=False)
class Colouring:
    """One code (uint8) per point of a map. A scale runs from `low` (code 0) to `high` (code STEPS)."""

    by: str
    title: str
    codes: Numbers
    entries: tuple[ColourCode, ...]
    low: float | None = None
    high: float | None = None
    note: str = ""


def choices(snapshot: Snapshot) -> dict[str, str]:
    """What points can be coloured by, in words; metrics by `metric:name`."""
    metrics = {
        f"{METRIC}{name}": snapshot.columns[name].title
        for name, values in snapshot.values.items()
        if values.histogram.any()
    }
    return {**KINDS, **dict(sorted(metrics.items(), key=lambda pair: pair[1]))}


def colouring(server: Server, plane: Plane, by: str) -> Colouring:
    """Colours the points of a plane.

    Args:
        server: Its board and decisions are used.
        plane: Points to colour.
        by: A key of `choices`; anything else means clusters.
    Returns:
        One code per point, in the plane's order.
    """
    snapshot = board.current(server).snapshot
    if by.startswith(METRIC) and by.removeprefix(METRIC) in snapshot.values:
        return _by_metric(snapshot, plane, by)
    if by == "task":
        return _categories(by, plane, snapshot.tasks, snapshot.task_codes, NO_TASK)
    if by == "language":
        return _categories(by, plane, snapshot.languages, snapshot.language_codes, NO_LANGUAGE)
    if by == "dataset":
        codes = snapshot.samples["dataset"].cast(pl.Categorical).to_physical().to_numpy()
        names = snapshot.samples["dataset"].unique(maintain_order=True).to_list()
        first = {name: int(codes[snapshot.samples["dataset"].index_of(name) or 0]) for name in names}
        return _categories(
            by, plane, sorted(names, key=lambda name: first[name]), codes - min(first.values(), default=0)
        )
    if by == "flag":
        return _by_flag(snapshot, plane)
    if by == "decision":
        return _by_decision(server, plane)
    return _by_cluster(plane)


def at_points(plane: Plane, values: np.ndarray, missing: object) -> np.ndarray:
    """Turns values of samples into values of points.

    Args:
        plane: A map; it may have samples that are newer than the values.
        values: One value per sample number, (N,).
        missing: Value of points whose sample has none, of the same dtype.
    Returns:
        One value per point, in the plane's order.
    """
    in_snapshot = plane.sample_no < len(values)
    if in_snapshot.all():
        return values[plane.sample_no]
    of_points = np.full(plane.count, missing, dtype=values.dtype)
    of_points[in_snapshot] = values[plane.sample_no[in_snapshot]]
    return of_points


def _by_metric(snapshot: Snapshot, plane: Plane, by: str) -> Colouring:
    name = by.removeprefix(METRIC)
    values = at_points(plane, snapshot.values[name].worst, np.nan)
    has_value = ~np.isnan(values)
    low, high = (
        (float(edge) for edge in np.quantile(values[has_value], [0.01, 0.99])) if has_value.any() else (0.0, 1.0)
    )
    codes = np.full(plane.count, MISSING, dtype=np.uint8)
    share = (values[has_value] - low) / max(high - low, 1e-12)
    codes[has_value] = np.rint(np.clip(share, 0.0, 1.0) * STEPS).astype(np.uint8)
    without = plane.count - int(np.count_nonzero(has_value))
    entries = (ColourCode(MISSING, "no value", without, "none"),) if without else ()
    column = snapshot.columns[name]
    note = {"low": "Low values are doubtful.", "high": "High values are doubtful."}.get(column.bad_when, "")
    return Colouring(by, column.title + (f" ({column.unit})" if column.unit else ""), codes, entries, low, high, note)


def _categories(by: str, plane: Plane, names: Sequence[str], of_samples: Numbers, none: str = "") -> Colouring:
    """The most frequent name has code 0; names beyond what codes can tell apart share the last one."""
    point_categories = at_points(plane, of_samples.astype(np.int32), -1)
    counts = np.bincount(point_categories[point_categories >= 0], minlength=len(names))
    order = [
        category
        for category in np.argsort(-counts, kind="stable").tolist()
        if counts[category] and names[category] != none
    ]
    codes = np.full(len(names) + 1, MISSING, dtype=np.uint8)
    for rank, category in enumerate(order):
        codes[category] = min(rank, STEPS)
    entries = [ColourCode(rank, names[category], int(counts[category])) for rank, category in enumerate(order[:STEPS])]
    uncoloured = plane.count - sum(int(counts[category]) for category in order)
    if uncoloured:
        entries.append(ColourCode(MISSING, none.strip("()") or "none", uncoloured, "none"))
    return Colouring(by, KINDS[by], codes[point_categories], tuple(entries))


def _by_flag(snapshot: Snapshot, plane: Plane) -> Colouring:
    """Each sample's flag that nobody dismissed; of several kinds the rarest, which says most."""
    dismissed = snapshot.decisions.filter((pl.col("subject") == "flag") & (pl.col("verdict") == "dismiss"))
    kinds = snapshot.flags.join(dismissed, left_on="flag_id", right_on="key", how="anti")
    kinds = kinds.select("sample_no", "kind").unique()
    frequency = kinds.group_by("kind").len().sort("len", "kind")
    names = frequency["kind"].to_list()
    codes = np.full(snapshot.count, -1, dtype=np.int32)
    for kind_number in range(len(names) - 1, -1, -1):
        codes[kinds.filter(pl.col("kind") == names[kind_number])["sample_no"].to_numpy()] = kind_number
    colouring_by_kind = _categories("flag", plane, [display.words(name) for name in names], codes)
    entries = tuple(
        ColourCode(MISSING, "no flag", entry.count, "none") if entry.code == MISSING else entry
        for entry in colouring_by_kind.entries
    )
    several = "A sample with several kinds has the colour of the rarest." if len(names) > 1 else ""
    return Colouring(colouring_by_kind.by, colouring_by_kind.title, colouring_by_kind.codes, entries, note=several)


def _by_decision(server: Server, plane: Plane) -> Colouring:
    point_decisions = at_points(plane, scope.decided(server), 0)
    counts = np.bincount(point_decisions, minlength=4)
    entries = [
        ColourCode(code, label, int(counts[code + 1]), tone)
        for code, (label, tone) in enumerate(_DECISIONS)
        if counts[code + 1]
    ]
    entries.append(ColourCode(MISSING, "undecided", int(counts[0]), "none"))
    codes = np.array([MISSING, 0, 1, 2], dtype=np.uint8)[point_decisions]
    return Colouring("decision", KINDS["decision"], codes, tuple(entries))


def _by_cluster(plane: Plane) -> Colouring:
    codes = np.where(plane.cluster == NOISE, MISSING, np.minimum(plane.cluster, STEPS)).astype(np.uint8)
    counts = np.bincount(codes, minlength=MISSING + 1)
    clusters = [code for code in range(STEPS + 1) if counts[code]]
    entries = [ColourCode(code, plane.name(code), int(counts[code])) for code in clusters[:SHOWN_CLUSTERS]]
    if counts[MISSING]:
        entries.append(ColourCode(MISSING, plane.name(NOISE), int(counts[MISSING]), "none"))
    more = len(clusters) - SHOWN_CLUSTERS
    note = f"and {more:,} smaller ones, in the list beside the map" if more > 0 else ""
    return Colouring("cluster", KINDS["cluster"], codes, tuple(entries), note=note)
