"""Bring a dataset into the workspace, with an outcome for every row.

examples:
  python -m curation import llava_v1_5_mix665k.json --images /data/images
  python -m curation import vlit.json --annotations annotations.json --name coco
  python -m curation import vlit.json --annotations captions_train2017.json --annotations instances_train2017.json
  python -m curation import photos.tar --name shards --json
  python -m curation import LA_instructions.json --images LA.json
  python -m curation import meta.json
  python -m curation import table.csv --map instruction=question,response=answer,image=img_path
  python -m curation import table.csv --map mapping.json
  python -m curation import set.json --dry-run
  python -m curation import s3://bucket/set.jsonl --images s3://bucket/images

The format is recognised by the rows. Formats:
$formats

Rows of no format come in by --map ROLE=COLUMN,...; qa.0.question leads into lists and objects. Roles:
$roles

Kinds of files: $containers.
Images come from a folder, or without unpacking from $archives.
Files and folders of images may also lie elsewhere: s3://, gs://, hf:// and whatever else fsspec opens (winnow[s3],
winnow[gs], winnow[hub]); keys are read from the environment. Addresses on the web are for images only.

An import that was interrupted goes on where it stopped when the same command is given again.
"""

from __future__ import annotations

import argparse
import string
from pathlib import Path

from curation.archives import registry as archives
from curation.commands import annotate, preview_output, terminal
from curation.common.counts import counted
from curation.containers import registry as containers
from curation.formats import column_mapping, registry
from curation.formats.column_mapping import ColumnMapping, MappingError
from curation.importing import importer
from curation.importing.importer import ImportReport
from curation.importing.options import ImportOptions
from curation.previewing import preview
from curation.workspace import open_workspace

_roles = "\n".join(f"  {role:14} {about}" for role, about in column_mapping.ROLES.items())
_formats = "\n".join(f"  {name:14} {dataset_format.title}" for name, dataset_format in registry.formats().items())
__doc__ = string.Template(__doc__ or "").substitute(
    formats=_formats,
    roles=_roles,
    containers=", ".join(kind.title for kind in containers.kinds().values()),
    archives=", ".join(kind.title for kind in archives.kinds()),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    about = "a file or folder of any kind below, its address, or a meta file that names several"
    parser.add_argument("path", type=terminal.place_argument, help=about)
    reading = parser.add_mutually_exclusive_group()
    reading.add_argument(
        "--format", metavar="FORMAT", choices=list(registry.formats()), help="default: recognised by content"
    )
    reading.add_argument(
        "--map", type=_mapping, metavar="ROLE=COLUMN,...", help="which columns hold what, or a file that says so"
    )
    parser.add_argument("--save-map", type=Path, metavar="FILE", help="also write what --map says into a file")
    parser.add_argument(
        "--images",
        type=terminal.place_argument,
        metavar="DIR",
        help="a folder, its address, or an archive; default: images/ beside the file, or its folder",
    )
    parser.add_argument("--fetch", action="store_true", help="fetch images that are on the web")
    parser.add_argument("--follow-links", action="store_true", help="open links that lead out of the image folder")
    annotate.add_sources(parser, "--annotations", "what annotators said of the images; may be given several times")
    parser.add_argument("--name", help="what to call the dataset (default: the file's name)")
    parser.add_argument("--dry-run", action="store_true", help="show what would come of the first rows; import nothing")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def _mapping(text: str) -> ColumnMapping:
    try:
        return column_mapping.parse(text)
    except MappingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def run(arguments: argparse.Namespace) -> int:
    """Imports and prints the outcome table."""
    if arguments.save_map and not arguments.map:
        raise MappingError("--save-map writes what --map says; give --map too.")
    options = ImportOptions(
        format_name=arguments.format,
        mapping=arguments.map,
        images=arguments.images,
        annotations=arguments.annotations or (),
        annotations_format=arguments.annotations_format,
        name=arguments.name,
        fetch=arguments.fetch,
        follow_links=arguments.follow_links,
    )
    if arguments.dry_run:
        shown = preview.of_file(arguments.path, options, workspace=arguments.workspace)
        preview_output.show(shown, arguments.json)
        return 1 if shown.problem and not shown.is_empty else 0
    reports = _imported(arguments, options)
    if arguments.save_map:
        arguments.save_map.write_bytes(arguments.map.dumps())
    for report in reports:
        print_report(report, arguments.json)
    return 0 if all(report.imported for report in reports) else 1


def _imported(arguments: argparse.Namespace, options: ImportOptions) -> list[ImportReport]:
    workspace = open_workspace(arguments.workspace)
    line = terminal.ProgressLine()

    def progress(rows: int, position: int, size: int) -> None:
        line.show(f"importing: {counted(rows, 'row')}, {position / max(size, 1):.0%}")

    try:
        return importer.import_all(workspace, arguments.path, options, progress=progress)
    finally:
        line.end()
        workspace.close()


def print_report(report: ImportReport, as_json: bool) -> None:
    """Prints what came of an import.

    Args:
        report: Outcomes of the rows and images.
        as_json: True for JSON, False for tables.
    """
    if as_json:
        terminal.json_line(
            {
                "dataset": report.dataset,
                "formats": report.formats,
                "rows": report.rows,
                "imported": report.imported,
                "rejected": report.rejected,
                "outcomes": report.outcomes,
                "images": report.found_by,
                "images_root": report.images_root,
                "annotated_images": report.annotated_images,
                "annotation_notes": report.annotation_notes,
                "already_there": report.already_there,
            }
        )
        return
    if report.already_there:
        terminal.say(f"The same file is already here as {report.dataset!r}; nothing was imported twice.")
    print(f"dataset {report.dataset}")
    if len(report.formats) > 1:
        print(f"Its rows are in {len(report.formats)} formats: {', '.join(report.formats)}.")
    terminal.table(("outcome", "rows"), [*report.outcomes.items(), ("all", report.rows)])
    if report.found_by:
        print(f"\nimages of {report.images_root}")
        terminal.table(("image reference", "count"), list(report.found_by.items()))
    if report.annotated_images:
        print(f"\n{counted(report.annotated_images, 'image', 'has', 'have')} annotations now.")
    for note in report.annotation_notes:
        print(note)
