"""Make, show or compare recipes: thresholds, dropped flags, quotas, seed and decisions in one file.

examples:
  python -m curation recipe init --out recipe.json
  python -m curation recipe show recipe.json
  python -m curation recipe diff recipe.json other.json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from curation import export, recipe
from curation.commands import terminal
from curation.snapshot import build
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    actions = parser.add_subparsers(dest="action", metavar="init|show|diff", required=True)
    init = actions.add_parser("init", help="start from every metric's suggested cut and this workspace's decisions")
    init.add_argument("--out", type=Path, default=Path("recipe.json"), help="default: recipe.json")
    init.add_argument("--name", default="curated", help="what the split is called")
    init.add_argument("--cap", type=int, help="at most this many samples per task")
    init.add_argument("--total", type=int, help="this many samples in all, evenly over the tasks")
    init.add_argument("--seed", type=int, default=0)
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
    from dataclasses import replace

    workspace = open_workspace(arguments.workspace)
    try:
        made = export.default_recipe(workspace, build(workspace), arguments.name)
    finally:
        workspace.close()
    quota = recipe.Quota(cap=arguments.cap, total=arguments.total)
    recipe.save(replace(made, quota=quota, seed=arguments.seed), arguments.out)
    terminal.say(f"wrote {arguments.out}")
