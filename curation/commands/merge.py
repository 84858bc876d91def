"""Put all samples of a dataset behind those of another one; they keep their scores and decisions.

examples:
  python -m curation merge set set-test

Both have one format, and one image folder that holds the images of both; `relink` brings them to one.
"""

from __future__ import annotations

import argparse

from curation.commands import terminal
from curation.maintenance import regrouping
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", help="the dataset that stays")
    parser.add_argument("other", help="the dataset whose samples come into it")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Merges the datasets."""
    workspace = open_workspace(arguments.workspace)
    try:
        regrouped = regrouping.merge(workspace, arguments.dataset, arguments.other, who=arguments.who)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(regrouped.samples)
    else:
        print(regrouped.sentence())
    return 0
