"""One metric's worst value of every sample, read by itself: cheaper than a snapshot of all of them."""

from __future__ import annotations

import numpy as np
import polars as pl

from curation.workspace import Workspace, cache, metric_settings
from curation.workspace.score_columns import Column
from scoring.arrays import Floats
from storage import datasets, scores
from storage.store import Store


def column(workspace: Workspace, metric: str) -> Column | None:
    """Looks up a metric that has numbers and a bad side.

    Args:
        workspace: Open workspace.
        metric: The metric's name.

    Returns:
        Its column; None for any other name.
    """
    return columns(workspace).get(metric)


def columns(workspace: Workspace) -> dict[str, Column]:
    """Every metric that has numbers and a bad side, by name."""
    all_columns = cache.recall(workspace.store, "columns", lambda _: metric_settings.columns(workspace))
    return {
        name: score_column
        for name, score_column in all_columns.items()
        if score_column.numeric and score_column.bad_when in ("low", "high")
    }


def by_sample(workspace: Workspace, metric: str) -> Floats:
    """Reads a metric's worst value of each sample; the same array until the scores change.

    Args:
        workspace: Open workspace.
        metric: The metric's name.

    Returns:
        One value per sample number, NaN where there is none; empty for a metric without a bad side.
    """
    score_column = column(workspace, metric)
    if score_column is None:
        return np.empty(0)
    return cache.recall(
        workspace.store,
        f"worst values of {metric} {score_column.version}",
        lambda store: read(store, score_column),
        patient=True,
    )


def read(store: Store, score_column: Column) -> Floats:
    """Reads a metric's worst value of each sample anew.

    Args:
        store: The workspace's store.
        score_column: The metric.

    Returns:
        One value per sample number, NaN where there is none.
    """
    rows = scores.of_metric(store, score_column.name, score_column.version, score_column.subject)
    finite = rows.filter(pl.col("value").is_not_null() & pl.col("value").is_finite())
    value = pl.col("value").min() if score_column.bad_when == "low" else pl.col("value").max()
    rolled = finite.group_by("sample_no").agg(value)
    values = np.full(datasets.totals(store)["samples"], np.nan)
    rolled = rolled.filter(pl.col("sample_no") < len(values))  # samples may have left between the two readings
    values[rolled["sample_no"].to_numpy()] = rolled["value"].to_numpy()
    return values
