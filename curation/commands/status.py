"""Show what is here and how far scoring is, per metric, with rate and time left.

examples:
  python -m curation status
  python -m curation status --json

While a server or another command scores the workspace, its present run is shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from curation.commands import dataset, terminal
from curation.common import program
from curation.common.counts import counted
from curation.flags import duplicates
from curation.formats import registry
from curation.runs import run_progress, status
from curation.runs.run_progress import RunProgress
from curation.runs.status import Speed
from curation.workspace import WorkspaceInUseError, open_workspace, spool_of
from scoring.json_types import JsonObject


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Prints the datasets and the state of every metric, or the run that another process has going."""
    try:
        workspace = open_workspace(arguments.workspace)
    except WorkspaceInUseError as error:
        present = run_progress.live(spool_of(arguments.workspace))
        if present is None:
            raise
        _show_live(present, str(error), arguments.json)
        return 0
    try:
        datasets, metrics = status.datasets_here(workspace), status.metric_states(workspace)
        speeds, last = status.speeds(workspace, metrics), status.last_run(workspace)
        overlap = dataset.overlap_json(duplicates.overlap(workspace))
    finally:
        workspace.close()
    if arguments.json:
        rows = [asdict(metric) | {"state": metric.state} | asdict(speeds[metric.name]) for metric in metrics]
        eta = status.left(speeds)
        terminal.json_line({"datasets": datasets, "overlap": overlap, "metrics": rows, "run": last, "eta_seconds": eta})
        return 0
    if not datasets:
        print(f"No dataset yet. Try:  {program.name()} demo")
        return 0
    terminal.table(
        ("dataset", "samples", "state", "format"),
        [(row["name"], row["samples"], row["state"], registry.short_name(row["format"])) for row in datasets],
    )
    print()
    terminal.table(
        ("metric", "version", "state", "done", "missing", "failed", "rate/s", "left", "why"),
        [(m.name, m.version, m.state, m.done, m.missing, m.failed, *_speed(speeds[m.name]), m.why) for m in metrics],
    )
    print(_sentence(last, status.left(speeds)))
    return 0


def _speed(speed: Speed) -> Sequence[object]:
    left = terminal.duration(speed.eta_seconds) if speed.eta_seconds is not None else ""
    return (None if speed.rate is None else round(speed.rate), left)


def _sentence(last: JsonObject | None, left: float | None) -> str:
    """The last run in one line, and how long what is missing takes at its rate."""
    if last is None:
        return "\nNothing was scored yet."
    rate = f", {last['rate']:,.0f} per second" if last["rate"] else ""
    remaining = f" What is missing takes about {terminal.duration(left)} at that rate." if left else ""
    return f"\nLast run ({last['run_no']}, {last['state']}): {counted(last['done'], 'value')}{rate}.{remaining}"


def _show_live(present: RunProgress, where: str, as_json: bool) -> None:
    if as_json:
        terminal.json_line({"in_use": where, "run": asdict(present)})
        return
    rate = f", {present.rate:,.0f} per second" if present.rate else ""
    left = f", {terminal.duration(present.eta_seconds)} left" if present.eta_seconds is not None else ""
    print(f"Run {present.run_no} ({present.state}): {present.done:,} of {counted(present.total, 'value')}{rate}{left}.")
    terminal.table(
        ("metric", "state", "done", "of", "failed", "rate/s", "left", "why"),
        [
            (
                column.name, column.state, column.done, column.total, column.failed, round(column.rate) or None,
                terminal.duration(column.eta_seconds) if column.eta_seconds is not None else "",
                present.unavailable.get(column.name, ""),
            )
            for column in present.columns
        ],
    )  # fmt: skip
    terminal.say(where)
