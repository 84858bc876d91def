"""What the report page draws: profiles of sets, distributions of a metric, and tasks with what is inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.app.server import Server
from curation.balancing import cells
from curation.filtering.snapshot import BINS, Snapshot
from curation.maps import layouts
from curation.recipes.recipe import Quota
from curation.reporting import tables
from curation.reporting.sample_sets import NamedSet
from curation.reporting.tables import Line
from curation.views.report.report import Sets
from scoring.arrays import Floats, Numbers

DATASETS = "dataset"
LEAVES = 12
"""Parts of a task that are drawn, the largest; the others are one part."""
OTHERS = "(others)"


@dataclass(frozen=True)
class Profile:
    """A set's values over the best of all sets: 0 to 1, where 1 is the best; `values` are the numbers themselves."""

    name: str
    shares: tuple[float, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Spread:
    """A metric in one set: the share of its samples in each bin, its quartiles, and how many samples have a value."""

    name: str
    shares: Floats
    quartiles: tuple[float, float, float]
    count: int


@dataclass(frozen=True)
class TaskPart:
    """A part of a task: its dataset or scene, and how many samples it has."""

    task: str
    name: str
    samples: int


def profiles(lines: Sequence[Line]) -> tuple[list[str], list[Profile]]:
    """Indicators that every set has a value of and that have a better way, and each set's profile over them."""
    indicator_names = [name for name in tables.names(lines) if _drawable(lines, name)]
    profiles_found = []
    for line in lines:
        rows = [line.by_name[name] for name in indicator_names]
        shares = tuple(_share(lines, row.name, row.value or 0.0) for row in rows)
        profiles_found.append(Profile(line.of.name, shares, tuple(row.value for row in rows)))
    return indicator_names, profiles_found


def metrics(all_sets: Sets) -> dict[str, str]:
    """The metrics with values, by name with their titles; metrics before stages."""
    snapshot = all_sets.snapshot
    with_values = {name: snapshot.columns[name] for name, values in snapshot.values.items() if values.histogram.any()}
    return {name: column.title for name, column in with_values.items() if column.kind == "metric"} | {
        name: column.title for name, column in with_values.items() if column.kind != "metric"
    }


def spreads(all_sets: Sets, selected: Sequence[NamedSet], metric: str) -> tuple[Floats, list[Spread]]:
    """Compares how a metric spreads in sets.

    Args:
        all_sets: Collection that the sets belong to.
        selected: Sets to compare; those without a value are left out.
        metric: Name of the metric; the worst value of each sample counts.
    Returns:
        The BINS + 1 edges of the bins, and one spread per set.
    """
    values = all_sets.snapshot.values[metric]
    spreads_found = []
    for named_set in selected:
        present = values.worst[named_set.members]
        present = present[~np.isnan(present)]
        if len(present):
            counts = np.bincount(values.codes[named_set.members], minlength=BINS + 1)[:BINS]
            low, middle, high = (float(q) for q in np.quantile(present, [0.25, 0.5, 0.75]))
            spreads_found.append(Spread(named_set.name, counts / len(present), (low, middle, high), len(present)))
    return values.edges, spreads_found


def divisions(server: Server, all_sets: Sets) -> dict[str, str]:
    """Lists what tasks can be divided into.

    Args:
        server: Its workspace holds the maps.
        all_sets: Sets whose datasets count.
    Returns:
        Datasets and stages of maps, by name with their titles.
    """
    titles = {DATASETS: "datasets"} if all_sets.snapshot.samples["dataset"].n_unique() > 1 else {}
    for name, title in layouts.MAPS.items():
        if layouts.plane(server.workspace, name) is not None:
            titles[name] = "scenes" if name == "map_images" else f"clusters of {title.lower()}"
    return titles or {DATASETS: "datasets"}


def parts(server: Server, all_sets: Sets, of: NamedSet, division: str) -> list[TaskPart]:
    """Counts a set's tasks and what they are made of.

    Args:
        server: Its workspace holds the maps.
        all_sets: Collection that the set belongs to.
        of: The set.
        division: A key of `divisions`.
    Returns:
        Parts of the largest task first; within a task the largest first, at most LEAVES and one for the others.
    """
    snapshot = all_sets.snapshot
    names, codes = _codes(server, snapshot, division)
    tasks = snapshot.task_codes[of.members].astype(np.int64)
    flat = np.bincount(tasks * len(names) + codes[of.members], minlength=len(snapshot.tasks) * len(names))
    table = flat.reshape(len(snapshot.tasks), len(names))
    order = np.argsort(-table.sum(axis=1), kind="stable")
    return [part for task in order for part in _of_task(snapshot.tasks[task], names, table[task])]


def _of_task(task: str, names: Sequence[str], counts: Numbers) -> list[TaskPart]:
    order = [int(position) for position in np.argsort(-counts, kind="stable") if counts[position]]
    largest = [TaskPart(task, names[position], int(counts[position])) for position in order[:LEAVES]]
    others = int(counts[order[LEAVES:]].sum()) if len(order) > LEAVES else 0
    return [*largest, TaskPart(task, OTHERS, others)] if others else largest


def _codes(server: Server, snapshot: Snapshot, division: str) -> tuple[list[str], Numbers]:
    axis = "dataset" if division == DATASETS else "cluster"
    quota = Quota() if division == DATASETS else Quota(map=division)
    everything = np.ones(snapshot.count, dtype=bool)
    return cells.coded(server.workspace, snapshot, quota, axis, everything)


def _drawable(lines: Sequence[Line], name: str) -> bool:
    rows = [line.by_name[name] for line in lines]
    return bool(rows[0].better) and all(row.value is not None and row.value >= 0 for row in rows)


def _share(lines: Sequence[Line], name: str, value: float) -> float:
    """The value over the best; where low is better, the best over the value. All zero is all best."""
    values = [line.by_name[name].value or 0.0 for line in lines]
    if lines[0].by_name[name].better == "low":
        return 1.0 if value == min(values) else min(values) / value
    return value / max(values) if max(values) else 1.0
