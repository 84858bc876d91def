"""Hands samples over to another tool: a folder with the tool's files, and a page that says how it opens them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from curation.balancing import export_plan, selecting
from curation.common.counts import counted
from curation.exporting import export_folder
from curation.exporting.export_folder import ExportError
from curation.filtering.snapshot import Snapshot, build
from curation.handing_over.contract import HandOverError, Target
from curation.handing_over.handed_set import WorkspaceSet
from curation.recipes.recipe import Recipe, SampleSelection
from curation.workspace import Workspace
from scoring.arrays import Mask
from storage import disk

PAGE = "README.md"
_MARK = "Written by Winnow for"


@dataclass(frozen=True)
class HandedOver:
    """What was written: the folder, how many samples, pictures that were not there, and the lines that open it."""

    folder: Path
    samples: int
    missing_images: int
    lines: str


def members_of(workspace: Workspace, recipe: Recipe | None, selection: SampleSelection | None) -> tuple[Snapshot, Mask]:
    """Finds the samples to hand over.

    Args:
        workspace: Open workspace.
        recipe: Only what this lets out; None for all samples.
        selection: Only these; None for the recipe's own.

    Returns:
        All samples, and True for those to hand over, (N,).

    Raises:
        RecipeError: The recipe cannot be replayed here.
    """
    if recipe is not None:
        plan = export_plan.replay(workspace, replace(recipe, selection=selection or recipe.selection))
        return plan.outcome.snapshot, plan.selected
    snapshot = build(workspace)
    members = selecting.members(snapshot, selection)
    return snapshot, np.ones(snapshot.count, dtype=bool) if members is None else members


def write(workspace: Workspace, snapshot: Snapshot, members: Mask, target: Target, folder: Path) -> HandedOver:
    """Writes samples for a tool; the folder appears whole.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        members: True for those that are handed over, (N,).
        target: The tool.
        folder: A new or empty folder, or one of an earlier hand-over, which is replaced.

    Returns:
        What was written.

    Raises:
        HandOverError: There is no sample, or the folder cannot be written or holds something else.
    """
    if not members.any():
        raise HandOverError("There is no sample to hand over.")
    folder = folder.resolve()
    _refuse_foreign(folder)
    try:
        with export_folder.replacing(folder) as part:
            handed = WorkspaceSet(workspace, snapshot, np.flatnonzero(members), part)
            _, lines = target.write(handed, part)
            opening_lines = lines.replace("FOLDER", str(folder))
            text = (
                f"# {target.title}\n{_MARK} {target.title}: "
                f"{counted(handed.size, 'sample')}.\n\n```sh\n{opening_lines}\n```\n"
            )
            (part / PAGE).write_text(text, encoding="utf-8")
    except ExportError as error:
        raise HandOverError(str(error)) from error
    except Exception as error:  # Polars and Arrow have their own errors for a full disk
        if not isinstance(error, OSError) and not disk.refusal(str(error)):
            raise
        raise HandOverError(f"The samples cannot be handed over: {disk.explained(error, folder)}") from error
    return HandedOver(folder, handed.size, handed.missing_images, opening_lines)


def _refuse_foreign(folder: Path) -> None:
    """Raises HandOverError when the folder holds anything that is no earlier hand-over."""
    page = folder / PAGE
    is_ours = page.is_file() and page.read_text(encoding="utf-8", errors="replace").partition("\n")[2].startswith(_MARK)
    if folder.exists() and not is_ours and (not folder.is_dir() or any(folder.iterdir())):
        raise HandOverError(f"{folder} already holds something else; choose another folder.")
