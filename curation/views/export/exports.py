"""Exports that were approved: writing one in the background, downloading it, comparing it with another."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from curation.app import board
from curation.app.jobs import Job
from curation.app.server import Server
from curation.balancing import export_plan
from curation.balancing.export_plan import ExportPlan
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.exporting import card, export, export_folder, format_labels, image_files
from curation.exporting.export_folder import ExportError
from curation.exporting.form import Form
from curation.filtering.thresholds import Board
from curation.images import inline
from curation.publishing import hub_header
from curation.recipes import recipe
from curation.recipes.recipe import Recipe
from curation.runs import status
from storage import exports
from storage.rows import StoredRow

KIND = "export"
_writing = threading.Lock()
"""One export is written at a time: two of one name must not meet in one folder."""


@dataclass(frozen=True)
class ApprovedExport:
    """One approved export; `form` is how it was written, in words; `folder_present`: its folder still holds it."""

    export_no: int
    made_at: Any
    who: str
    note: str
    name: str
    path: str
    samples: int
    form: str
    folder_present: bool


@dataclass(frozen=True)
class Difference:
    """Two exports: rows only in the second, only in the first, and in both; by task; and what their recipes say."""

    added: int
    removed: int
    same: int
    tasks: pl.DataFrame
    recipes: tuple[str, ...]


@dataclass(frozen=True)
class Documents:
    """What an export says of itself: the card (Markdown) and its head (YAML), manifest and recipe (JSON)."""

    head: str
    card: str
    manifest: str
    recipe: str


def approve(
    server: Server, export_recipe: Recipe, who: str, note: str = "", folder: str = "", form: Form = export.AS_IT_CAME
) -> Job:
    """Writes an export in the background; decisions made meanwhile do not count.

    Args:
        server: Its workspace is exported.
        export_recipe: Cuts and quota; hashes, versions and decisions of now are added.
        who: The person who approves.
        note: Their note, written into the manifest.
        folder: Absolute path on the server; empty means a free folder in the workspace.
        form: Format and options of the files.
    Returns:
        The background job.
    Raises:
        ExportError: When the folder cannot be used.
    """
    workspace, snapshot = server.workspace, board.current(server).snapshot
    out = export_folder.named(folder, workspace.folder) if folder.strip() else None

    def work(progress: StepProgress) -> str:
        progress("preparing", 0, 1)
        complete = export_plan.complete_recipe(workspace, snapshot, export_recipe)
        plan = export_plan.make_plan(workspace, complete, Board(snapshot))
        with _writing:
            target = out or export_folder.free(workspace.exports, complete.name)
            manifest = export.write(
                workspace, plan, target, approved=True, who=who, note=note, form=form, progress=progress
            )
            row = exports.listing(workspace.store).row(0, named=True)
            progress("packing", plan.size, plan.size)
            export_folder.pack(target, _archive_path(server, row))
        missing = manifest["images"]["missing"] if form.images != image_files.REFERENCE else 0
        lacks = f" {export_folder.lacking(missing)} {inline.RELINK}" if missing else ""
        return f"{counted(plan.size, 'sample', 'is', 'are')} written to {target}.{lacks}"

    request = _request(export_recipe, who, note, folder, form)
    return server.in_background(f"Export {export_recipe.name}", KIND, request, work)


def is_being_written(server: Server, export_recipe: Recipe, who: str, note: str, folder: str, form: Form) -> bool:
    """True while the export that `approve` would write is being written already."""
    return server.is_at_work(KIND, _request(export_recipe, who, note, folder, form))


def _request(export_recipe: Recipe, who: str, note: str, folder: str, form: Form) -> Hashable:
    return recipe.dumps(export_recipe), who, note, folder, form


def unfinished(server: Server, export_recipe: Recipe) -> list[str]:
    """Lists the metrics that a recipe cuts on and that are still being scored.

    Args:
        server: Without a running scorer nothing is unfinished.
        export_recipe: Its cuts name the metrics.
    Returns:
        Titles of the metrics.
    """
    if not server.scoring:
        return []
    used = {cut.metric for cut in export_recipe.cuts}
    return [
        metric.title
        for metric in status.metric_states(server.workspace)
        if metric.name in used and metric.state == "waiting"
    ]


def disputed(server: Server, plan: ExportPlan) -> int:
    """Counts the samples that would go out although reviewers differ about them and nobody settled it.

    Args:
        server: Its workspace has the verdicts.
        plan: Plan of the export.
    Returns:
        Number of samples.
    """
    return int(export.disputed(server.workspace, plan).sum())


def jobs(server: Server) -> list[Job]:
    """Exports of this server process, the newest first."""
    return [job for job in reversed(server.jobs) if job.kind == KIND]


def past(server: Server) -> list[ApprovedExport]:
    """All approved exports, the newest first."""
    return [_past(row) for row in exports.listing(server.workspace.store).iter_rows(named=True)]


def archive(server: Server, export_no: int) -> Path | None:
    """Finds the zip of an approved export and makes it again if it is gone.

    Args:
        server: Its workspace holds the exports.
        export_no: Number of the export.
    Returns:
        Path of the zip; None for an unknown export or one whose folder is gone.
    """
    row = _row(server, export_no)
    if row is None:
        return None
    target = _archive_path(server, row)
    if not target.is_file() and _folder_present(row):
        export_folder.pack(Path(row["path"]), target)
    return target if target.is_file() else None


def documents(server: Server, export_no: int) -> Documents | None:
    """Reads the documents of an export as they were recorded.

    Args:
        server: Its workspace holds the exports.
        export_no: Number of the export.
    Returns:
        The documents; None for an unknown export.
    """
    row = _row(server, export_no)
    if row is None:
        return None
    manifest = orjson.loads(row["manifest"])
    return Documents(hub_header.text(manifest), card.text(manifest), row["manifest"], row["recipe"])


def compare(server: Server, one_no: int, other_no: int) -> Difference:
    """Compares the rows and recipes of two exports.

    Args:
        server: Its workspace holds the exports.
        one_no: Number of the earlier export.
        other_no: Number of the export that is compared with it.
    Returns:
        What the other export has more and less than the first.
    Raises:
        ExportError: When one of them is gone.
    """
    first, second = (keys(server, number) for number in (one_no, other_no))
    rows = [_row(server, number) for number in (one_no, other_no)]
    before, after = (recipe.loads(row["recipe"].encode()) for row in rows if row)
    added, removed = second - first, first - second
    return Difference(
        added=len(added),
        removed=len(removed),
        same=len(first & second),
        tasks=_by_task(server, added, removed),
        recipes=tuple(recipe.differences(before, after)),
    )


def _by_task(server: Server, added: Iterable[str], removed: Iterable[str]) -> pl.DataFrame:
    """task, added and removed of the rows that the workspace still knows."""
    snapshot = board.current(server).snapshot
    tasks = pl.Series("task", snapshot.tasks).gather(snapshot.task_codes)
    tasks_by_key = snapshot.samples.select("key").with_columns(tasks)
    changed = pl.DataFrame({"key": [*added, *removed]}, schema={"key": pl.String}).with_columns(
        pl.Series("added", [*(True for _ in added), *(False for _ in removed)], dtype=pl.Boolean)
    )
    counts = tasks_by_key.join(changed, on="key").group_by("task")
    tasks_changed = counts.agg(added=pl.col("added").sum(), removed=(~pl.col("added")).sum())
    return tasks_changed.sort(pl.col("added") + pl.col("removed"), "task", descending=[True, False])


def keys(server: Server, export_no: int) -> set[str]:
    """Reads the keys of the rows of an export.

    Args:
        server: Its workspace holds the exports.
        export_no: Number of the export.
    Returns:
        Sample keys as in the export's list.
    Raises:
        ExportError: When it is gone from its folder or cannot be read.
    """
    row = _row(server, export_no)
    if row is None or not _folder_present(row):
        raise ExportError(f"Export {export_no} is no longer in its folder; only its recipe and card are left.")
    try:
        return export_folder.keys(Path(row["path"]))
    except OSError as error:
        raise ExportError(f"Export {export_no} cannot be read: {error.strerror}.") from error


def _row(server: Server, export_no: int) -> StoredRow | None:
    matching = exports.listing(server.workspace.store).filter(pl.col("export_no") == export_no)
    return None if matching.is_empty() else matching.row(0, named=True)


def _past(row: StoredRow) -> ApprovedExport:
    manifest = orjson.loads(row["manifest"])
    note = (manifest.get("approval") or {}).get("note", "")
    name = Path(row["path"]).name
    return ApprovedExport(
        row["export_no"], row["made_at"], row["who"], note, name, row["path"], manifest["samples"],
        format_labels.form(manifest), _folder_present(row),
    )  # fmt: skip


def _folder_present(row: StoredRow) -> bool:
    return export_folder.holds(Path(row["path"]), orjson.loads(row["manifest"]))


def _archive_path(server: Server, row: StoredRow) -> Path:
    """Beside the folder in the workspace; for a folder elsewhere, under the export's number in the workspace."""
    folder, home = Path(row["path"]), server.workspace.exports
    if folder.parent == home:
        return home / f"{folder.name}.zip"
    home.mkdir(parents=True, exist_ok=True)
    return home / f"{row['export_no']}-{folder.name}.zip"
