"""Score whatever is not scored yet; goes on where an earlier run stopped.

examples:
  python -m curation score
  python -m curation score --metrics sharpness,text_readability
  python -m curation score --retry-failed

Ctrl-C stops after the present batch; everything computed is kept.
"""

from __future__ import annotations

import argparse

from curation import catalog
from curation.commands import terminal
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--metrics", metavar="A,B", help="only these")
    which.add_argument("--all", action="store_true", help="every metric (the default)")
    which.add_argument("--builtin", action="store_true", help="only metrics that need no download")
    parser.add_argument("--retry-failed", action="store_true", help="also what failed before")
    parser.add_argument("--json", action="store_true", help="print the end state as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Scores until nothing is missing."""
    try:
        columns = _chosen(arguments)
    except KeyError as error:
        terminal.say(f"error: {error.args[0]}")
        return 2
    workspace = open_workspace(arguments.workspace)
    try:
        progress = terminal.score(workspace, columns, arguments.retry_failed)
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
            f"{progress.done:,} values scored, {progress.failed:,} failed" if progress.total else "nothing to do"
        )
        for name, reason in progress.unavailable.items():
            terminal.say(f"{name} is unavailable: {reason}")
        if progress.detail:
            terminal.say(progress.detail)
    return 0 if progress.state == "done" else 1


def _chosen(arguments: argparse.Namespace) -> dict[str, catalog.Column]:
    if arguments.metrics:
        return catalog.named([name.strip() for name in arguments.metrics.split(",") if name.strip()])
    columns = catalog.columns()
    return {name: one for name, one in columns.items() if one.builtin} if arguments.builtin else columns
