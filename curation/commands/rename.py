"""Give a dataset another name; decisions, scores, tags and recipes keep to it.

examples:
  python -m curation rename set set-2024
"""

from __future__ import annotations

import argparse

from curation.commands import terminal
from curation.maintenance import renaming
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", help="its present name")
    parser.add_argument("name", help="its new name")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Renames the dataset."""
    workspace = open_workspace(arguments.workspace)
    try:
        name = renaming.rename(workspace, arguments.dataset, arguments.name, who=arguments.who)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line({"dataset": name, "before": arguments.dataset})
    else:
        print(f"{arguments.dataset} is called {name} now.")
    return 0
