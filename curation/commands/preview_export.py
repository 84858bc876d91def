"""Prints the first rows of an export as they will be written, for `export --preview`."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from curation.balancing.export_plan import ExportPlan
from curation.commands import terminal
from curation.commands.preview_output import short
from curation.exporting import export, row_preview
from curation.exporting.form import Form
from curation.exporting.row_preview import WrittenRow
from curation.workspace import Workspace
from storage import samples


def show(workspace: Workspace, plan: ExportPlan, form: Form, most: int, *, as_json: bool) -> None:
    """Prints rows, and after each what a reader of its format sees in it.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        form: Format and images.
        most: How many samples.
        as_json: True for one line of JSON for each row, False for text.
    """
    going = samples.in_row_order(workspace.store, np.flatnonzero(plan.selected))
    rows = row_preview.rows(workspace, going, going[:most], export.decided(plan), form)
    for row in rows:
        if as_json:
            terminal.json_line(asdict(row))
        else:
            _print(row)
    if not rows:
        terminal.say("No row would be written." if not going else "The first samples have no row in this format.")


def _harmless(text: str) -> str:
    """JSON text in which what a terminal may take for a command is escaped."""
    return "".join(mark if mark.isprintable() or mark == "\n" else json.dumps(mark)[1:-1] for mark in text)


def _print(row: WrittenRow) -> None:
    print(f"sample {row.key} as {row.format}")
    print(_harmless(row.text))
    if row.problem:
        print(f"  it cannot be read back: {short(row.problem)}")
    for picture in row.pictures:
        print(f"  image: {short(picture.name)}{'' if picture.image_no is not None else ' (missing)'}")
    for video in row.videos:
        print(f"  video: {short(video)}")
    if row.system:
        print(f"  system: {short(row.system)}")
    for turn in row.turns:
        print(f"  user: {short(turn.instruction or '')}")
        print(f"  assistant: {short(turn.response or '')}")
    print()
