"""Hand samples with their scores, flags and decisions to another tool: Label Studio, Argilla, FiftyOne and others.

examples:
  python -m curation hand-over label_studio --out tasks
  python -m curation hand-over embedding_atlas --out atlas --recipe recipe.json
  python -m curation hand-over argilla --out records --queue disagreed
  python -m curation hand-over table --out scores

All samples go, or those that a recipe lets out, or a selection. Texts are those that were imported.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from curation.commands import selection_options, terminal
from curation.common.counts import counted
from curation.handing_over import hand_over, registry
from curation.images import inline
from curation.recipes import recipe
from curation.recipes.recipe import Recipe
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    tools = ", ".join(registry.targets())
    parser.add_argument("tool", choices=registry.targets(), metavar="TOOL", help=f"one of {tools}")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder, or an earlier hand-over")
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="only what this recipe lets out")
    selection_options.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the counts and the lines that open it")


def run(arguments: argparse.Namespace) -> int:
    """Writes the folder; ends with 1 when pictures are not there."""
    export_recipe = recipe.load(arguments.recipe) if arguments.recipe else None
    workspace = open_workspace(arguments.workspace)
    try:
        selection = selection_options.apply(arguments, workspace, Recipe()).selection
        snapshot, members = hand_over.members_of(workspace, export_recipe, selection)
        target = registry.named(arguments.tool)
        handed = hand_over.write(workspace, snapshot, members, target, arguments.out)
    finally:
        workspace.close()
    if handed.missing_images:
        terminal.say(
            f"{counted(handed.missing_images, 'image', 'is', 'are')} not there: the folder lacks them. {inline.RELINK}"
        )
    if arguments.json:
        terminal.json_line(asdict(handed) | {"folder": str(handed.folder)})
    else:
        print(
            f"{counted(handed.samples, 'sample')} for {target.title} are in {handed.folder}. It opens them "
            f"by:\n{handed.lines}"
        )
    return int(handed.missing_images > 0)
