"""Make instruction data from annotations: candidates that are scored and reviewed like any other dataset.

examples:
  python -m curation generate --annotations captions.json instances.json --images images
  python -m curation generate --dataset coco --tasks existence,counting --negatives popular --name existence
  python -m curation generate --annotations annotations.json --images images --per-image 3 --out candidates.jsonl

Without --out the candidates become a dataset of the workspace, with the annotations as evidence. The same command with
the same seed makes the same samples. Templates are the files of assets/templates; a file of the same name in the
workspace's folder templates/ replaces one.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from curation import annotations as annotations_module
from curation.annotations import Annotations, AnnotationsError
from curation.commands import annotate, terminal
from curation.containers.container import UnreadableFileError
from curation.generation import clue, making
from curation.generation.clue import Collected
from curation.generation.making import Made, MakingError
from curation.importing import ImportReport
from curation.workspace import Workspace, open_workspace
from storage import datasets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command, those of every mode among them."""
    annotate.add_sources(
        parser, "--annotations", "what annotators said of the images: files, or a folder of them", together=True
    )
    parser.add_argument("--images", type=Path, metavar="DIR", help="the folder of the images, or an archive")
    parser.add_argument("--dataset", metavar="NAME", help="take images and annotations from this dataset instead")
    parser.add_argument("--mode", choices=list(making.mode_modules()), default="adapt")
    parser.add_argument("--per-image", type=_positive, default=5, metavar="N", help="samples per image (default 5)")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N images, by name")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--name", help="what to call the dataset (default: generated)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="only write this JSON Lines file, import nothing")
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")
    for module in making.mode_modules().values():
        module.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Collects clues, makes candidates and imports them, or writes them to a file."""
    if bool(arguments.dataset) == bool(arguments.annotations):
        raise MakingError("Say what to make samples from: either --annotations with --images, or --dataset.")
    workspace = open_workspace(arguments.workspace) if arguments.dataset or not arguments.out else None
    line = terminal.ProgressLine()
    try:
        sources, collected = _collect(arguments, workspace, line)
        candidates = making.mode_modules()[arguments.mode].candidates(collected, arguments, arguments.workspace)

        def progress(number: int) -> None:
            line.show(f"making samples: {number:,} so far, from {len(collected.clues):,} images")

        if arguments.out or workspace is None:
            made, report = making.write(candidates, arguments.out, progress), None
        else:
            made, report = making.into_workspace(workspace, candidates, collected, sources, arguments.name, progress)
    finally:
        line.end()
        if workspace:
            workspace.close()
    _print(made, report, collected, sources, arguments.json)
    return 0


def _collect(
    arguments: argparse.Namespace, workspace: Workspace | None, line: terminal.ProgressLine
) -> tuple[list[Annotations], Collected]:
    def progress(done: int, total: int) -> None:
        line.show(f"collecting clues: {done:,} of {total:,} images")

    if workspace and arguments.dataset:
        sources, images = _of_dataset(workspace, arguments.dataset)
    else:
        if not arguments.images or not arguments.images.exists():
            raise MakingError(f"There is no image folder {arguments.images or ''}: name one with --images.")
        line.show("reading annotations")
        sources = annotations_module.load_each(arguments.annotations, arguments.annotations_format)
        images = arguments.images.resolve()
    try:
        collected = clue.collect(sources, images, progress, arguments.limit)
    except UnreadableFileError as error:
        raise MakingError(str(error)) from error
    if not collected.clues:
        why = ", ".join(f"{count:,} {reason}" for reason, count in collected.left_out.items())
        raise MakingError(f"None of the annotated images can be used in {images}: {why}.")
    return sources, collected


def _of_dataset(workspace: Workspace, name: str) -> tuple[list[Annotations], Path]:
    row = datasets.by_name(workspace.store, name)
    if row is None:
        raise AnnotationsError(f"There is no dataset {name!r} in the workspace.")
    sources = annotations_module.of_dataset(workspace, row["dataset_no"])
    if not sources:
        raise AnnotationsError(f"The dataset {name!r} has no annotations; add them with `annotate`.")
    return sources, Path(row["images_root"])


def _print(
    made: Made, report: ImportReport | None, collected: Collected, sources: list[Annotations], as_json: bool
) -> None:
    notes = [one.note for one in sources if one.note]
    if as_json:
        what: dict[str, Any] = {
            "dataset": report.dataset if report else None,
            "file": str(made.file),
            "candidates": made.candidates,
            "images": made.images,
            "tasks": made.tasks,
            "flavours": made.flavours,
            "images_left_out": collected.left_out,
            "annotation_notes": notes,
            "imported": report.imported if report else None,
            "already_there": report.already_there if report else False,
        }
        terminal.json_line(what)
        return
    where = f"dataset {report.dataset}" if report else f"file {made.file}"
    print(where)
    terminal.table(("task", "samples"), [*made.tasks.items(), ("all", made.candidates)])
    print(f"\nfrom {made.images:,} images")
    for reason, count in collected.left_out.items():
        print(f"{count:,} annotated images are {reason}")
    for note in notes:
        print(note)
    if report and report.already_there:
        terminal.say("The same samples were here already; nothing was imported twice.")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of at least 1")
    return number
