"""What is done with datasets after their import, as jobs that wait for imports and for each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curation.app.jobs import Job
from curation.app.server import Server
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.maintenance import history, regrouping, reimporting, relinking, removing, renaming, taking_over
from curation.maintenance.history import DatasetEvent
from curation.maintenance.relinking import RelinkReport
from curation.maintenance.removing import CompactPlan, Removal
from curation.runs import score_files
from curation.views.ingest.ingest import existing_path
from scoring.metric import BadWhen
from storage import datasets

NAMED = 5
"""References that a message names."""


@dataclass(frozen=True)
class DatasetsView:
    """The datasets whose import is complete by name, with their image folders, and what was done with datasets.

    `removals` can be brought back; `compaction` says what removing them for good takes away.
    """

    image_folders: dict[str, str]
    removals: tuple[Removal, ...]
    compaction: CompactPlan
    events: tuple[DatasetEvent, ...]


def view(server: Server) -> DatasetsView:
    """Reads what the section about datasets shows."""
    listing = datasets.listing(server.workspace.store)
    complete = {row["name"]: row["images_root"] for row in listing.to_dicts() if row["state"] == "complete"}
    plan = removing.plan_compact(server.workspace)
    return DatasetsView(complete, plan.removals, plan, tuple(history.newest(server.workspace, 20)))


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


def reimport(server: Server, who: str, name: str, path: str, *, keep_gone: bool = False, preview: bool = False) -> Job:
    """Brings a dataset to a newer file, after the imports before it.

    Args:
        server: Its workspace has the dataset.
        who: The person.
        name: The dataset's name.
        path: The newer file or folder on the server's machine.
        keep_gone: Whether samples stay that the file has no row for.
        preview: Whether nothing is changed.

    Returns:
        The job.

    Raises:
        RequestError: There is no such file.
    """
    file = existing_path(path, "dataset")

    def work(progress: StepProgress) -> str:
        report = reimporting.reimport(
            server.workspace, name, file, who=who, keep_gone=keep_gone, preview=preview,
            progress=lambda _rows, position, size: progress("reading", position, size),
        )  # fmt: skip
        return report.sentence() + (" A preview: nothing was changed." if preview else "")

    title = f"Compare {name}" if preview else f"Re-import {name}"
    return server.in_turn(title, ("reimport", name, path, keep_gone, preview), work)


def import_scores(server: Server, name: str, path: str, *, bad_when: BadWhen) -> Job:
    """Takes in scores of a dataset that another program computed, after the imports before it.

    Args:
        server: Its workspace has the dataset.
        name: The dataset's name.
        path: The table on the server's machine.
        bad_when: Which values are bad.

    Returns:
        The job.

    Raises:
        RequestError: There is no such file.
    """
    file = existing_path(path, "table")

    def work(_: object) -> str:
        report = score_files.import_scores(server.workspace, file, dataset=name, bad_when=bad_when)
        return " ".join(report.sentences())

    return server.in_turn(f"Import scores of {name}", ("scores", name, path, bad_when), work)


def split(server: Server, who: str, name: str, into: str, *, field: str = "", value: str = "", ids: str = "") -> Job:
    """Makes a dataset of some samples of another one, after the imports before it.

    Args:
        server: Its workspace has the dataset.
        who: The person.
        name: The dataset's name.
        into: The new dataset's name.
        field: A field of the rows; "" to go by ids.
        value: Its value of the samples that go.
        ids: Their rows' own ids, one a line.

    Returns:
        The job.

    Raises:
        DatasetError: The new name cannot be one.
    """
    into = renaming.checked_name(into)
    listed = [line.strip() for line in ids.splitlines() if line.strip()]

    def work(_: object) -> str:
        return regrouping.split(
            server.workspace, name, into, who=who, field=field.strip(), values=[value.strip()], ids=listed
        ).sentence()

    return server.in_turn(f"Split {name}", ("split", name, into, field, value, ids), work)


def merge(server: Server, who: str, name: str, other: str) -> Job:
    """Puts the samples of a dataset behind those of another one, after the imports before it.

    Args:
        server: Its workspace has both.
        who: The person.
        name: The dataset that stays.
        other: The one whose samples come into it.

    Returns:
        The job.
    """

    def work(_: object) -> str:
        return regrouping.merge(server.workspace, name, other, who=who).sentence()

    return server.in_turn(f"Merge {other} into {name}", ("merge", name, other), work)


def merge_workspace(server: Server, who: str, other: str) -> Job:
    """Takes another workspace over, after the imports before it.

    Args:
        server: Its workspace takes the other one over.
        who: The person.
        other: The other workspace's folder on the server's machine.

    Returns:
        The job.

    Raises:
        RequestError: There is no such folder.
    """
    folder = existing_path(other, "workspace")
    return server.in_turn(
        f"Merge workspace {folder.name}",
        ("merge-workspace", other),
        lambda _: taking_over.take_over(server.workspace, folder, who=who).sentence(),
    )


def delete(server: Server, who: str, name: str) -> Job:
    """Deletes a dataset, after the imports before it.

    Args:
        server: Its workspace has the dataset.
        who: The person.
        name: The dataset's name.

    Returns:
        The job.
    """

    def work(_: object) -> str:
        removal = removing.delete(server.workspace, name, who=who)
        return f"{name} is deleted: {counted(removal.samples, 'sample')}. Restore brings them back."

    return server.in_turn(f"Delete {name}", ("delete", name), work)


def restore(server: Server, who: str, removal: Removal) -> Job:
    """Brings back what was put away, after the imports before it.

    Args:
        server: Its workspace has the removal.
        who: The person.
        removal: One of the view's.

    Returns:
        The job.
    """

    def work(_: object) -> str:
        return removing.restore_removal(server.workspace, removal, who).sentence()

    return server.in_turn(f"Restore {removal.dataset}", ("restore", removal.removal_no), work)


def compact(server: Server, who: str) -> Job:
    """Removes for good what was deleted, after the imports before it.

    Args:
        server: Its workspace has it.
        who: The person.

    Returns:
        The job.
    """
    return server.in_turn("Compact", "compact", lambda _: removing.compact(server.workspace, who=who).sentence())


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
