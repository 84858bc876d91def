"""Indicators of a set of samples: what the report page, the dataset card and the export preview show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation import balance
from curation.snapshot import NO_TASK, Snapshot
from curation.thresholds import NEVER_DROPPED


@dataclass(frozen=True)
class Indicator:
    """One number about a set. `better` is low, high or empty where neither is."""

    name: str
    title: str
    value: float | None
    unit: str
    better: str = ""


def indicators(snapshot: Snapshot, chosen: np.ndarray) -> list[Indicator]:
    """Indicators of the samples where `chosen` is True: size, tasks, balance, flags, and every metric's mean."""
    counts = np.bincount(snapshot.task_codes[chosen], minlength=len(snapshot.tasks))
    named = np.array([count for task, count in zip(snapshot.tasks, counts, strict=True) if task != NO_TASK])
    size = int(np.count_nonzero(chosen))
    return [
        Indicator("samples", "Samples", float(size), ""),
        Indicator("tasks", "Tasks (T)", float(np.count_nonzero(named)), "", "high"),
        Indicator(
            "balance",
            "Variance of task shares (Bal)",
            balance.variance(named),
            "percent points squared",
            "low",
        ),
        Indicator("entropy", "Normalised task entropy", balance.entropy(named), "0-1", "high"),
        Indicator("flagged", "Samples with an open flag", _flagged(snapshot, chosen), "share", "low"),
        *(_mean(snapshot, name, chosen) for name in snapshot.values if snapshot.columns[name].kind == "metric"),
    ]


def table(snapshot: Snapshot, before: np.ndarray, after: np.ndarray) -> pl.DataFrame:
    """Indicators side by side: name, title, before, after, unit, better."""
    rows = [
        (one.name, one.title, one.value, two.value, one.unit, one.better)
        for one, two in zip(indicators(snapshot, before), indicators(snapshot, after), strict=True)
    ]
    schema = {
        "name": pl.String,
        "title": pl.String,
        "before": pl.Float64,
        "after": pl.Float64,
        "unit": pl.String,
        "better": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _flagged(snapshot: Snapshot, chosen: np.ndarray) -> float | None:
    size = np.count_nonzero(chosen)
    if not size:
        return None
    asked = snapshot.flags.filter(~pl.col("verdict").is_in(NEVER_DROPPED))
    said = snapshot.decisions.filter(pl.col("subject") == "flag")["key"]
    undecided = asked.filter(~pl.col("flag_id").is_in(said.to_list()))
    flagged = np.zeros(snapshot.count, dtype=bool)
    flagged[undecided["sample_no"].to_numpy()] = True
    return float(np.count_nonzero(flagged & chosen) / size)


def _mean(snapshot: Snapshot, name: str, chosen: np.ndarray) -> Indicator:
    column = snapshot.columns[name]
    values = snapshot.values[name].mean[chosen]
    present = values[~np.isnan(values)]
    better = {"low": "high", "high": "low"}.get(column.bad_when, "")
    return Indicator(name, column.title, float(present.mean()) if len(present) else None, column.unit, better)
