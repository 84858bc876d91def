"""Repeatable draws of turns and images from a set of samples.

Samples are drawn in the order of their content's hash: as good as chance, the same on every machine, and two sets
share what they have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from curation.snapshot import TASK, Snapshot
from curation.workspace import Workspace
from storage import indicators


@dataclass(frozen=True, eq=False)
class Draws:
    """What can be drawn from a snapshot's samples."""

    workspace: Workspace
    snapshot: Snapshot

    def turns(self, chosen: np.ndarray, limit: int) -> pl.DataFrame:
        """turn_no, instruction and task label of the first `limit` turns, in the order of the draw."""
        numbers = np.flatnonzero(chosen)
        numbers = numbers[np.argsort(self._place[numbers])]
        counts = np.cumsum(self._turn_counts[numbers])
        numbers = numbers[: int(np.searchsorted(counts, limit)) + 1]
        column = self.snapshot.columns[TASK]
        found = indicators.turns(self.workspace.store, numbers.tolist(), TASK, column.version)
        place = pl.Series("place", self._place[found["sample_no"].to_numpy()])
        return found.with_columns(place).sort("place", "turn_index").head(limit)

    def images(self, chosen: np.ndarray, limit: int | None = None) -> pl.DataFrame:
        """image_no of the first `limit` different images, in the order of the draw."""
        wanted = self._pictures.filter(pl.Series(chosen[self._pictures["sample_no"].to_numpy()]))
        found = wanted.select("image_no").unique(maintain_order=True)
        return found if limit is None else found.head(limit)

    def count_turns(self, chosen: np.ndarray) -> int:
        """Turns of the samples."""
        return int(self._turn_counts[chosen].sum())

    @cached_property
    def _turn_counts(self) -> np.ndarray:
        return self.snapshot.samples["turns"].to_numpy()

    @cached_property
    def _place(self) -> np.ndarray:
        """Every sample's place in the order of the draw."""
        parts = self.snapshot.samples.select(
            pl.col("sample_no"), pl.col("dataset"), content=pl.col("key").str.split("/").list.last()
        )
        order = parts.sort("content", "dataset")["sample_no"].to_numpy()
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return place

    @cached_property
    def _pictures(self) -> pl.DataFrame:
        found = indicators.images(self.workspace.store)
        place = pl.Series("place", self._place[found["sample_no"].to_numpy()])
        return found.with_columns(place).sort("place", maintain_order=True)
