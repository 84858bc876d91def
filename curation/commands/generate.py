"""Make instruction data from annotations: candidates that are scored and reviewed like any other dataset.

examples:
  python -m curation generate --annotations captions.json instances.json --images images
  python -m curation generate --dataset coco --tasks existence,counting --negatives popular --name existence
  python -m curation generate --annotations annotations.json --images images --per-image 3 --out candidates.jsonl
  python -m curation generate --dataset coco --mode instruct --flavour negative --limit 100 --requests 100

Without --out the candidates become a dataset of the workspace, with the annotations as evidence. The same command with
the same seed makes the same samples. Templates are the files of assets/templates; a file of the same name in the
workspace's folder templates/ replaces one. Mode instruct asks a language model: WINNOW_LLM_BASE_URL, WINNOW_LLM_MODEL
and WINNOW_LLM_API_KEY in the environment; prompts and examples are the files of assets/prompts and assets/examples.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from curation.annotations import Annotations
from curation.commands import annotate, naming, terminal
from curation.common.counts import counted
from curation.generation import collect, dataset_writer, resumable
from curation.generation.clue import Collected
from curation.generation.collect import GatheredClues, GenerationInput
from curation.generation.dataset_writer import GenerationResult, MakingError
from curation.generation.llm.instruct import CandidateStream
from curation.importing.importer import ImportReport
from curation.workspace import Workspace, open_workspace
from scoring.json_types import JsonObject


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command, those of every mode among them."""
    annotate.add_sources(
        parser, "--annotations", "what annotators said of the images: files, or a folder of them", together=True
    )
    parser.add_argument("--images", type=Path, metavar="DIR", help="the folder of the images, or an archive")
    parser.add_argument("--dataset", metavar="NAME", help="take images and annotations from this dataset instead")
    parser.add_argument("--mode", choices=list(dataset_writer.known_modes()), default="adapt")
    parser.add_argument("--per-image", type=_positive, default=5, metavar="N", help="samples per image (default 5)")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N images, by name")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--name", help="what to call the dataset (default: generated)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="only write this JSON Lines file, import nothing")
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")
    for mode in dataset_writer.known_modes().values():
        mode.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Collects clues, makes candidates and imports them, or writes them to a file."""
    if bool(arguments.dataset) == bool(arguments.annotations):
        raise MakingError("Say what to make samples from: either --annotations with --images, or --dataset.")
    workspace = open_workspace(arguments.workspace) if arguments.dataset or not arguments.out else None
    line = terminal.ProgressLine()
    try:
        if workspace and arguments.dataset:
            naming.check_datasets(workspace, [arguments.dataset])
        mode = dataset_writer.known_modes()[arguments.mode]
        if mode.check:
            mode.check(arguments)
        gathered = _collect(arguments, workspace, line)
        sources, collected = gathered.sources, gathered.collected
        candidates = mode.candidates(collected, arguments, arguments.workspace)

        def progress(number: int) -> None:
            line.show(f"making samples: {number:,} so far, from {counted(len(collected.clues), 'image')}")

        if arguments.out or workspace is None:
            generated, report = dataset_writer.write(candidates, arguments.out, progress), None
            if isinstance(candidates, CandidateStream):
                resumable.write_unused(candidates.unused, arguments.out)
        else:
            store = mode.into_workspace or dataset_writer.into_workspace
            generated, report = store(workspace, candidates, collected, sources, arguments.name, progress)
    finally:
        line.end()
        if workspace:
            workspace.close()
    summary = candidates.summary() if isinstance(candidates, CandidateStream) else {}
    _print(generated, report, collected, sources, summary, arguments.json)
    return 0


def _collect(arguments: argparse.Namespace, workspace: Workspace | None, line: terminal.ProgressLine) -> GatheredClues:
    def progress(doing: str, done: int, total: int) -> None:
        line.show(f"{doing}: {done:,} of {counted(total, 'image')}" if total else doing)

    where = GenerationInput(
        tuple(arguments.annotations or ()), arguments.annotations_format, arguments.images, arguments.dataset or ""
    )
    return collect.gather(workspace, where, arguments.limit, progress)


def _print(
    generated: GenerationResult,
    report: ImportReport | None,
    collected: Collected,
    sources: list[Annotations],
    summary: JsonObject,
    as_json: bool,
) -> None:
    notes = [source.note for source in sources if source.note]
    if as_json:
        document: JsonObject = {
            "dataset": report.dataset if report else None,
            "file": str(generated.file),
            "candidates": generated.candidates,
            "images": generated.images,
            "tasks": generated.tasks,
            "flavours": generated.flavours,
            "images_left_out": collected.left_out,
            "annotation_notes": notes,
            "imported": report.imported if report else None,
            "already_there": report.already_there if report else False,
            **({"asked": summary} if summary else {}),
        }
        terminal.json_line(document)
        return
    where = f"dataset {report.dataset}" if report else f"file {generated.file}"
    print(where)
    terminal.table(("task", "samples"), [*generated.tasks.items(), ("all", generated.candidates)])
    print(f"\nfrom {counted(generated.images, 'image')}")
    for reason, count in collected.left_out.items():
        print(f"{count:,} annotated images are {reason}")
    for note in notes:
        print(note)
    if summary:
        terminal.table(("what came of it", "count"), [*summary["images"].items(), *summary["answers"].items()])
        if summary["stopped"]:
            terminal.say(f"{summary['stopped']} The same command goes on from here.")
    if report and report.already_there:
        terminal.say("The same samples were here already; nothing was imported twice.")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of at least 1")
    return number
