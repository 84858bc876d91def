"""Say where the images of a dataset lie now; decisions and scores stay.

examples:
  python -m curation relink coco --images /new/place/images
  python -m curation relink coco --images /new/place/images --preview
  python -m curation relink coco --images /new/place/images --accept-different --json

Where the pictures lie in the dataset's own file (Parquet, tar), name that file or its folder: it is taken when every
picture in it is the one that it was.

Images are looked for as at an import: at the path that the row names, else by the end of that path. What several
different files fit is named and not taken. A picture counts as the same when its bytes are; one with other bytes is
named and left alone, unless --accept-different says otherwise. Images that were missing at the import are taken in
where they are there now, and their samples are scored again.

The command ends with 1 when images are still missing, ambiguous or different.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from curation.commands import terminal
from curation.maintenance import relinking
from curation.maintenance.relinking import RelinkReport
from curation.workspace import open_workspace

NAMED = 20
"""References of each kind that are listed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", help="the dataset's name")
    about = "the folder of its images, its address, or an archive"
    parser.add_argument("--images", type=terminal.place_argument, required=True, metavar="DIR", help=about)
    parser.add_argument("--accept-different", action="store_true", help="take files whose content differs, too")
    parser.add_argument("--preview", action="store_true", help="say what is there, and change nothing")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Looks for the images and notes where they are."""
    workspace = open_workspace(arguments.workspace)
    line = terminal.ProgressLine()
    try:
        report = relinking.relink(
            workspace,
            arguments.dataset,
            arguments.images,
            who=arguments.who,
            accept_different=arguments.accept_different,
            preview=arguments.preview,
            progress=lambda doing, done, total: line.show(f"{doing}: {done:,} of {total:,}"),
        )
    finally:
        line.end()
        workspace.close()
    if arguments.json:
        terminal.json_line(asdict(report))
    else:
        _print(report, arguments.preview)
    return 0 if report.complete or (arguments.accept_different and report.changed and not _unmatched(report)) else 1


def _unmatched(report: RelinkReport) -> bool:
    return bool(report.missing or report.ambiguous)


def _print(report: RelinkReport, preview: bool) -> None:
    print(relinking.sentence(report))
    for title, refs in (
        ("not there", report.missing),
        ("several different files fit", report.ambiguous),
        ("another content", report.different),
    ):
        for ref in refs[:NAMED]:
            print(f"  {title}: {ref}")
        if len(refs) > NAMED:
            print(f"  and {len(refs) - NAMED:,} more")
    if report.left_behind:
        print(f"{report.left_behind:,} of them still lie where they were: bring them to the new folder first.")
    if not report.changed:
        terminal.say("Nothing was changed." if not preview else "A preview: nothing was changed.")
