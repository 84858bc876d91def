"""What is in the workspace and how far each metric is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from curation.workspace import Workspace, metric_settings
from curation.workspace.score_columns import Column
from scoring.json_types import JsonObject
from storage import datasets, runs, scores
from storage.store import Store


@dataclass(frozen=True)
class MetricState:
    """How far one metric, stage or feature is, counted in its own subjects (samples, turns or images).

    Of `total`, `done` were scored (`applicable` of them have a value), `failed` have an error instead, and
    `missing` are still to do. `why` says why it cannot run, if so.
    """

    name: str
    title: str
    about: str
    principle: str
    kind: str
    subject: str
    version: str
    active: bool
    total: int
    done: int
    applicable: int
    missing: int
    failed: int
    why: str

    @property
    def state(self) -> str:
        """In one word: done, failed (some), waiting, unavailable, imported, or off when it is not scored unasked."""
        if self.kind == "imported":
            return "imported"
        if not self.missing:
            return "failed" if self.failed else "done"
        if self.why:
            return "unavailable"
        return "waiting" if self.active or self.done else "off"


@dataclass(frozen=True)
class Speed:
    """How fast one column was in the newest run that scored it, in values per second, and how long its rest takes.

    Both are None where nothing was measured; `eta_seconds` also where nothing is missing or the column does not run.
    """

    rate: float | None
    eta_seconds: float | None


def speeds(workspace: Workspace, states: list[MetricState]) -> dict[str, Speed]:
    """Reads how fast each column was and computes how long its rest takes.

    Args:
        workspace: Open workspace.
        states: The columns.

    Returns:
        One speed per state, by name.
    """
    measured = {(row["metric"], row["version"]): row["rate"] for row in scores.rates(workspace.store).to_dicts()}
    return {state.name: _speed(state, measured.get((state.name, state.version))) for state in states}


def left(by_name: Mapping[str, Speed]) -> float | None:
    """Seconds until everything that can be scored is: columns go on side by side, so the longest counts."""
    remaining = [speed.eta_seconds for speed in by_name.values() if speed.eta_seconds is not None]
    return max(remaining) if remaining else None


def last_run(workspace: Workspace) -> JsonObject | None:
    """run_no, state, done, failed, seconds and rate of the newest run; None before the first."""
    newest = runs.listing(workspace.store, 1).to_dicts()
    if not newest:
        return None
    row = newest[0]
    seconds = (row["ended_at"] - row["started_at"]).total_seconds() if row["ended_at"] else None
    rate = row["done"] / seconds if seconds else None
    return {name: row[name] for name in ("run_no", "state", "done", "failed")} | {"seconds": seconds, "rate": rate}


def _speed(state: MetricState, rate: float | None) -> Speed:
    waits = rate and state.missing and state.active and not state.why
    return Speed(rate, state.missing / rate if rate and waits else None)


def datasets_here(workspace: Workspace) -> list[JsonObject]:
    """Name, format, state and size of every dataset."""
    rows = datasets.listing(workspace.store).sort("dataset_no").to_dicts()
    return [{name: row[name] for name in ("name", "format", "state", "samples", "path")} for row in rows]


def metric_states(workspace: Workspace, reasons: Mapping[str, str] | None = None) -> list[MetricState]:
    """Reads how far every column is.

    Args:
        workspace: Open workspace.
        reasons: Why columns cannot run, where that is known better than from the last run.

    Returns:
        One state per column, in the catalog's order.
    """
    store = workspace.store
    counted = {(row["metric"], row["version"]): row for row in scores.counts(store).iter_rows(named=True)}
    all_reasons = {**runs.unavailable(store), **(reasons or {})}
    totals = datasets.totals(store)
    per_subject = {"sample": totals["samples"], "turn": totals["turns"], "image": totals["good_images"]}
    newest_evidence = datasets.newest_evidence(store)
    return [
        _state(store, column, per_subject[column.subject], counted, all_reasons, newest_evidence)
        for column in metric_settings.columns(workspace).values()
    ]


def _state(
    store: Store,
    column: Column,
    total: int,
    counted: Mapping[tuple[str, str], Mapping[str, int]],
    reasons: Mapping[str, str],
    newest_evidence: int,
) -> MetricState:
    row = counted.get((column.name, column.version), {"rows": 0, "applicable": 0, "failed": 0, "oldest": 0})
    stale = column.evidence and 0 < row["oldest"] <= newest_evidence
    if stale or row["failed"] or 0 < row["rows"] != total:  # some subject may be there twice
        row = scores.counts_of_newest(store, column.name, column.version, evidence=stale)
    missing = max(total - row["rows"], 0)
    return MetricState(
        name=column.name,
        title=column.title,
        about=column.about,
        principle=column.principle,
        kind=column.kind,
        subject=column.subject,
        version=column.version,
        active=column.active,
        total=total,
        done=row["rows"] - row["failed"],
        applicable=row["applicable"],
        missing=missing,
        failed=row["failed"],
        why=_reason(column, reasons) if missing else "",
    )


def _reason(column: Column, reasons: Mapping[str, str]) -> str:
    """Why a column could not run: its own reason, or that of a feature that it waits for."""
    if column.name in reasons:
        return reasons[column.name]
    return next((f"waits for {need}: {reasons[need]}" for need in column.needs if need in reasons), "")
