"""Export or import the log of decisions as JSON lines, so that reviews survive and merge.

examples:
  python -m curation decisions export > decisions.jsonl
  python -m curation decisions import decisions.jsonl

Events are ordered by `ordered_at`: the time at which they were recorded, and always after what was in their log then,
even when a clock is set back. So merged logs have the same order on every machine.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from curation.commands import terminal
from curation.common.counts import counted
from curation.decisions import decision_log, merging
from curation.workspace import open_workspace
from scoring.plain_files import plain

UNKNOWN_SHOWN = 20
"""Events on unknown samples that are listed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    actions = parser.add_subparsers(dest="action", metavar="export|import", required=True)
    export = actions.add_parser("export", help="print every event, oldest first")
    export.add_argument("--out", type=Path, help="default: standard output")
    actions.add_parser("import", help="add the events of another log").add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Writes or merges the log."""
    if arguments.action == "import":
        try:
            lines = plain(arguments.file).read_bytes().splitlines()
        except OSError as error:
            raise decision_log.DecisionError(f"Cannot read {arguments.file}: {error.strerror}.") from error
    workspace = open_workspace(arguments.workspace)
    try:
        if arguments.action == "import":
            _tell(merging.merge_lines(workspace, lines))
            return 0
        text = b"".join(line + b"\n" for line in merging.log_lines(workspace))
    finally:
        workspace.close()
    if arguments.out:
        arguments.out.write_bytes(text)
    else:
        sys.stdout.buffer.write(text)
    return 0


def _tell(report: merging.MergeReport) -> None:
    terminal.say(
        f"{counted(report.read, 'event')} read, {report.new:,} of them new: {report.matched:,} on samples and flags of "
        f"this workspace, {len(report.unknown):,} on others."
    )
    if report.differing:
        terminal.say(
            f"{report.differing:,} say something else than what counted here. Both logs are in one order now: what was "
            "recorded later counts, and the page Review lists where people disagree."
        )
    if report.unknown:
        terminal.say("Kept, but on nothing that this workspace holds:")
    for subject, key, verdict in report.unknown[:UNKNOWN_SHOWN]:
        terminal.say(f"  {subject} {key}: {verdict}")
    if len(report.unknown) > UNKNOWN_SHOWN:
        terminal.say(f"  and {len(report.unknown) - UNKNOWN_SHOWN:,} more")
