"""Print scores, one per line.

examples:
  python -m curation scores --metric sharpness
  python -m curation scores --json > scores.jsonl
"""

from __future__ import annotations

import argparse

from curation.commands import naming, terminal
from curation.workspace import open_workspace
from storage import scores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--metric", metavar="M", help="only this metric")
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(arguments: argparse.Namespace) -> int:
    """Prints current scores by dataset and row."""
    workspace = open_workspace(arguments.workspace)
    try:
        current_scores = scores.flat(workspace.store, arguments.metric)
        if arguments.metric and current_scores.is_empty():
            naming.check_metrics([arguments.metric])
    finally:
        workspace.close()
    if arguments.json:
        for row in current_scores.iter_rows(named=True):
            terminal.json_line(row)
        return 0
    names = ("dataset", "row", "turn", "metric", "value", "label", "error")
    terminal.table(names, current_scores.select(names).rows())
    return 0
