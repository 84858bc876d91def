"""Indicators of sets of samples side by side: the report command, the dataset card and the export preview show them.

Rows are the size, the dataset indicators in the order of the paper's principles, the share of flagged samples, and the
means of all metrics that no indicator stands for. `detail` says what a value comes from, or why there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.common.errors import WinnowError
from curation.common.progress import StepProgress
from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import NEVER_DROPPED
from curation.reporting import indicators
from curation.reporting.indicators import IndicatorResult
from curation.workspace import Workspace
from scoring.arrays import Mask

SCHEMA = {
    "name": pl.String,
    "title": pl.String,
    "before": pl.Float64,
    "after": pl.Float64,
    "unit": pl.String,
    "better": pl.String,
    "detail": pl.String,
    "before_low": pl.Float64,
    "before_high": pl.Float64,
    "after_low": pl.Float64,
    "after_high": pl.Float64,
}


class ReportError(WinnowError):
    """There is nothing to report on; the message says why."""


@dataclass(frozen=True)
class IndicatorRow:
    """One number about a set. `better` is low, high or empty where neither is.

    `low` and `high` are the ends of the 95 % interval; None where there is none.
    """

    name: str
    abbreviation: str
    title: str
    value: float | None
    unit: str
    better: str = ""
    detail: str = ""
    n: int = 0
    low: float | None = None
    high: float | None = None


def rows(
    workspace: Workspace, snapshot: Snapshot, sets: Sequence[Mask], *, heavy: bool = True,
    means: bool = True, intervals: bool = True, progress: StepProgress = indicators.silent,
) -> list[list[IndicatorRow]]:  # fmt: skip
    """Builds the rows of every set, comparable between them.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        sets: Each True for its samples.
        heavy: Whether heavy indicators without a stored value are computed.
        means: Whether to add the means of metrics that no indicator stands for.
        intervals: Whether values that are not kept come with their 95 % interval.
        progress: Called before each indicator.

    Returns:
        Per set, rows in the order of the module's description.
    """
    computed = indicators.compare(workspace, snapshot, sets, heavy=heavy, intervals=intervals, progress=progress)
    used = {result.outcome.source for results in computed for result in results}
    metrics = [
        name
        for name in snapshot.values
        if means and snapshot.columns[name].kind in ("metric", "imported") and name not in used
    ]
    return [_of_set(snapshot, members, results, metrics) for members, results in zip(sets, computed, strict=True)]


def table(
    workspace: Workspace, snapshot: Snapshot, before: Mask, after: Mask, *, heavy: bool = True, intervals: bool = True
) -> pl.DataFrame:
    """Puts two sets side by side.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        before: The first set, True for its samples.
        after: The second set.
        heavy: Whether heavy indicators without a stored value are computed.
        intervals: Whether values that are not kept come with their 95 % interval.

    Returns:
        The columns of SCHEMA, one row per number.
    """
    first, second = rows(workspace, snapshot, [before, after], heavy=heavy, intervals=intervals)
    lines = [
        (
            row_before.name,
            row_before.title,
            row_before.value,
            row_after.value,
            row_before.unit,
            row_before.better,
            _detail(row_before.detail, row_after.detail),
            row_before.low,
            row_before.high,
            row_after.low,
            row_after.high,
        )
        for row_before, row_after in zip(first, second, strict=True)
    ]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def _of_set(
    snapshot: Snapshot, members: Mask, results: list[IndicatorResult], metrics: list[str]
) -> list[IndicatorRow]:
    size = int(np.count_nonzero(members))
    return [
        IndicatorRow("samples", "n", "Samples", float(size), "samples", n=size),
        *(_of_result(result) for result in results),
        IndicatorRow("flagged", "F", "Samples with an open flag", _flagged(snapshot, members), "share", "low", n=size),
        *(_mean(snapshot, name, members) for name in metrics),
    ]


def _of_result(result: IndicatorResult) -> IndicatorRow:
    indicator, outcome = result.indicator, result.outcome
    title = f"{indicator.title} ({indicator.abbreviation})"
    return IndicatorRow(
        indicator.name,
        indicator.abbreviation,
        title,
        outcome.value,
        indicator.unit,
        indicator.better,
        outcome.detail,
        outcome.n,
        outcome.low,
        outcome.high,
    )


def _flagged(snapshot: Snapshot, members: Mask) -> float | None:
    size = np.count_nonzero(members)
    if not size:
        return None
    against = snapshot.flags.filter(~pl.col("verdict").is_in(NEVER_DROPPED))
    decided = snapshot.decisions.filter(pl.col("subject") == "flag")["key"]
    undecided = against.filter(~pl.col("flag_id").is_in(decided.to_list()))
    flagged = np.zeros(snapshot.count, dtype=bool)
    flagged[undecided["sample_no"].to_numpy()] = True
    return float(np.count_nonzero(flagged & members) / size)


def _mean(snapshot: Snapshot, name: str, members: Mask) -> IndicatorRow:
    """A metric's mean; its name has a prefix, since an indicator may be called the same."""
    column = snapshot.columns[name]
    values = snapshot.values[name].mean[members]
    present = values[~np.isnan(values)]
    mean = float(present.mean()) if len(present) else None
    better = {"low": "high", "high": "low"}.get(column.bad_when, "")
    return IndicatorRow(f"mean_{name}", "", column.title, mean, column.unit, better, n=len(present))


def _detail(before: str, after: str) -> str:
    return before if before == after else f"before: {before}; after: {after}"
