"""Handing samples over to another tool from the export page, in the background."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping

import numpy as np

from curation.app.jobs import Job
from curation.app.server import Server
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.exporting import export_folder
from curation.handing_over import hand_over, registry
from curation.handing_over.contract import Target
from curation.views.export import exports
from curation.views.export.export import ExportView

FOLDER = "handed"
"""Folder of the workspace's exports in which hand-overs get one each."""


def tools() -> Mapping[str, Target]:
    """All tools by name."""
    return registry.targets()


def start(server: Server, export_view: ExportView, tool: str, *, everything: bool, folder: str) -> Job:
    """Hands samples over in the background.

    Args:
        server: Its workspace's samples are handed over.
        export_view: The plan that says which go out.
        tool: Name of the tool.
        everything: True for all samples, False for those that would go out now.
        folder: Absolute path on the server; empty means a free folder in the workspace.
    Returns:
        The background job; its message says where the files are and how the tool opens them.
    Raises:
        ExportError: The folder cannot be used.
    """
    workspace, target = server.workspace, registry.named(tool)
    plan = export_view.plan
    members = np.ones_like(plan.selected) if everything else plan.selected
    if folder.strip():
        out = export_folder.apart(folder, workspace.folder)
    else:
        out = export_folder.free(workspace.exports / FOLDER, tool)

    def work(progress: StepProgress) -> str:
        progress("writing samples", 0, int(members.sum()))
        handed = hand_over.write(workspace, plan.outcome.snapshot, members, target, out)
        lacking = (
            f" {counted(handed.missing_images, 'picture', 'is', 'are')} not there." if handed.missing_images else ""
        )
        return (
            f"{counted(handed.samples, 'sample')} for {target.title} are in {handed.folder}.{lacking}\n\n{handed.lines}"
        )

    request = _request(export_view, tool, everything=everything, folder=folder)
    return server.in_background(f"Hand-over to {target.title}", exports.KIND, request, work)


def is_being_written(server: Server, export_view: ExportView, tool: str, *, everything: bool, folder: str) -> bool:
    """True while the hand-over that `start` would write is being written already."""
    return server.is_at_work(exports.KIND, _request(export_view, tool, everything=everything, folder=folder))


def _request(export_view: ExportView, tool: str, *, everything: bool, folder: str) -> Hashable:
    selected = "" if everything else hashlib.blake2b(export_view.plan.selected.tobytes(), digest_size=16).hexdigest()
    return tool, everything, folder, selected
