"""Who pays for a recipe: the mix of tasks, datasets, lengths and clusters before and after."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import RecipeOutcome
from curation.maps.layouts import Plane
from scoring.arrays import Numbers

UNUSUAL = 3.0
"""A group that loses so many times the average share is warned of; where much is lost on average, one that loses
more than half of what the average leaves."""
FEWEST = 20
"""Smaller groups are not warned of: some lost samples are a large share of them."""
WORDS = (5, 10, 20, 50, 100, 200, 500)
LENGTH = "response_length"


@dataclass(frozen=True)
class Grouping:
    """One way to part the samples: `codes` are places in `names`, -1 where a sample is in no group."""

    title: str
    names: Sequence[str]
    codes: Numbers


def groupings(snapshot: Snapshot, planes: Sequence[tuple[str, Plane]]) -> list[Grouping]:
    """Parts the samples by task, dataset, response length and the clusters of each map.

    Args:
        snapshot: All samples.
        planes: Title and map of each.

    Returns:
        Groupings in this order; without lengths where they are not scored.
    """
    parts = plain(snapshot)
    if LENGTH in snapshot.values and snapshot.values[LENGTH].histogram.any():
        parts.append(_lengths(snapshot))
    return parts + [_clusters(snapshot, title, plane) for title, plane in planes]


def plain(snapshot: Snapshot) -> list[Grouping]:
    """The samples by task, language and dataset; without languages where they are not told yet."""
    parts = [Grouping("Task", snapshot.tasks, snapshot.task_codes)]
    if len(snapshot.languages) > 1:
        parts.append(Grouping("Language", snapshot.languages, snapshot.language_codes))
    return [*parts, by_dataset(snapshot)]


def by_dataset(snapshot: Snapshot) -> Grouping:
    """The samples of each dataset."""
    names = snapshot.samples["dataset"].unique(maintain_order=True)
    codes = snapshot.samples["dataset"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int32)
    return Grouping("Dataset", names.to_list(), codes)


def table(outcome: RecipeOutcome, parted: Sequence[Grouping]) -> pl.DataFrame:
    """Compares the groups' shares before and after a recipe.

    Args:
        outcome: What the recipe does.
        parted: Groupings of the samples.

    Returns:
        by, group, before, after, shift (of its share, in points), lost (share), warn; largest shifts first.
    """
    frames = [_impact_of(outcome, grouping) for grouping in parted]
    rows = pl.concat(
        [frame for frame in frames if frame.height] or [_impact_of(outcome, Grouping("", [], np.empty(0, np.int64)))]
    )
    average = 1 - outcome.remaining / max(outcome.total, 1)
    limit = min(UNUSUAL * average, (1 + average) / 2)
    loses = (pl.col("lost") > limit) & (pl.col("before") >= FEWEST) & (pl.col("lost") > 0)
    return rows.with_columns(warn=loses).sort(pl.col("shift").abs(), descending=True, maintain_order=True)


def _impact_of(outcome: RecipeOutcome, grouping: Grouping) -> pl.DataFrame:
    size = len(grouping.names)
    members = outcome.part.members
    before = _counts(grouping.codes if members is None else grouping.codes[members], size)
    after = _counts(grouping.codes[outcome.passing] if size else grouping.codes, size)
    lost = 1 - after / np.maximum(before, 1)
    shift = 100 * (after / max(after.sum(), 1) - before / max(before.sum(), 1))
    frame = pl.DataFrame(
        {"by": [grouping.title] * size, "group": list(grouping.names), "before": before, "after": after},
        schema={"by": pl.String, "group": pl.String, "before": pl.Int64, "after": pl.Int64},
    ).with_columns(shift=pl.Series(shift, dtype=pl.Float64), lost=pl.Series(lost, dtype=pl.Float64))
    return frame.filter(pl.col("before") > 0)


def _counts(codes: Numbers, size: int) -> Numbers:
    return np.bincount(codes.astype(np.int64) + 1, minlength=size + 1)[1:]


def _lengths(snapshot: Snapshot) -> Grouping:
    longest = snapshot.values[LENGTH].high
    codes = np.digitize(longest, WORDS).astype(np.int32)
    codes[np.isnan(longest)] = -1
    ends = [f"{low} to {high - 1} words" for low, high in itertools.pairwise(WORDS)]
    return Grouping("Response length", [f"under {WORDS[0]} words", *ends, f"{WORDS[-1]} words and more"], codes)


def _clusters(snapshot: Snapshot, title: str, plane: Plane) -> Grouping:
    numbers = np.unique(plane.cluster)
    codes = np.full(snapshot.count, -1, dtype=np.int32)
    in_snapshot = plane.sample_no < snapshot.count
    codes[plane.sample_no[in_snapshot]] = np.searchsorted(numbers, plane.cluster[in_snapshot])
    return Grouping(title, [plane.name(int(number)) for number in numbers], codes)
