"""Take in scores that other programs computed: each column of numbers becomes a metric like any other.

examples:
  python -m curation import-scores icons.csv
  python -m curation import-scores self_filter.parquet --dataset llava --id id --metric difficulty=low
  python -m curation import-scores other-workspace-scores.jsonl --json

The table (.csv, .tsv, .json, .jsonl, .parquet, .arrow) has a column that names the sample: its key, as `scores`,
exports and hand-overs print it, or the id that its row has in the imported file; `row` counts from 0 and needs the
dataset. With a column `turn` the values are of turns. The same values again change nothing, other values replace a
metric's former ones, and recipes that name the former ones still find them. Exits with 1 where no row matches.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import cast, get_args

from curation.commands import terminal
from curation.common import names
from curation.runs import score_files
from curation.workspace import open_workspace
from scoring.metric import BadWhen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the table")
    parser.add_argument("--dataset", metavar="NAME", help="the dataset that ids and rows are of")
    parser.add_argument("--id", metavar="COLUMN", help="the column that names the sample; recognised by its name")
    parser.add_argument(
        "--metric", metavar="COLUMN[=low|high|both|never]", action="append",
        help="only this column, and which of its values are bad; every column of numbers otherwise",
    )  # fmt: skip
    parser.add_argument("--bad-when", choices=get_args(BadWhen), default="both", help="which values are bad (both)")
    parser.add_argument("--json", action="store_true", help="print what became of rows and columns as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Imports the scores and prints what became of rows and columns."""
    requested = {}
    for text in arguments.metric or ():
        column, _, direction = text.partition("=")
        names.check("direction", [direction or None], get_args(BadWhen))
        requested[column] = cast(BadWhen, direction or arguments.bad_when)
    workspace = open_workspace(arguments.workspace)
    try:
        report = score_files.import_scores(
            workspace, arguments.file, dataset=arguments.dataset, id_column=arguments.id,
            metrics=requested or None, bad_when=arguments.bad_when,
        )  # fmt: skip
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(asdict(report))
    else:
        for sentence in report.sentences():
            print(sentence)
    return 0
