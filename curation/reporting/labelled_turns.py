"""How many turns of each sample are of each task: every turn of a conversation counts, not only the first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.filtering.snapshot import NO_TASK, Snapshot
from curation.workspace import Workspace, cache
from scoring.arrays import Mask, Numbers
from storage import scores
from storage.store import Store


@dataclass(frozen=True, eq=False)
class LabelledTurns:
    """Turns that have a task, in rows of one sample and one task each.

    Attributes:
        tasks: The tasks, in alphabetical order.
        sample_nos: The sample of each row, (N,).
        codes: The position of each row's task in `tasks`, (N,).
        turns: How many turns of the sample are of the task, (N,).
    """

    tasks: tuple[str, ...]
    sample_nos: Numbers
    codes: Numbers
    turns: Numbers

    def counts(self, members: Mask) -> Numbers:
        """Counts the turns of each task in a set, (tasks,).

        Args:
            members: The set, True for its samples.

        Returns:
            Numbers in the order of `tasks`.
        """
        in_set = members[self.sample_nos]
        counted = np.bincount(self.codes[in_set], self.turns[in_set], minlength=len(self.tasks))
        return counted.astype(np.int64)

    def count(self, members: Mask) -> int:
        """All turns of the samples that have a task."""
        return int(self.turns[members[self.sample_nos]].sum())


def of_snapshot(workspace: Workspace, snapshot: Snapshot) -> LabelledTurns:
    """Reads them, from memory until something changes.

    Args:
        workspace: Open workspace.
        snapshot: The samples.

    Returns:
        Those of the snapshot's samples by the labels of its task axis; a label of a whole sample is that of each turn.
    """
    axis = snapshot.columns[snapshot.task_axis]
    return cache.recall(
        workspace.store,
        f"turns by task: {axis.name} {axis.version} {snapshot.count}",
        lambda store: _read(store, snapshot),
    )


def _read(store: Store, snapshot: Snapshot) -> LabelledTurns:
    axis = snapshot.columns[snapshot.task_axis]
    labels = scores.of_metric(store, axis.name, axis.version, axis.subject).filter(
        pl.col("label").is_not_null() & (pl.col("label") != NO_TASK) & (pl.col("sample_no") < snapshot.count)
    )
    rows = labels.group_by("sample_no", "label").agg(turns=pl.len())
    if axis.subject == "sample":
        rows = rows.select("sample_no", "label").join(snapshot.samples.select("sample_no", "turns"), on="sample_no")
    if not rows.height:  # of nothing at all, columns have no type
        nothing = np.empty(0, dtype=np.int64)
        return LabelledTurns((), nothing, nothing, nothing)
    tasks = sorted(rows["label"].unique())
    codes = rows["label"].replace_strict(tasks, range(len(tasks)), return_dtype=pl.Int64)
    return LabelledTurns(tuple(tasks), rows["sample_no"].to_numpy(), codes.to_numpy(), rows["turns"].to_numpy())
