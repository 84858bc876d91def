"""Send an approved export to a dataset hub, as a private dataset unless told otherwise.

examples:
  HF_TOKEN=… python -m curation push curated owner/name
  HF_TOKEN=… python -m curation push curated owner/name --public

The token comes from the environment only. Nothing is sent when files differ from the export's manifest.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from curation.commands import terminal
from curation.common.counts import counted
from curation.exporting import export_folder
from curation.publishing import hub


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the export")
    parser.add_argument("repository", metavar="OWNER/NAME", help="made where it is not there")
    parser.add_argument("--public", action="store_true", help="a repository that is made can be seen by everybody")
    parser.add_argument("--draft", action="store_true", help="send it although nobody approved it")
    parser.add_argument("--json", action="store_true", help="print the address and the number of files")


def run(arguments: argparse.Namespace) -> int:
    """Looks at the folder, and sends it."""
    manifest = export_folder.whole(arguments.folder)
    if manifest["status"] != "approved" and not arguments.draft:
        raise export_folder.ExportError(
            f"Nobody approved {arguments.folder}: approve it, or send a draft with --draft."
        )
    address = hub.push(
        arguments.folder, arguments.repository, public=arguments.public,
        message=f"{manifest['name']}: {counted(manifest['samples'], 'sample')}",
    )  # fmt: skip
    files = sum(path.is_file() for path in arguments.folder.rglob("*"))
    if arguments.json:
        terminal.json_line({"address": address, "files": files})
    else:
        print(f"{counted(files, 'file', 'is', 'are')} at {address}")
    return 0
