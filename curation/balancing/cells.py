"""The cells of a quota: which task, dataset, cluster, complexity and language every sample has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from curation.balancing.allocation import Cells
from curation.filtering.snapshot import Snapshot
from curation.maps import layouts
from curation.maps.layouts import Plane
from curation.recipes import strategies
from curation.recipes.recipe import Quota
from curation.recipes.strategies import Candidates
from curation.workspace import Workspace, metric_settings
from scoring.arrays import Bits, Floats, Mask, Numbers, Vectors
from storage import vectors

INFORMATION = "response_length"
"""The metric that says how much a response says, for strategies that ask."""
OFF_MAP = "(not on the map)"
BANDS = ("low", "middle", "high", "(not scored)")

CodedAxis = tuple[list[str], Numbers]
"""The values of an axis, and one code per sample."""


def coded(workspace: Workspace, snapshot: Snapshot, quota: Quota, axis: str, within: Mask) -> CodedAxis:
    """Codes one axis of the quota over all samples.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        quota: Says which map and which complexity metric are used.
        axis: task, dataset, cluster, complexity or language.
        within: True for the samples that say what is low and high.

    Returns:
        The axis' values, and one code per sample.
    """
    return _AXES[axis](workspace, snapshot, quota, within)


def cells(workspace: Workspace, snapshot: Snapshot, quota: Quota, among: Mask, within: Mask) -> tuple[Cells, Numbers]:
    """Finds the cells of some samples.

    Limits on an axis that makes no cells of its own count too: the axis is added; so is that of weights.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        quota: Axes, limits and weights.
        among: True for the samples that are put into cells.
        within: True for the samples of the recipe's datasets: others in the workspace must not change what is cut.

    Returns:
        The cells that occur, and each sample's cell, -1 for samples that are in none.
    """
    weighed = ("dataset",) if quota.weights else ()
    axes = tuple(dict.fromkeys((*quota.axes, *(limit.axis for limit in quota.limits), *weighed))) or ("task",)
    parts = {axis: coded(workspace, snapshot, quota, axis, within) for axis in axes}
    numbers = np.flatnonzero(among)
    table = np.stack([codes[numbers] for _, codes in parts.values()])
    shape = tuple(len(values) for values, _ in parts.values())
    flat = np.ravel_multi_index(tuple(table), shape) if len(numbers) else np.empty(0, dtype=np.int64)
    sizes = np.bincount(flat, minlength=1)
    occurring = np.flatnonzero(sizes)
    cell_numbers = np.zeros(len(sizes), dtype=np.int64)
    cell_numbers[occurring] = np.arange(len(occurring))
    of_sample = np.full(snapshot.count, -1, dtype=np.int64)
    of_sample[numbers] = cell_numbers[flat]
    occurring_cells = Cells(
        axes=axes,
        values={axis: values for axis, (values, _) in parts.items()},
        codes=np.array(np.unravel_index(occurring, shape)).reshape(len(axes), -1),
        available=sizes[occurring],
    )
    return occurring_cells, of_sample


def plane_of(workspace: Workspace, quota: Quota) -> Plane | None:
    """Loads the quota's map.

    Args:
        workspace: Open workspace.
        quota: Names the map.

    Returns:
        The map, None while it is not computed.
    """
    return layouts.plane(workspace, quota.map)


def candidates(
    workspace: Workspace, snapshot: Snapshot, quota: Quota, drawn: Bits, approved: Mask
) -> Candidates | None:
    """Gathers what the quota's strategy knows of every sample.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        quota: Names the strategy and the map.
        drawn: A random number per sample.
        approved: True for samples that people approved.

    Returns:
        All samples; None where the strategy needs nothing, or what it needs is not computed.
    """
    needs = strategies.kinds()[quota.choice].needs
    positions = map_positions(workspace, snapshot, quota) if needs == "map" else None
    unit_vectors = map_vectors(workspace, snapshot, quota) if needs == "vectors" else None
    if positions is None and unit_vectors is None:
        return None
    measured = snapshot.values.get(INFORMATION)
    return Candidates(drawn, approved, positions, unit_vectors, None if measured is None else measured.mean)


def map_vectors(workspace: Workspace, snapshot: Snapshot, quota: Quota) -> Vectors | None:
    """Reads the vectors behind the quota's map.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        quota: Names the map.

    Returns:
        A unit vector per sample, (N, D), zeros for one without; None where none are computed.
    """
    columns = metric_settings.columns(workspace)
    column = columns[str(columns[quota.map].params["vectors"])]
    numbers, stored_vectors = vectors.of_samples(
        workspace.store, column.name, column.version, column.subject, 0, snapshot.count
    )
    if not len(numbers):
        return None
    unit_vectors = np.zeros((snapshot.count, stored_vectors.shape[1]), dtype=np.float32)
    lengths = np.linalg.norm(stored_vectors, axis=1, keepdims=True)
    unit_vectors[numbers] = stored_vectors / np.maximum(lengths, 1e-12)
    return unit_vectors


def map_positions(workspace: Workspace, snapshot: Snapshot, quota: Quota) -> Floats | None:
    """Gives the position of each sample on the quota's map.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        quota: Names the map.

    Returns:
        Coordinates, (N, 2), NaN for samples off the map; None without a map.
    """
    plane = plane_of(workspace, quota)
    if plane is None:
        return None
    positions = np.full((snapshot.count, 2), np.nan)
    positions[plane.sample_no] = np.stack([plane.x, plane.y], axis=1)
    return positions


def _tasks(_: Workspace, snapshot: Snapshot, __: Quota, ___: Mask) -> CodedAxis:
    return list(snapshot.tasks), snapshot.task_codes


def _languages(_: Workspace, snapshot: Snapshot, __: Quota, ___: Mask) -> CodedAxis:
    return snapshot.languages, snapshot.language_codes


def _datasets(_: Workspace, snapshot: Snapshot, __: Quota, ___: Mask) -> CodedAxis:
    names = snapshot.samples["dataset"].unique().sort().to_list()
    return names, snapshot.samples["dataset"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)


def _clusters(workspace: Workspace, snapshot: Snapshot, quota: Quota, _: Mask) -> CodedAxis:
    plane = plane_of(workspace, quota)
    if plane is None:
        return [OFF_MAP], np.zeros(snapshot.count, dtype=np.int64)
    last = int(plane.cluster.max(initial=-1))
    names = [_named(plane, number) for number in range(last + 1)]
    codes = np.full(snapshot.count, last + 2, dtype=np.int64)
    codes[plane.sample_no] = np.where(plane.cluster < 0, last + 1, plane.cluster)
    return [*names, plane.name(layouts.NOISE), OFF_MAP], codes


def _named(plane: Plane, number: int) -> str:
    """Number and words: two clusters may have the same words."""
    return f"{number + 1}: {plane.name(number)}"


def _complexity(_: Workspace, snapshot: Snapshot, quota: Quota, within: Mask) -> CodedAxis:
    """Thirds by the metric's mean."""
    values = snapshot.values.get(quota.complexity)
    if values is None or np.isnan(values.mean[within]).all():
        return list(BANDS), np.full(snapshot.count, 3)
    thirds = np.nanquantile(values.mean[within], [1 / 3, 2 / 3])
    return list(BANDS), np.where(np.isnan(values.mean), 3, np.searchsorted(thirds, values.mean))


_AXES: Mapping[str, Callable[[Workspace, Snapshot, Quota, Mask], CodedAxis]] = {
    "task": _tasks,
    "dataset": _datasets,
    "cluster": _clusters,
    "complexity": _complexity,
    "language": _languages,
}
