"""Make, show or compare recipes: thresholds, dropped flags, quotas, seed and decisions in one file.

examples:
  python -m curation recipe init --out recipe.json
  python -m curation recipe init --cap 500 --total 20000 --seed 1
  python -m curation recipe init --by task,dataset --floor task=counting:100 --cap dataset=coco:500
  python -m curation recipe init --by task,cluster --map map_responses --cap cluster=2000 --spread
  python -m curation recipe init --weight coco=2 --weight textvqa=0.5 --total 20000
  python -m curation recipe init --split train=0.9,validation=0.05,test=0.05 --split-by image
  python -m curation recipe init --cluster "kitchen, stove" --out kitchens.json
  python -m curation recipe show recipe.json
  python -m curation recipe diff recipe.json other.json
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from curation.balancing import cells, export_plan
from curation.commands import naming, selection_options, split_options, terminal
from curation.common import digits, names
from curation.filtering.snapshot import build
from curation.maps import layouts
from curation.recipes import quotas, recipe, strategies
from curation.recipes.recipe import Quota
from curation.workspace import Workspace, open_workspace
from scoring.text import tasks as task_rules


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    actions = parser.add_subparsers(dest="action", metavar="init|show|diff", required=True)
    init = actions.add_parser(
        "init",
        help="start from the flags of errors and this workspace's decisions; no cut is in force",
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    init.add_argument("--out", type=Path, default=Path("recipe.json"), help="default: recipe.json")
    init.add_argument("--name", default="curated", help="what the split is called")
    axes = ", ".join(recipe.AXES)
    init.add_argument("--by", default="task", metavar="AXES", help=f"axes to balance, with commas between: {axes}")
    rule_form = "AXIS=VALUE:N for one value, AXIS=N for each"
    init.add_argument(
        "--cap", action="append", default=[], metavar="RULE", help=f"at most: N per task, {rule_form}; often"
    )
    init.add_argument("--floor", action="append", default=[], metavar="RULE", help=f"at least: {rule_form}; often")
    init.add_argument(
        "--weight", action="append", default=[], metavar="NAME=N",
        help="mix datasets: their shares are proportional to their weights, 1 unless told; often",
    )  # fmt: skip
    kinds = strategies.kinds()
    init.add_argument(
        "--choose", default="random", choices=list(kinds), metavar="STRATEGY",
        help="which samples of a cell go out: " + "; ".join(f"{kind.name}: {kind.about}" for kind in kinds.values()),
    )  # fmt: skip
    init.add_argument(
        "--spread", dest="choose", action="store_const", const="spread", help="the same as --choose spread"
    )
    init.add_argument(
        "--map", default=recipe.Quota().map, choices=list(layouts.MAPS), help="of clusters and strategies"
    )
    init.add_argument(
        "--complexity", default=recipe.Quota().complexity, metavar="METRIC", help="whose thirds are bands"
    )
    init.add_argument("--total", type=int, help="this many samples in all, evenly over the cells of the axes")
    init.add_argument("--seed", type=int, default=0)
    split_options.add_arguments(init)
    selection_options.add_arguments(init)
    show = actions.add_parser("show", help="print a recipe")
    show.add_argument("file", type=Path)
    diff = actions.add_parser("diff", help="what is different in two recipes")
    diff.add_argument("file", type=Path)
    diff.add_argument("other", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Carries out one of the actions."""
    if arguments.action == "show":
        print(recipe.dumps(recipe.load(arguments.file)).decode(), end="")
    elif arguments.action == "diff":
        lines = recipe.differences(recipe.load(arguments.file), recipe.load(arguments.other))
        print("\n".join(lines) or "no difference")
    else:
        _init(arguments)
    return 0


def _init(arguments: argparse.Namespace) -> None:
    quota = _quota(arguments)
    workspace = open_workspace(arguments.workspace)
    try:
        _check_names(workspace, quota)
        snapshot = build(workspace)
        tasks = [*snapshot.tasks, *(task.name for task in task_rules.load())]
        names.check("task", [limit.value or None for limit in quota.limits if limit.axis == "task"], tasks)
        draft = replace(
            export_plan.default_recipe(workspace, snapshot, arguments.name), quota=quota, seed=arguments.seed
        )
        draft = selection_options.apply(arguments, workspace, split_options.apply(arguments, draft))
        recipe.save(export_plan.complete_recipe(workspace, snapshot, draft), arguments.out)
    finally:
        workspace.close()
    terminal.say(f"wrote {arguments.out}")


def _quota(arguments: argparse.Namespace) -> Quota:
    """The quota that the options ask for. Raises RecipeError for an axis or a rule that is none."""
    axes = tuple(name.strip() for name in arguments.by.split(",") if name.strip())
    for axis in axes:
        _check(axis, f"--by {arguments.by}")
    quota = quotas.with_axes(Quota(total=arguments.total, map=arguments.map, complexity=arguments.complexity), axes)
    for text in arguments.cap:
        axis, value, number = _rule(text, "task")
        quota = quotas.with_cap(quota, axis, value, number)
    for text in arguments.floor:
        axis, value, number = _rule(text, "")
        quota = quotas.with_floor(quota, axis, value, number)
    for text in arguments.weight:
        quota = quotas.with_weight(quota, *_weight(text))
    return replace(quota, choice=arguments.choose)


def _rule(text: str, axis: str) -> tuple[str, str, int]:
    """Axis, value (empty for each) and number of `AXIS=VALUE:N`, `AXIS=N`, or `N` for a given axis."""
    name, equals, remainder = text.partition("=")
    if equals:
        axis, text = name.strip(), remainder
    value, _, number = text.rpartition(":")
    _check(axis, text)
    count = digits.whole_number(number.strip())
    if count is None or count < 0:
        raise recipe.RecipeError(f"{text!r} is no rule: write AXIS=VALUE:N or AXIS=N, such as dataset=coco:500.")
    return axis, value.strip(), count


def _weight(text: str) -> tuple[str, float]:
    """Dataset and weight of `NAME=N`."""
    name, _, number = text.rpartition("=")
    try:
        weight = float(number)
    except ValueError:
        weight = -1.0
    if not name.strip() or not 0 <= weight <= recipe.MOST_WEIGHT:
        raise recipe.RecipeError(f"{text!r} is no weight: write NAME=N with N from 0 up, such as coco=2.")
    return name.strip(), weight


def _check_names(workspace: Workspace, quota: Quota) -> None:
    naming.check_datasets(workspace, quota.weights)
    naming.check_datasets(workspace, [limit.value or None for limit in quota.limits if limit.axis == "dataset"])
    naming.check_metrics([quota.complexity])
    names.check("band", [limit.value or None for limit in quota.limits if limit.axis == "complexity"], cells.BANDS)


def _check(axis: str, text: str) -> None:
    if axis not in recipe.AXES:
        raise names.UnknownNameError(f"{text!r}: {names.unknown('axis', axis, recipe.AXES)}")
