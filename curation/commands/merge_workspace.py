"""Take over the datasets, scores and decisions of another workspace; what both have is there once.

examples:
  python -m curation merge-workspace /data/anns-workspace

A sample of the same content is the same sample, whatever its dataset and files are called. The others come in datasets
of their own, with their scores. Decisions of both are in one order then, as by `decisions import`. Doing it again adds
nothing.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from curation.commands import terminal
from curation.maintenance import taking_over
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("other", type=Path, help="folder of the other workspace, which no process has open")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Takes the other workspace over."""
    workspace = open_workspace(arguments.workspace)
    try:
        report = taking_over.take_over(workspace, arguments.other, who=arguments.who)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(asdict(report))
    else:
        print(report.sentence())
    return 0
