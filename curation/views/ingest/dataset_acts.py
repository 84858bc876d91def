"""What is done with datasets after their import, as jobs that wait for imports and for each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curation.app.jobs import Job
from curation.app.server import Server
from curation.common.progress import StepProgress
from curation.maintenance import history, relinking, renaming
from curation.maintenance.history import DatasetEvent
from curation.maintenance.relinking import RelinkReport
from curation.views.ingest.ingest import existing_path
from storage import datasets

NAMED = 5
"""References that a message names."""


@dataclass(frozen=True)
class DatasetsView:
    """The datasets whose import is complete by name, with their image folders, and what was done with datasets."""

    image_folders: dict[str, str]
    events: tuple[DatasetEvent, ...]


def view(server: Server) -> DatasetsView:
    """Reads what the section about datasets shows."""
    listing = datasets.listing(server.workspace.store)
    complete = {row["name"]: row["images_root"] for row in listing.to_dicts() if row["state"] == "complete"}
    return DatasetsView(complete, tuple(history.newest(server.workspace, 20)))


def rename(server: Server, who: str, name: str, new: str) -> Job:
    """Renames a dataset, after the imports before it.

    Args:
        server: Its workspace has the dataset.
        who: The person.
        name: The dataset's name.
        new: The new name.

    Returns:
        The job.

    Raises:
        DatasetError: The new name cannot be one.
    """
    new = renaming.checked_name(new)

    def work(_: object) -> str:
        return f"{name} is called {renaming.rename(server.workspace, name, new, who=who)} now."

    return server.in_turn(f"Rename {name}", ("rename", name, new), work)


def relink(
    server: Server, who: str, name: str, images: str, *, preview: bool = False, accept_different: bool = False
) -> Job:
    """Looks for a dataset's images in a folder, after the imports before it.

    Args:
        server: Its workspace has the dataset.
        who: The person.
        name: The dataset's name.
        images: The folder or archive on the server's machine.
        preview: Whether nothing is changed.
        accept_different: Whether files with another content are taken, too.

    Returns:
        The job.

    Raises:
        RequestError: There is no such folder.
    """
    folder = existing_path(images, "image folder or archive")

    def work(progress: StepProgress) -> str:
        report = relinking.relink(
            server.workspace, name, Path(folder), who=who, accept_different=accept_different, preview=preview,
            progress=progress,
        )  # fmt: skip
        return _relinked(report, preview)

    title = f"Look for the images of {name}" if preview else f"Relink {name}"
    return server.in_turn(title, ("relink", name, images, preview, accept_different), work)


def _relinked(report: RelinkReport, preview: bool) -> str:
    parts = [relinking.sentence(report)]
    for title, refs in (
        ("Not there", report.missing),
        ("Several files fit", report.ambiguous),
        ("Another content", report.different),
    ):
        if refs:
            more = f" and {len(refs) - NAMED:,} more" if len(refs) > NAMED else ""
            parts.append(f"{title}: {', '.join(refs[:NAMED])}{more}.")
    if report.left_behind:
        parts.append(f"{report.left_behind:,} of them still lie where they were: bring them to the new folder first.")
    if not report.changed:
        parts.append("A preview: nothing was changed." if preview else "Nothing was changed.")
    return " ".join(parts)
