"""Bring a dataset to a corrected or longer file; what is the same keeps its scores and decisions.

examples:
  python -m curation reimport set set-corrected.json --preview
  python -m curation reimport set set-corrected.json
  python -m curation reimport set more-rows.json --keep-gone

Rows are matched by what they say and show, and then by their own id, where it is one row's only. Only what changed is
scored again. Decisions on changed samples are carried over, and the queue "Changed since decided" asks for them again.
Samples that the file has no row for are hidden, and `restore` brings them back; with --keep-gone they stay.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from curation.commands import terminal
from curation.common.counts import counted
from curation.maintenance import reimporting
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", help="the dataset's name")
    parser.add_argument("path", type=terminal.place_argument, help="the newer file or folder, in the same format")
    parser.add_argument(
        "--images", type=terminal.place_argument, metavar="DIR", help="its image folder (default: the dataset's)"
    )
    parser.add_argument("--keep-gone", action="store_true", help="keep samples that the file has no row for")
    parser.add_argument("--preview", action="store_true", help="say how the two differ, and change nothing")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compares the file with the dataset, and brings the dataset to it."""
    workspace = open_workspace(arguments.workspace)
    line = terminal.ProgressLine()
    try:
        report = reimporting.reimport(
            workspace,
            arguments.dataset,
            arguments.path,
            who=arguments.who,
            images=arguments.images,
            keep_gone=arguments.keep_gone,
            preview=arguments.preview,
            progress=lambda rows, _position, _size: line.show(f"reading: {counted(rows, 'row')}"),
        )
    finally:
        line.end()
        workspace.close()
    if arguments.json:
        terminal.json_line(asdict(report))
    else:
        print(report.sentence())
        if arguments.preview:
            terminal.say("A preview: nothing was changed.")
    return 0
