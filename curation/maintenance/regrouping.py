"""Splits a dataset in two, and makes one of two; samples keep their scores, decisions and keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from curation.common.counts import counted
from curation.formats import registry as formats
from curation.images.inline import TOKEN
from curation.maintenance import history, renaming
from curation.maintenance.history import DatasetError
from curation.workspace import Workspace, roots
from storage import dataset_events, datasets, image_links, regrouping, removals, search
from storage.rows import StoredRow
from storage.store import Cursor

VALUES_NAMED = 10
"""Values of a field that a message lists."""


@dataclass(frozen=True)
class Regrouped:
    """Two datasets after a split, or one after a merge, with their samples by name."""

    samples: dict[str, int]

    def sentence(self) -> str:
        """The datasets in words."""
        return ", ".join(f"{name}: {counted(count, 'sample')}" for name, count in self.samples.items()) + "."


def split(
    workspace: Workspace,
    name: str,
    into: str,
    *,
    who: str,
    field: str = "",
    values: Collection[str] = (),
    ids: Collection[str] = (),
) -> Regrouped:
    """Makes a dataset of some samples of another one: by the value of a field of their rows, or by their rows' ids.

    Args:
        workspace: Open workspace.
        name: The dataset.
        into: The new dataset's name.
        who: The person who splits it.
        field: A field of the rows; "" to go by ids.
        values: Its values of the samples that go into the new dataset.
        ids: The rows' own ids of those samples.

    Returns:
        Both datasets.

    Raises:
        UnknownNameError: There is no such dataset.
        DatasetError: The new name cannot be one, no sample fits, or all do.
    """
    into = renaming.checked_name(into)
    with workspace.store.adding:
        dataset = history.complete(workspace, name)
        if datasets.by_name(workspace.store, into):
            raise DatasetError(f"There is a dataset {into!r} already.")
        rows = regrouping.with_field(workspace.store, dataset["dataset_no"], field or "id")
        column, selected = ("value", values) if field else ("source_id", ids)
        going = rows.filter(pl.col(column).is_in(list(selected)))["sample_no"].to_list()
        if not going:
            raise DatasetError(_nothing(rows, column, field or "id"))
        if len(going) == rows.height:
            raise DatasetError(f"All {counted(rows.height, 'sample')} of {name!r} fit: rename it instead.")
        with _moving(workspace) as cursor:
            regrouping.split_off(cursor, dataset, into, going)
            dataset_events.add(
                cursor, who, name, "split", f"{counted(len(going), 'sample', 'is', 'are')} in {into} now."
            )
        return Regrouped({name: rows.height - len(going), into: len(going)})


def merge(workspace: Workspace, name: str, other: str, *, who: str) -> Regrouped:
    """Puts all samples of a dataset behind those of another one.

    Args:
        workspace: Open workspace.
        name: The dataset that stays.
        other: The one whose samples come into it.
        who: The person who merges them.

    Returns:
        The dataset that stays.

    Raises:
        UnknownNameError: There is no such dataset.
        DatasetError: Their formats or image folders differ, or rows hold pictures of their own file.
    """
    with workspace.store.adding:
        target, source = history.complete(workspace, name), history.complete(workspace, other)
        if name == other:
            raise DatasetError("Name two datasets.")
        if target["format"] != source["format"]:
            raise DatasetError(_of_two_formats(target, source))
        home = {target["images_root"], target["path"], str(workspace.kept_images)}
        if not all(roots.is_below_any(path, home) for path in image_links.paths_of(workspace.store, source)):
            raise DatasetError(
                f"Images of {other!r} lie outside the image folder of {name!r}, {target['images_root']}: "
                "relink both to one folder that holds all of them first."
            )
        if source["path"] != target["path"] and search.in_own_file(workspace.store, source, TOKEN):
            raise DatasetError(f"Rows of {other!r} hold pictures that lie in its own file, and stay with it.")
        with _moving(workspace) as cursor:
            regrouping.join(cursor, target, source)
            dataset_events.add(cursor, who, name, "merge", f"The samples of {other} are in it now.")
        count = next(row["samples"] for row in datasets.listing(workspace.store).to_dicts() if row["name"] == name)
        return Regrouped({name: count})


@contextmanager
def _moving(workspace: Workspace) -> Iterator[Cursor]:
    """A transaction in which samples may get another dataset and another place in it."""
    removals.begin(workspace.store)
    try:
        with workspace.store.transaction("samples", "scores", "tags", removals.NUMBERS) as cursor:
            yield cursor
    finally:
        removals.end(workspace.store)


def _of_two_formats(target: StoredRow, source: StoredRow) -> str:
    """What to do with datasets whose rows are of two formats: each keeps its rows as they came."""
    name, other = target["name"], source["name"]
    advice = (
        f"{name!r} has the format {target['format']} and {other!r} has {source['format']}: a dataset has one, so that "
        "its rows go out as they came. Leave both as they are: recipes, reviews and exports take them together."
    )
    if target["format"] not in formats.writers():
        return advice
    written = f"export --format {target['format']}"
    return f"{advice} Or write {other!r} in the other format (`{written}`), import that, and merge it."


def _nothing(rows: pl.DataFrame, column: str, field: str) -> str:
    present = rows[column].drop_nulls().unique(maintain_order=True).to_list()
    listed = ", ".join(map(str, present[:VALUES_NAMED])) + (", ..." if len(present) > VALUES_NAMED else "")
    return f"No sample fits. Values of the field {field!r}: {listed}." if present else f"No row has a field {field!r}."
