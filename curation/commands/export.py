"""Write the split of a recipe with its images list, manifest and dataset card; the same recipe gives the same bytes.

examples:
  python -m curation recipe init --out recipe.json
  python -m curation export --recipe recipe.json --out curated
  python -m curation export --recipe recipe.json --out curated --approve
  python -m curation export --recipe recipe.json --out curated --format swift --images copy
  python -m curation export --recipe recipe.json --out curated --format llamafactory --preferences dpo
  python -m curation export --recipe recipe.json --preview 3 --format swift
  python -m curation export --recipe recipe.json --out curated --split train=0.9,test=0.1 --split-by image
  python -m curation export --recipe recipe.json --out some --only-keys keys.txt
  python -m curation export --recipe recipe.json --out kitchens --cluster "kitchen, stove"
  HF_TOKEN=… python -m curation export --recipe recipe.json --out curated --approve --push owner/name

Without --approve the export is marked as a draft; with it, the workspace records who approved it. It ends with 1 when
images that should be copied or put into the rows are not there; nothing is sent to a hub then.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from curation.balancing import export_plan
from curation.commands import preview_export, selection_options, split_options, terminal
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.exporting import accounting, export, export_folder, image_files, preferences
from curation.exporting.form import ORIGINAL, Form
from curation.formats import registry
from curation.images import inline
from curation.publishing import hub
from curation.recipes import recipe
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--recipe", type=Path, required=True, metavar="FILE")
    output = parser.add_mutually_exclusive_group(required=True)
    output.add_argument("--out", type=Path, metavar="DIR", help="a new folder, or an earlier export")
    output.add_argument(
        "--preview",
        type=int,
        metavar="N",
        help="write nothing: print the first N samples as their rows will be written",
    )
    parser.add_argument(
        "--format", metavar="FORMAT", default=ORIGINAL, choices=[ORIGINAL, *registry.writers()],
        help="default: as the rows came; or one of " + ", ".join(registry.writers()),
    )  # fmt: skip
    parser.add_argument(
        "--images", default=image_files.REFERENCE, choices=image_files.FORMS,
        help="name them as the rows do (default), copy them into images/, or put them into the rows",
    )  # fmt: skip
    parser.add_argument(
        "--preferences", action="append", default=[], choices=preferences.KINDS,
        help="also write pairs of edited and original responses (dpo) or verdicts (kto)",
    )  # fmt: skip
    split_options.add_arguments(parser)
    selection_options.add_arguments(parser)
    parser.add_argument("--only-approved", action="store_true", help="leave out what no person approved")
    parser.add_argument("--approve", action="store_true", help="a person has looked at it: mark and record it so")
    parser.add_argument(
        "--push", metavar="OWNER/NAME",
        help="send the approved export to a hub, as a private dataset, with the token in HF_TOKEN",
    )  # fmt: skip
    parser.add_argument("--who", default=decision_log.default_person(), help="who approves (default: your user name)")
    parser.add_argument("--json", action="store_true", help="print the manifest")


def run(arguments: argparse.Namespace) -> int:
    """Replays the recipe and writes the export."""
    _refuse_unsendable(arguments)
    export_recipe = recipe.load(arguments.recipe)
    if arguments.only_approved:
        export_recipe = replace(export_recipe, only_approved=True)
    workspace = open_workspace(arguments.workspace)
    form = Form(arguments.format, arguments.images, tuple(arguments.preferences))
    try:
        export_recipe = selection_options.apply(arguments, workspace, split_options.apply(arguments, export_recipe))
        plan = export_plan.replay(workspace, export_recipe)
        if arguments.out is None:
            preview_export.show(workspace, plan, form, max(arguments.preview, 1), as_json=arguments.json)
            return 0
        manifest = export.write(
            workspace, plan, arguments.out, approved=arguments.approve, who=arguments.who, form=form
        )
    finally:
        workspace.close()
    missing = manifest["images"]["missing"] if form.images != image_files.REFERENCE else 0
    if missing:
        terminal.say(f"{export_folder.lacking(missing)} {inline.RELINK}")
    if manifest["disputes"]:
        terminal.say(f"Reviewers differ about {manifest['disputes']:,} of these samples, and nobody settled it.")
    if arguments.push and not missing:
        message = f"{manifest['name']}: {counted(manifest['samples'], 'sample')}"
        address = hub.push(arguments.out, arguments.push, public=False, message=message)
        terminal.say(f"The export is at {address}")
    elif arguments.push:
        terminal.say(f"Nothing was sent to {arguments.push}, as the export is not whole.")
    if arguments.json:
        terminal.json_line(manifest)
        return int(missing > 0)
    terminal.table(
        ("filter", "dropped", "remaining"),
        [(r["filter"], r["drops"], r["remaining"]) for r in manifest["funnel"]],
    )
    print()
    terminal.table(
        ("task", "before", "available", "taken"),
        [(r["task"], r["before"], r["available"], r["taken"]) for r in manifest["tasks"]],
    )
    print()
    fates = accounting.named_fates(accounting.totals(manifest["accounting"]))
    terminal.table(
        ("dataset", "rows", *fates.values()),
        [
            (account["dataset"], account["rows"], *(account[fate] for fate in fates))
            for account in manifest["accounting"]
        ],
    )
    print(f"\n{manifest['samples']:,} of {counted(manifest['samples_before'], 'sample')} in {arguments.out}")
    return int(missing > 0)


def _refuse_unsendable(arguments: argparse.Namespace) -> None:
    """Raises ExportError or PushError before anything is written, where it could not be sent afterwards."""
    if not arguments.push:
        return
    if arguments.out is None or not arguments.approve:
        raise export_folder.ExportError(
            "Only an approved export is sent: add --out DIR and --approve, or leave --push."
        )
    hub.refuse_unready(arguments.push)
