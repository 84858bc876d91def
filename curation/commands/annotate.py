"""Add what annotators said of the images to a dataset that is here: evidence for checks, material for new samples.

examples:
  python -m curation annotate coco instances_train2017.json captions_train2017.json
  python -m curation annotate coco v2_OpenEnded_mscoco_train2014_questions.json v2_mscoco_train2014_annotations.json
  python -m curation annotate coco folder-with-annotations/ --json

Images are matched by file name, with or without folder, COCO prefix and extension. The same file given again replaces
itself; several sources stand side by side. Scores that use evidence are computed again by the next run.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from curation import annotations as annotations_module
from curation.annotations import registry
from curation.commands import naming, terminal
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", metavar="DATASET", help="the dataset's name")
    add_sources(parser, "files", "annotation files, or a folder of them")
    parser.add_argument("--json", action="store_true", help="print what came of each source as JSON")


def add_sources(parser: argparse.ArgumentParser, name: str, about: str, *, together: bool = False) -> None:
    """Adds the arguments that name annotation files, and the list of sources at the end of `--help`.

    Args:
        parser: Parser of the command.
        name: Name of the argument, an option where it begins with "--".
        about: Help of the argument.
        together: True for an option that takes several files at once, as a shell's `*.json` gives them: not beside a
            path that would then be taken for one of them.
    """
    if together:
        parser.add_argument(name, type=Path, metavar="FILE", action="extend", nargs="+", help=about)
    elif name.startswith("--"):
        parser.add_argument(name, type=Path, metavar="FILE", action="append", help=about)
    else:
        parser.add_argument(name, type=Path, metavar="FILE", nargs="+", help=about)
    parser.add_argument(
        "--annotations-format",
        metavar="SOURCE",
        choices=list(registry.kinds()),
        help="only needed where a file fits two sources",
    )
    parser.epilog = f"{parser.epilog}\n\nannotation sources, recognised by content:\n{registry.listing()}"


def run(arguments: argparse.Namespace) -> int:
    """Attaches the annotations and prints how many pictures they are about."""
    workspace = open_workspace(arguments.workspace)
    try:
        naming.check_datasets(workspace, [arguments.dataset])
        added = annotations_module.add(workspace, arguments.dataset, arguments.files, arguments.annotations_format)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line([asdict(addition) for addition in added])
    else:
        rows = [(addition.source, addition.format, addition.images, addition.matched) for addition in added]
        terminal.table(("annotations", "source", "images", "in the dataset"), rows)
        for addition in added:
            if addition.note:
                print(addition.note)
    return 0 if any(addition.matched for addition in added) else 1
