"""Print the dataset indicators: one row per dataset, or, with a recipe, everything before and after it.

examples:
  python -m curation report
  python -m curation report --dataset coco
  python -m curation report --recipe recipe.json
  python -m curation report --recipe recipe.json --json

The indicators are those of Tables 3 and 4 of Li et al., TMLR 2024. What depends on the size of a set is computed from
equal draws; "-" is what was not computed, and why is said below the table.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np

from curation import export, recipe, report
from curation.commands import terminal
from curation.report import ReportError, Row
from curation.snapshot import Snapshot, build
from curation.workspace import Workspace, open_workspace

Sets = dict[str, np.ndarray]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="compare all samples with those that it takes")
    parser.add_argument("--dataset", metavar="NAME", help="only this dataset")
    parser.add_argument("--json", action="store_true", help="print every row with its unit, size and source as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Computes what is not known yet and prints all."""
    chosen = recipe.load(arguments.recipe) if arguments.recipe else None
    workspace = open_workspace(arguments.workspace)
    try:
        if chosen:
            planned = export.replay(workspace, chosen)
            snapshot = planned.outcome.snapshot
            sets = _before_and_after(snapshot, planned.chosen, arguments.dataset)
        else:
            snapshot = build(workspace)
            sets = _datasets(snapshot, arguments.dataset)
        found = _rows(workspace, snapshot, sets)
    finally:
        workspace.close()
    if arguments.json:
        sides = [{"set": name, "indicators": [asdict(row) for row in rows]} for name, rows in found.items()]
        terminal.json_line({"sets": sides})
    elif not found:
        print("No dataset yet. Try:  python -m curation demo")
    else:
        _print_sides(found) if chosen else _print_sets(found)
    return 0


def _rows(workspace: Workspace, snapshot: Snapshot, sets: Sets) -> dict[str, list[Row]]:
    return dict(zip(sets, report.rows(workspace, snapshot, list(sets.values())), strict=True))


def _datasets(snapshot: Snapshot, name: str | None) -> Sets:
    names = snapshot.samples["dataset"].unique(maintain_order=True).to_list()
    return {one: _of_dataset(snapshot, one) for one in ([name] if name else names)}


def _before_and_after(snapshot: Snapshot, taken: np.ndarray, name: str | None) -> Sets:
    among = _of_dataset(snapshot, name) if name else np.ones(snapshot.count, dtype=bool)
    return {"before": among, "after": among & taken}


def _of_dataset(snapshot: Snapshot, name: str) -> np.ndarray:
    """Raises ReportError when there is no such dataset."""
    chosen: np.ndarray = (snapshot.samples["dataset"] == name).to_numpy()
    if not chosen.any():
        raise ReportError(f"There is no dataset {name!r} in this workspace.")
    return chosen


def _print_sets(found: dict[str, list[Row]]) -> None:
    """One row per set, a column per indicator."""
    shown = [row for row in next(iter(found.values())) if row.abbreviation]
    head = ("dataset", *(row.abbreviation for row in shown))
    terminal.table(head, [(name, *(row.value for row in rows if row.abbreviation)) for name, rows in found.items()])
    for row in shown:
        details = {name: _by_name(rows)[row.name].detail for name, rows in found.items()}
        _print_details(row, details)


def _print_sides(found: dict[str, list[Row]]) -> None:
    """One row per indicator and per metric that is scored, a column per set."""
    sides = [_by_name(rows) for rows in found.values()]
    first = next(iter(found.values()))
    lines = [(row.title, *(side[row.name].value for side in sides), row.unit, row.better) for row in first]
    lines = [line for row, line in zip(first, lines, strict=True) if row.abbreviation or set(line[1:-2]) != {None}]
    terminal.table(("indicator", *found, "unit", "better"), lines)
    for row in first:
        _print_details(row, {name: _by_name(rows)[row.name].detail for name, rows in found.items()})


def _by_name(rows: list[Row]) -> dict[str, Row]:
    return {row.name: row for row in rows}


def _print_details(row: Row, details: dict[str, str]) -> None:
    """What a value comes from or why there is none; said once where it is the same for all sets."""
    said = set(details.values())
    lines = said if len(said) == 1 else [f"{name}: {text}" for name, text in details.items()]
    text = "; ".join(line for line in lines if line)
    if text:
        terminal.say(f"{row.abbreviation or row.name}  {row.title}: {text}")
