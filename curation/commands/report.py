"""Print the dataset indicators: one row per dataset, or, with a recipe, everything before and after it.

examples:
  python -m curation report
  python -m curation report --dataset coco
  python -m curation report --recipe recipe.json
  python -m curation report --recipe recipe.json --json
  python -m curation report --ablations
  python -m curation report --ablations --recipe recipe.json --seed 1 --json

The indicators are those of Tables 3 and 4 of Li et al., TMLR 2024. What depends on the size of a set is computed from
equal draws; "-" is what was not computed, and why is said below the table.

--ablations gives Table 3's rows: raw, filtered by the recipe (without --recipe by the suggested one, no task larger
than the median task), and without the filters of usability (readability, correctness, hallucination), diversity (of
tasks, instructions, responses; duplicates), complexity (of instructions, granularity) and balance (the quota). Other
filters and people's decisions stay in all. Every row is cut down to the size of the smallest, unless --no-equal-size.

A dataset of fewer than 100 samples beside one of ten times as many is left out and named, since all other rows would
rest on as few; --small-sets compares it too.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from curation.balancing import export_plan
from curation.commands import naming, terminal
from curation.common import program
from curation.common.counts import counted
from curation.filtering.snapshot import Snapshot, build
from curation.recipes import recipe
from curation.recipes.recipe import Recipe
from curation.reporting import report, sample_sets, tables
from curation.reporting.report import IndicatorRow, ReportError
from curation.reporting.sample_sets import NamedSet
from curation.workspace import Workspace, open_workspace
from scoring.arrays import Mask


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="compare all samples with those that it takes")
    parser.add_argument("--dataset", metavar="NAME", help="only this dataset")
    parser.add_argument("--ablations", action="store_true", help="also without each group of filters, as in Table 3")
    parser.add_argument(
        "--equal-size", action=argparse.BooleanOptionalAction, help="cut sets down to the smallest; ablations do"
    )
    parser.add_argument("--small-sets", action="store_true", help="compare datasets of fewer than 100 samples too")
    parser.add_argument("--seed", type=int, default=0, help="of that draw; default 0")
    parser.add_argument("--json", action="store_true", help="print every row with its unit, size and source as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Computes what is not known yet and prints all."""
    loaded_recipe = recipe.load(arguments.recipe) if arguments.recipe else None
    workspace = open_workspace(arguments.workspace)
    try:
        naming.check_datasets(workspace, [arguments.dataset])
        snapshot, sets = _sets(workspace, loaded_recipe, arguments)
        small = [] if arguments.small_sets or arguments.recipe else sample_sets.too_small(sets)
        sets = [named_set for named_set in sets if named_set not in small]
        equal = arguments.ablations if arguments.equal_size is None else arguments.equal_size
        drawn = sample_sets.equal(snapshot, sets, arguments.seed) if equal else sets
        rows_by_set = _rows(workspace, snapshot, drawn)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(
            {
                "sets": [
                    _as_json(drawn_set, of, rows_by_set[drawn_set.name])
                    for drawn_set, of in zip(drawn, sets, strict=True)
                ],
                "left_out": [{"set": named_set.name, "samples": named_set.size} for named_set in small],
            }
        )
    elif not rows_by_set:
        print(f"No dataset yet. Try:  {program.name()} demo")
    else:
        _print_sides(rows_by_set) if loaded_recipe and not arguments.ablations else _print_sets(rows_by_set)
        _print_notes(drawn, sets, small)
    return 0


def _sets(
    workspace: Workspace, loaded_recipe: Recipe | None, arguments: argparse.Namespace
) -> tuple[Snapshot, list[NamedSet]]:
    """What is compared; with --dataset, the samples of one dataset in each."""
    if loaded_recipe is None and not arguments.ablations:
        snapshot = build(workspace)
        return snapshot, _datasets(snapshot, arguments.dataset)
    if loaded_recipe is None:
        snapshot = build(workspace)
        full_recipe = export_plan.experiment_recipe(workspace, snapshot)
    else:
        plan = export_plan.replay(workspace, loaded_recipe)
        snapshot, full_recipe = plan.outcome.snapshot, plan.recipe
    if not snapshot.count:
        return snapshot, []
    among = _of_dataset(snapshot, arguments.dataset) if arguments.dataset else np.ones(snapshot.count, dtype=bool)
    if arguments.ablations:
        sets = sample_sets.of_ablations(workspace, snapshot, full_recipe)
    else:
        sets = [NamedSet("before", "raw", among), NamedSet("after", "recipe", plan.selected)]
    return snapshot, [replace(named_set, members=named_set.members & among) for named_set in sets]


def _rows(workspace: Workspace, snapshot: Snapshot, sets: list[NamedSet]) -> dict[str, list[IndicatorRow]]:
    line = terminal.ProgressLine()

    def progress(doing: str, done: int, total: int) -> None:
        line.show(f"computing {doing.lower()} ({done:,} of {total:,})")

    set_rows = report.rows(workspace, snapshot, [named_set.members for named_set in sets], progress=progress)
    line.end()
    return dict(zip((named_set.name for named_set in sets), set_rows, strict=True))


def _as_json(drawn: NamedSet, of: NamedSet, rows: list[IndicatorRow]) -> dict[str, object]:
    sizes = {"samples": of.size, "drawn": drawn.size, "note": of.note}
    return {"set": of.name, **sizes, "indicators": [asdict(row) for row in rows]}


def _datasets(snapshot: Snapshot, name: str | None) -> list[NamedSet]:
    if name is None:
        return sample_sets.of_datasets(snapshot)
    return [NamedSet(name, "dataset", _of_dataset(snapshot, name), "as imported")]


def _of_dataset(snapshot: Snapshot, name: str) -> Mask:
    """Raises ReportError when there is no such dataset."""
    members: Mask = (snapshot.samples["dataset"] == name).to_numpy()
    if not members.any():
        raise ReportError(f"There is no dataset {name!r} in this workspace.")
    return members


def _print_sets(rows_by_set: dict[str, list[IndicatorRow]]) -> None:
    """One row per set, a column per indicator."""
    abbreviated = [row for row in next(iter(rows_by_set.values())) if row.abbreviation]
    head = ("dataset", *(row.abbreviation for row in abbreviated))
    terminal.table(
        head, [(name, *(_display_value(row) for row in rows if row.abbreviation)) for name, rows in rows_by_set.items()]
    )
    for row in abbreviated:
        _print_details(row, {name: _by_name(rows)[row.name] for name, rows in rows_by_set.items()})


def _display_value(row: IndicatorRow) -> float | int | None:
    """The value; a number of samples without decimals."""
    return int(row.value) if row.name == "samples" and row.value is not None else row.value


def _print_notes(drawn: list[NamedSet], sets: list[NamedSet], small: list[NamedSet]) -> None:
    """How large the sets are where only a part of them was drawn, and what the rows leave out."""
    for named_set in small:
        terminal.say(
            f"{named_set.name} has {counted(named_set.size, 'sample')} and is left out, since every row would rest on "
            "as few; --small-sets compares it too."
        )
    if any(drawn_set.size != of.size for drawn_set, of in zip(drawn, sets, strict=True)):
        sizes = ", ".join(f"{of.name} {of.size:,}" for of in sets)
        terminal.say(
            f"Every row rests on {counted(max(drawn_set.size for drawn_set in drawn), 'sample')}. All: {sizes}"
        )
    for named_set in sets:
        if named_set.note and named_set.kind != "dataset":
            terminal.say(f"{named_set.name}: {named_set.note}")


def _print_sides(rows_by_set: dict[str, list[IndicatorRow]]) -> None:
    """One row per indicator and per metric that is scored, a column per set."""
    sides = [_by_name(rows) for rows in rows_by_set.values()]
    first = next(iter(rows_by_set.values()))
    lines = [(row.title, *(side[row.name].value for side in sides), row.unit, row.better) for row in first]
    lines = [line for row, line in zip(first, lines, strict=True) if row.abbreviation or set(line[1:-2]) != {None}]
    terminal.table(("indicator", *rows_by_set, "unit", "better"), lines)
    for row in first:
        _print_details(row, {name: _by_name(rows)[row.name] for name, rows in rows_by_set.items()})


def _by_name(rows: list[IndicatorRow]) -> dict[str, IndicatorRow]:
    return {row.name: row for row in rows}


def _print_details(row: IndicatorRow, by_set: dict[str, IndicatorRow]) -> None:
    """What a value comes from or why there is none, said once where it is the same for all sets; and its interval."""
    details = {name: of_set.detail for name, of_set in by_set.items() if of_set.detail}
    same = len(details) == len(by_set) and len(set(details.values())) == 1
    lines = list(details.values())[:1] if same else [f"{name}: {text}" for name, text in details.items()]
    intervals = {name: ends for name, of_set in by_set.items() if (ends := tables.interval(of_set))}
    if intervals:
        alone = len(by_set) == 1
        lines.append("95 % " + ", ".join(ends if alone else f"{name} {ends}" for name, ends in intervals.items()))
    text = "; ".join(lines)
    if text:
        terminal.say(f"{row.abbreviation or row.name}  {row.title}: {text}")
