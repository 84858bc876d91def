"""Takes over the datasets, scores and decisions of another workspace; what both have is there once."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from curation.common.counts import counted
from curation.decisions import identities, keys, merging
from curation.decisions.merging import MergeReport
from curation.images import probe
from curation.maintenance import removing
from curation.maintenance.history import DatasetError
from curation.workspace import Workspace, imported_metrics, open_workspace, roots
from scoring import registry
from storage import dataset_events, datasets, newer_rows, taking_over
from storage import identities as stored_identities
from storage.rows import StoredRow
from storage.store import DATABASE


@dataclass(frozen=True)
class TakenOver:
    """What came of another workspace's samples and decisions.

    Attributes:
        matched: Samples that are here already, with the same content.
        differing: New ones whose dataset and row's own id are here with another content; both are kept.
        new: Samples that are here now and were not before, the differing ones included.
        datasets: The datasets that hold the new ones, by name here.
        decisions: What became of the decisions.
    """

    matched: int
    differing: int
    new: int
    datasets: dict[str, int]
    decisions: MergeReport

    def sentence(self) -> str:
        """The counts in words."""
        listed = ", ".join(f"{name} ({count:,})" for name, count in self.datasets.items())
        return (
            f"{counted(self.matched, 'sample')} matched, {self.new:,} are new{f' in {listed}' if listed else ''}, "
            f"{self.differing:,} of them differ from a row of the same id here. "
            f"{self.decisions.new:,} of {counted(self.decisions.read, 'decision', 'is', 'are')} new, "
            f"{self.decisions.differing:,} differ."
        )


def take_over(workspace: Workspace, other: Path, *, who: str) -> TakenOver:
    """Takes over another workspace; doing it again adds nothing.

    A sample of the same content is the same sample, and keeps the scores that it has here. The others come in datasets
    of their own, under the names that they have there where these are free, with their scores. Decisions of both are in
    one order then, as by `decisions import`.

    Args:
        workspace: Open workspace.
        other: Folder of the other one, which no process has open; it is opened, and its samples stay.
        who: The person who says so.

    Returns:
        How many samples and decisions matched, differ and are new.

    Raises:
        DatasetError: There is no workspace in the folder, or it is this one.
        WorkspaceError: It cannot be opened.
    """
    if not (other / DATABASE).is_file():
        raise DatasetError(f"There is no workspace in {other}.")
    if other.resolve() == workspace.folder.resolve():
        raise DatasetError("Name another workspace than this one.")
    source = open_workspace(other)
    try:
        with workspace.store.adding:
            identities.complete(workspace)
            identities.complete(source)
            left = _not_here(workspace, source)
            matched = _count(source) - sum(frame.height for frame in left.values())
            differing, added = 0, {}
            for number, frame in left.items():
                dataset = datasets.by_number(source.store, number)
                assert dataset is not None
                differing += _differing(workspace, dataset, frame)
                added[_add(workspace, source, dataset, frame, who)] = frame.height
            imported_metrics.take_over(workspace, source)
        report = merging.merge_lines(workspace, merging.log_lines(source))
    finally:
        source.close()
    return TakenOver(matched, differing, sum(added.values()), added, report)


def _count(source: Workspace) -> int:
    return int(datasets.totals(source.store)["samples"])


def _not_here(workspace: Workspace, source: Workspace) -> dict[int, pl.DataFrame]:
    """The samples there without one of the same content here, by the number of their dataset there."""
    unmatched: Counter[str] = Counter()
    for row in datasets.listing(workspace.store).iter_rows(named=True):
        unmatched.update(newer_rows.present(workspace.store, row["dataset_no"])["identity"])
    left = {}
    for row in datasets.listing(source.store).iter_rows(named=True):
        if row["state"] != "complete":
            continue
        present = newer_rows.present(source.store, row["dataset_no"])
        is_new = []
        for identity in present["identity"]:
            is_new.append(unmatched[identity] == 0)
            unmatched[identity] -= unmatched[identity] > 0
        frame = present.filter(pl.Series(is_new, dtype=pl.Boolean))
        if frame.height:
            left[row["dataset_no"]] = frame
    return left


def _differing(workspace: Workspace, dataset: StoredRow, frame: pl.DataFrame) -> int:
    same_name = datasets.by_name(workspace.store, dataset["name"])
    if same_name is None:
        return 0
    ids = Counter(newer_rows.present(workspace.store, same_name["dataset_no"])["source_id"].drop_nulls())
    return sum(ids[source_id] == 1 for source_id in frame["source_id"].drop_nulls())


def _add(workspace: Workspace, source: Workspace, dataset: StoredRow, frame: pl.DataFrame, who: str) -> str:
    """Stores a dataset with its samples that are not here; returns its name here."""
    features = removing.subjects()
    frames = taking_over.read(source.store, frame["sample_no"].to_list(), features, list(registry.stages()))
    frames["sample"] = _with_keys(workspace, frames["sample"])
    frames["image"] = _with_files(workspace, source, frames["image"])
    name = removing.free_name(workspace, dataset["name"])
    beside = {
        table: taking_over.of_dataset(source.store, table, dataset["dataset_no"])
        for table in ("annotation", "vocabulary", "dataset_tag")
    }
    with workspace.store.transaction("samples", "scores", "tags") as cursor:
        taking_over.write(cursor, dataset | {"name": name}, frames, beside)
        dataset_events.add(
            cursor,
            who,
            name,
            "merge-workspace",
            f"{counted(frame.height, 'sample')} of {dataset['name']} in {source.folder}.",
        )
    workspace.store.checkpoint()
    return name


def _with_keys(workspace: Workspace, rows: pl.DataFrame) -> pl.DataFrame:
    """The samples under the next free keys of this workspace."""
    contents = rows["identity"].to_list()
    copies = stored_identities.copies(workspace.store, contents)
    numbers = []
    for identity in contents:
        numbers.append(copies.get(identity, 0))
        copies[identity] = numbers[-1] + 1
    return rows.with_columns(
        copy=pl.Series(numbers, dtype=pl.Int32),
        key=pl.Series([keys.sample(*pair) for pair in zip(contents, numbers, strict=True)], dtype=pl.String),
    )


def _with_files(workspace: Workspace, source: Workspace, images: pl.DataFrame) -> pl.DataFrame:
    """The pictures where they lie; those that the other workspace keeps are copied into this one."""
    moved: dict[str, str] = {}
    for path, content_hash in images.select("path", "content_hash").iter_rows():
        if roots.is_below(path, str(source.kept_images)):
            target = workspace.kept_images / Path(path).name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                shutil.copyfile(path, target)
            moved[path] = str(target)
        thumbnail = probe.thumbnail_path(source.thumbnails, content_hash)
        copied = probe.thumbnail_path(workspace.thumbnails, content_hash)
        if thumbnail.exists() and not copied.exists():
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(thumbnail, copied)
    return images.with_columns(pl.col("path").replace(moved))
