"""Writes sets of lower quality as folders that trainers and `import` read, with a file that says what was done."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from curation.balancing import export_plan
from curation.common.progress import StepProgress
from curation.degrading import distortion
from curation.degrading.choosing import READABILITY, ChosenSet, DegradeError
from curation.exporting import export, export_folder, image_files
from curation.exporting.form import Form
from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import Board
from curation.recipes.recipe import Recipe, SampleSelection
from curation.workspace import Workspace

RECORD = "degraded.json"


@dataclass(frozen=True)
class WrittenSet:
    """A set in its folder.

    Attributes:
        name: Its name, which is that of the folder.
        samples: Rows in it; 0 for one that could not be made.
        how: How its samples were chosen, or why it could not be made.
        missing_images: Pictures that are not there.
        distorted: Pictures by what was done to them; "" for those that stay as they are.
    """

    name: str
    samples: int
    how: str
    missing_images: int = 0
    distorted: dict[str, int] | None = None


def write(
    workspace: Workspace, snapshot: Snapshot, sets: list[ChosenSet], out: Path, *, seed: int, progress: StepProgress
) -> list[WrittenSet]:
    """Writes each set with copies of its pictures; people's decisions change nothing in it.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        sets: As chosen; those without samples are only named.
        out: Folder that is new or empty.
        seed: Of the distortions.
        progress: Called with what is being done, how far it is, and how much there is to do.

    Returns:
        What came of each set.

    Raises:
        DegradeError: The folder holds something already.
        ExportError: It cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DegradeError(f"{out} holds something already; name a new folder.")
    written_sets: list[WrittenSet] = []
    for chosen_set in sets:
        written = WrittenSet(chosen_set.name, chosen_set.size, chosen_set.how)
        if chosen_set.size:
            progress(f"writing {chosen_set.name}", len(written_sets), len(sets))
            missing = _export(workspace, snapshot, chosen_set, out / chosen_set.name)
            written = replace(written, missing_images=missing)
        if chosen_set.size and chosen_set.name == READABILITY:
            written = replace(written, distorted=_distort(out / chosen_set.name, seed, progress))
        written_sets.append(written)
    record = {"seed": seed, "sets": [vars(written) for written in written_sets]}
    (out / RECORD).write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    return written_sets


def _export(workspace: Workspace, snapshot: Snapshot, chosen_set: ChosenSet, folder: Path) -> int:
    """Exports the samples as they came, and says how many pictures are not there."""
    keys = snapshot.samples["key"].to_numpy()[chosen_set.members].tolist()
    recipe = Recipe(name=chosen_set.name, selection=SampleSelection(chosen_set.how, tuple(keys)))
    recipe = replace(export_plan.complete_recipe(workspace, snapshot, recipe), decisions=())
    plan = export_plan.make_plan(workspace, recipe, Board(snapshot))
    manifest = export.write(workspace, plan, folder, approved=False, form=Form(images=image_files.COPY))
    return int(manifest["images"]["missing"])


def _distort(folder: Path, seed: int, progress: StepProgress) -> dict[str, int]:
    """Distorts the pictures of a set; what its card and records say of them is not true any more and goes."""
    for name in (export_folder.CARD, export_folder.CROISSANT):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / export_folder.RECORDS)
    images = sorted((folder / export_folder.DATA / "images").rglob("*"))
    done: Counter[str] = Counter()
    for number, path in enumerate(images):
        if path.is_file():
            progress("distorting pictures", number, len(images))
            done[distortion.distort(path, seed)] += 1
    return dict(sorted(done.items()))
