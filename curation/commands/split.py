"""Make a dataset of some samples of another one; they keep their scores and decisions.

examples:
  python -m curation split set --field split --value test --into set-test
  python -m curation split set --ids hard.txt --into set-hard
"""

from __future__ import annotations

import argparse
from pathlib import Path

from curation.commands import terminal
from curation.maintenance import regrouping
from curation.maintenance.history import DatasetError
from curation.workspace import open_workspace
from scoring.plain_files import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", help="the dataset's name")
    parser.add_argument("--into", required=True, metavar="NAME", help="name of the new dataset")
    parser.add_argument("--field", default="", help="a field of the rows that decides, with --value")
    parser.add_argument("--value", action="append", default=[], help="a value of the field; may be given several times")
    parser.add_argument("--ids", type=Path, metavar="FILE", help="a file with the ids of the rows, one a line")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Splits the dataset."""
    if bool(arguments.field) == bool(arguments.ids):
        raise DatasetError("Say either --field with --value, or --ids.")
    workspace = open_workspace(arguments.workspace)
    try:
        regrouped = regrouping.split(
            workspace,
            arguments.dataset,
            arguments.into,
            who=arguments.who,
            field=arguments.field,
            values=arguments.value,
            ids=_ids(arguments.ids) if arguments.ids else (),
        )
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(regrouped.samples)
    else:
        print(regrouped.sentence())
    return 0


def _ids(path: Path) -> list[str]:
    try:
        return [line.strip() for line in plain(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"Cannot read {path}: {error}.") from error
