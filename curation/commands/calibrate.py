"""Set the thresholds of detector, CLIP and language model from the decisions on flags.

examples:
  python -m curation calibrate
  python -m curation calibrate --precision 0.95 --json
  python -m curation calibrate --reset

Each of these sources says with a score how sure it is that an object is there. Confirmed and dismissed flags tell
from which score on it can be believed: after this, what it supports or denies was right on the wanted share of
the spans decided so far. A source with too few decided spans keeps its default, and the reason is printed.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from curation.commands import terminal
from curation.flags import calibration
from curation.flags.calibration import Calibration
from curation.workspace import open_workspace
from scoring.json_types import JsonObject


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "--precision", type=_share, default=calibration.PRECISION, metavar="P", help="wanted, 0.5 to 1; default 0.9"
    )
    parser.add_argument("--json", action="store_true", help="JSON lines, one per source")
    parser.add_argument("--reset", action="store_true", help="bring the defaults back instead")


def run(arguments: argparse.Namespace) -> int:
    """Calibrates, keeps the thresholds in the workspace and prints them by source."""
    workspace = open_workspace(arguments.workspace)
    try:
        if arguments.reset:
            calibration.reset(workspace)
            terminal.say("every source has its default thresholds again")
            return 0
        calibrations = calibration.calibrate(workspace, arguments.precision)
    finally:
        workspace.close()
    if arguments.json:
        for entry in calibrations:
            terminal.json_line(_plain(entry))
        return 0
    head = ("source", "decided", "denied to, before", "now", "supported from, before", "now", "precision", "recall")
    terminal.table(head, [_row(entry) for entry in calibrations])
    for entry in calibrations:
        if entry.why:
            terminal.say(f"{entry.source}: {entry.why}")
    return 0


def _row(entry: Calibration) -> tuple[object, ...]:
    return (
        entry.source, entry.decided, entry.old.no, entry.new.no, entry.old.yes, entry.new.yes,
        entry.precision, entry.recall,
    )  # fmt: skip


def _plain(entry: Calibration) -> JsonObject:
    sides = {name: {"no": side.no, "yes": side.yes} for name, side in (("old", entry.old), ("new", entry.new))}
    return asdict(entry) | sides


def _share(text: str) -> float:
    value = float(text)
    if not 0.5 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.5 and 1")
    return value
