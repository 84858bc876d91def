"""What is in the workspace and how far each metric is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from curation import configuration
from curation.catalog import Column
from curation.workspace import Workspace
from storage import datasets, runs, scores


@dataclass(frozen=True)
class MetricState:
    """How far one metric is: values done, items missing, items failed, and why it cannot run, if so.

    `applicable` of the `done` items have a value. `missing` counts samples for turn metrics.
    """

    name: str
    title: str
    principle: str
    subject: str
    version: str
    done: int
    applicable: int
    missing: int
    failed: int
    unavailable: str
    active: bool
    kind: str


def datasets_here(workspace: Workspace) -> list[dict[str, Any]]:
    """Name, format, state and size of every dataset."""
    rows = datasets.listing(workspace.store).sort("dataset_no").to_dicts()
    return [
        {
            "name": row["name"],
            "format": row["format"],
            "state": row["state"],
            "samples": row["samples"],
            "path": row["path"],
        }
        for row in rows
    ]


def metric_states(workspace: Workspace) -> list[MetricState]:
    """The state of every metric and stage, in the catalog's order."""
    counted = {(row["metric"], row["version"]): row for row in scores.counts(workspace.store).iter_rows(named=True)}
    reasons = runs.unavailable(workspace.store)
    states = []
    for name, column in configuration.columns(workspace).items():
        row = counted.get((name, column.version), {"done": 0, "applicable": 0, "failed": 0})
        missing = scores.missing(workspace.store, column.subject, name, column.version, evidence=column.evidence)
        states.append(
            MetricState(
                name,
                column.title,
                column.principle,
                column.subject,
                column.version,
                row["done"],
                row["applicable"],
                len(missing),
                row["failed"],
                _reason(column, reasons) if len(missing) else "",
                column.active,
                column.kind,
            )
        )
    return states


def _reason(column: Column, reasons: dict[str, str]) -> str:
    """Why a column could not run: its own reason, or that of a feature that it waits for."""
    if column.name in reasons:
        return reasons[column.name]
    return next((f"waits for {need}: {reasons[need]}" for need in column.needs if need in reasons), "")
