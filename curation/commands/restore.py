"""Bring back a dataset that was deleted, or rows that a newer file left out; without a name, list what can come back.

examples:
  python -m curation restore
  python -m curation restore old-set
"""

from __future__ import annotations

import argparse

from curation.commands import terminal
from curation.maintenance import removing
from curation.workspace import Workspace, open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", nargs="?", help="its name when it was deleted; without it all are listed")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Lists, or brings back."""
    workspace = open_workspace(arguments.workspace)
    try:
        if arguments.dataset is None:
            _list(workspace, arguments.json)
            return 0
        restored = removing.restore(workspace, arguments.dataset, who=arguments.who)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(
            {"dataset": restored.dataset, "samples": restored.samples, "there_a_second_time": restored.copies}
        )
    else:
        print(restored.sentence())
    return 0


def _list(workspace: Workspace, as_json: bool) -> None:
    restorable = removing.listing(workspace)
    if as_json:
        terminal.json_line(
            [
                {"dataset": removal.dataset, "why": removal.why, "samples": removal.samples, "who": removal.who}
                for removal in restorable
            ]
        )
    elif restorable:
        terminal.table(
            ("dataset", "why", "samples", "who", "when (UTC)"),
            [
                (removal.dataset, removal.why, removal.samples, removal.who, f"{removal.made_at:%Y-%m-%d %H:%M}")
                for removal in restorable
            ],
        )
    else:
        print("Nothing was deleted that could be brought back.")
