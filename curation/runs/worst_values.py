"""One metric's worst value of every sample, read by itself: cheaper than a snapshot of all of them."""

from __future__ import annotations

import numpy as np
import polars as pl

from curation.workspace import Workspace, cache, metric_settings
from curation.workspace.score_columns import Column
from storage import datasets, scores
from storage.store import Store


def column(workspace: Workspace, metric: str) -> Column | None:
    """The metric, where it has numbers and a bad side."""
    return columns(workspace).get(metric)


def columns(workspace: Workspace) -> dict[str, Column]:
    """Every metric that has numbers and a bad side, by name."""
    known = cache.recall(workspace.store, "columns", lambda _: metric_settings.columns(workspace))
    return {name: one for name, one in known.items() if one.numeric and one.bad_when in ("low", "high")}


def by_sample(workspace: Workspace, metric: str) -> np.ndarray:
    """The worst value of each sample by number, NaN where there is none; the same array until the scores change."""
    found = column(workspace, metric)
    if found is None:
        return np.empty(0)
    return cache.recall(
        workspace.store, f"worst values of {metric} {found.version}", lambda store: read(store, found), patient=True
    )


def read(store: Store, found: Column) -> np.ndarray:
    """The same, read anew."""
    rows = scores.of_metric(store, found.name, found.version, found.subject)
    finite = rows.filter(pl.col("value").is_not_null() & pl.col("value").is_finite())
    value = pl.col("value").min() if found.bad_when == "low" else pl.col("value").max()
    rolled = finite.group_by("sample_no").agg(value)
    values = np.full(datasets.totals(store)["samples"], np.nan)
    values[rolled["sample_no"].to_numpy()] = rolled["value"].to_numpy()
    return values
