"""Score whatever is not scored yet; goes on where an earlier run stopped.

examples:
  python -m curation score
  python -m curation score --metrics sharpness,text_readability
  python -m curation score --metrics image_quality --set image_quality.model=topiq_nr
  python -m curation score --all
  python -m curation score --retry-failed

Without a choice, what is switched on in this workspace: the built-in metrics, unless the runs page says otherwise.

Ctrl-C stops after the present batch; everything computed is kept.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence

from curation.commands import terminal
from curation.common import names
from curation.common.counts import counted
from curation.common.names import UnknownNameError
from curation.runs import costs
from curation.workspace import Workspace, metric_settings, open_workspace, score_columns, task_axis
from curation.workspace.metric_settings import ConfigurationError
from curation.workspace.score_columns import Column

MOST_JOBS = 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--metrics", metavar="A,B", help="only these")
    which.add_argument("--all", action="store_true", help="every metric, models included")
    which.add_argument("--builtin", action="store_true", help="only metrics that need no download")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="M.P=V",
        help="set a metric's parameter in this workspace, such as image_quality.model=musiq",
    )
    parser.add_argument(
        "--tasks", choices=list(task_axis.CHOICES), metavar="COLUMN",
        help="whose labels are the tasks of this workspace from now on, for indicators, quotas and filters: "
        + ", ".join(task_axis.CHOICES),
    )  # fmt: skip
    parser.add_argument("--device", help="where models run: auto, cpu, cuda, cuda:1, mps (kept as --set *.device)")
    parser.add_argument("--engine", choices=["local"], default="local", help="default: local, workers on this machine")
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help="workers; default: one per core, at most four where models are scored"
    )
    parser.add_argument("--retry-failed", action="store_true", help="also what failed before")
    parser.add_argument("--json", action="store_true", help="print the end state as JSON")


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_JOBS}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Scores until nothing is missing."""
    workspace = open_workspace(arguments.workspace)
    try:
        _set(workspace, [*arguments.set, *_devices(workspace, arguments.device)])
        if arguments.tasks:
            task_axis.choose(workspace, arguments.tasks)
        columns = _requested_columns(workspace, arguments)
    except (KeyError, ConfigurationError, UnknownNameError) as error:
        workspace.close()
        terminal.say(f"error: {error.args[0]}")
        return 2
    started = time.time()
    try:
        _say_cost(workspace, columns)
        progress = terminal.score(workspace, columns, arguments.retry_failed, arguments.jobs)
        if progress.done and costs.judged(columns):
            terminal.say(f"asked: {costs.sentence(costs.spent(workspace, columns, started))}")
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(
            {
                "state": progress.state,
                "done": progress.done,
                "total": progress.total,
                "failed": progress.failed,
                "unavailable": progress.unavailable,
                "detail": progress.detail,
            }
        )
    else:
        terminal.say(
            f"{counted(progress.done, 'value')} scored, {progress.failed:,} failed"
            if progress.total
            else "nothing to do"
        )
        for name, reason in progress.unavailable.items():
            terminal.say(f"{name} is unavailable: {reason}")
        if progress.detail:
            terminal.say(progress.detail)
    return 0 if progress.state == "done" else 1


def _devices(workspace: Workspace, device: str | None) -> list[str]:
    if not device:
        return []
    names.check("device", [device.partition(":")[0]], ("auto", "cpu", "cuda", "mps"))
    columns = metric_settings.columns(workspace).items()
    return [f"{name}.device={device}" for name, column in columns if "device" in column.params]


def _say_cost(workspace: Workspace, columns: Mapping[str, Column]) -> None:
    for name, cost in costs.estimate(workspace, columns).items():
        terminal.say(f"{name} will ask about {costs.sentence(cost)}, less what is cached")


def _set(workspace: Workspace, changes: Sequence[str]) -> None:
    """Keeps `metric.parameter=value` settings in the workspace. Raises ConfigurationError."""
    for change in changes:
        target, equals, text = change.partition("=")
        name, dot, key = target.partition(".")
        if not equals or not dot:
            raise ConfigurationError(f"{change!r} is not of the form metric.parameter=value.")
        present = metric_settings.columns(workspace).get(name)
        before = metric_settings.own_params(workspace, name) if present else {}
        metric_settings.set_params(workspace, name, before | {key: metric_settings.parse(text)})


def _requested_columns(workspace: Workspace, arguments: argparse.Namespace) -> dict[str, Column]:
    if arguments.metrics:
        return metric_settings.named(workspace, [name.strip() for name in arguments.metrics.split(",") if name.strip()])
    columns = metric_settings.columns(workspace)
    if arguments.builtin:
        return score_columns.with_needs(columns, [name for name, column in columns.items() if column.by_default])
    computed = {name: column for name, column in columns.items() if column.kind != "imported"}
    return computed if arguments.all else score_columns.active(columns)
