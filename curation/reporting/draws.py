"""Repeatable draws of turns and images from a set of samples.

Samples are drawn in the order of their content's hash: as good as chance, the same on every machine, and two sets
share what they have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.filtering.snapshot import Snapshot
from curation.workspace import Workspace, cache
from scoring.arrays import Mask, Numbers
from storage import indicators
from storage.store import Store


@dataclass(frozen=True, eq=False)
class Order:
    """The order of the draw: every sample's rank in it, and its pictures (sample_no, image_no) sorted by it."""

    rank: np.ndarray
    pictures: pl.DataFrame


@dataclass(frozen=True, eq=False)
class Draws:
    """What can be drawn from a snapshot's samples."""

    workspace: Workspace
    snapshot: Snapshot

    def turns(self, members: Mask, limit: int) -> pl.DataFrame:
        """Draws turns from a set.

        Args:
            members: The set, True for its samples.
            limit: At most so many turns.

        Returns:
            sample_no, turn_no, instruction, response and task label (column `label`), in the order of the draw.
        """
        rank = self._order.rank
        numbers = np.flatnonzero(members)
        numbers = numbers[np.argsort(rank[numbers])]
        counts = np.cumsum(self._turn_counts[numbers])
        numbers = numbers[: int(np.searchsorted(counts, limit)) + 1]
        axis = self.snapshot.columns[self.snapshot.task_axis]
        turns = indicators.turns(
            self.workspace.store, numbers.tolist(), axis.name, axis.version, of_samples=axis.subject == "sample"
        )
        ranks = pl.Series("place", rank[turns["sample_no"].to_numpy()])
        return turns.with_columns(ranks).sort("place", "turn_index").head(limit)

    def images(self, members: Mask, limit: int | None = None) -> pl.DataFrame:
        """Draws different images from a set.

        Args:
            members: The set, True for its samples.
            limit: At most so many images; None for all.

        Returns:
            image_no, and the sample_no that it comes first with, in the order of the draw.
        """
        pictures = self._order.pictures
        pictures_of_set = pictures.filter(pl.Series(members[pictures["sample_no"].to_numpy()]))
        images = pictures_of_set.unique("image_no", keep="first", maintain_order=True)
        return images if limit is None else images.head(limit)

    def count_turns(self, members: Mask) -> int:
        """Turns of the samples."""
        return int(self._turn_counts[members].sum())

    @property
    def _turn_counts(self) -> Numbers:
        return self.snapshot.samples["turns"].to_numpy()

    @property
    def _order(self) -> Order:
        samples = self.snapshot.samples
        return cache.recall(self.workspace.store, f"draw of {samples.height}", lambda store: _ordered(store, samples))


def _ordered(store: Store, samples: pl.DataFrame) -> Order:
    parts = samples.select("sample_no", "dataset", content=pl.col("key").str.split("/").list.last())
    order = parts.sort("content", "dataset")["sample_no"].to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    pictures = indicators.images(store).filter(pl.col("sample_no") < len(order))
    ranks = pl.Series("place", rank[pictures["sample_no"].to_numpy()])
    return Order(rank, pictures.with_columns(ranks).sort("place", maintain_order=True).drop("place"))
