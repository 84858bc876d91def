"""What samples are made from: annotation files with a folder of images, or a dataset that has both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curation import annotations as annotations_module
from curation.annotations import Annotations, AnnotationsError
from curation.common.progress import StepProgress
from curation.containers.container import UnreadableFileError
from curation.generation import clue
from curation.generation.clue import Collected
from curation.generation.dataset_writer import MakingError
from curation.workspace import Workspace
from scoring.addresses import FilePlace, file_place
from storage import datasets


@dataclass(frozen=True)
class GenerationInput:
    """Either annotation files and `images`, or the name of a dataset in the workspace."""

    annotations: tuple[Path, ...] = ()
    annotations_format: str | None = None
    images: Path | None = None
    dataset: str = ""


@dataclass(frozen=True, eq=False)
class GatheredClues:
    """The sources as they were read, and their clues joined per picture."""

    sources: list[Annotations]
    collected: Collected


def gather(
    workspace: Workspace | None, where: GenerationInput, limit: int | None = None, progress: StepProgress | None = None
) -> GatheredClues:
    """Reads and joins all annotations of some files or of a dataset.

    Args:
        workspace: Needed only where `where` names a dataset.
        where: What to read.
        limit: Stops after so many pictures, by name; None for all.
        progress: Told each step.

    Returns:
        The sources and at least one clue.

    Raises:
        MakingError: There is no image folder, or no annotated image can be used; the message says what to change.
        AnnotationsError: The annotations cannot be read, or the dataset has none.
    """

    def report_progress(done: int, total: int) -> None:
        if progress:
            progress("collecting clues", done, total)

    if workspace and where.dataset:
        sources, images = _of_dataset(workspace, where.dataset)
    else:
        if not where.images or not where.images.exists():
            raise MakingError(f"There is no image folder {where.images or ''}: name one with --images.")
        if progress:
            progress("reading annotations", 0, 0)
        sources = annotations_module.load_each(where.annotations, where.annotations_format)
        images = where.images.resolve()
    try:
        collected = clue.collect(sources, images, report_progress, limit)
    except UnreadableFileError as error:
        raise MakingError(str(error)) from error
    if not collected.clues:
        why = ", ".join(f"{count:,} {reason}" for reason, count in collected.left_out.items())
        raise MakingError(f"None of the annotated images can be used in {images}: {why}.")
    return GatheredClues(sources, collected)


def _of_dataset(workspace: Workspace, name: str) -> tuple[list[Annotations], FilePlace]:
    row = datasets.by_name(workspace.store, name)
    if row is None:
        raise AnnotationsError(f"There is no dataset {name!r} in the workspace.")
    sources = annotations_module.of_dataset(workspace, row["dataset_no"])
    if not sources:
        raise AnnotationsError(f"The dataset {name!r} has no annotations; add them with `annotate`.")
    return sources, file_place(row["images_root"])
