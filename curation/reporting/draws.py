"""Repeatable draws of turns and images from a set of samples.

Samples are drawn in the order of their content's hash: as good as chance, the same on every machine, and two sets
share what they have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.filtering.snapshot import TASK, Snapshot
from curation.workspace import Workspace, cache
from storage import indicators
from storage.store import Store


@dataclass(frozen=True, eq=False)
class Order:
    """The order of the draw: every sample's place in it, and its pictures (sample_no, image_no) sorted by it."""

    place: np.ndarray
    pictures: pl.DataFrame


@dataclass(frozen=True, eq=False)
class Draws:
    """What can be drawn from a snapshot's samples."""

    workspace: Workspace
    snapshot: Snapshot

    def turns(self, chosen: np.ndarray, limit: int) -> pl.DataFrame:
        """turn_no, instruction and task label of the first `limit` turns, in the order of the draw."""
        place = self._order.place
        numbers = np.flatnonzero(chosen)
        numbers = numbers[np.argsort(place[numbers])]
        counts = np.cumsum(self._turn_counts[numbers])
        numbers = numbers[: int(np.searchsorted(counts, limit)) + 1]
        found = indicators.turns(self.workspace.store, numbers.tolist(), TASK, self.snapshot.columns[TASK].version)
        places = pl.Series("place", place[found["sample_no"].to_numpy()])
        return found.with_columns(places).sort("place", "turn_index").head(limit)

    def images(self, chosen: np.ndarray, limit: int | None = None) -> pl.DataFrame:
        """image_no of the first `limit` different images, in the order of the draw."""
        pictures = self._order.pictures
        wanted = pictures.filter(pl.Series(chosen[pictures["sample_no"].to_numpy()]))
        found = wanted.select("image_no").unique(maintain_order=True)
        return found if limit is None else found.head(limit)

    def count_turns(self, chosen: np.ndarray) -> int:
        """Turns of the samples."""
        return int(self._turn_counts[chosen].sum())

    @property
    def _turn_counts(self) -> np.ndarray:
        return self.snapshot.samples["turns"].to_numpy()

    @property
    def _order(self) -> Order:
        samples = self.snapshot.samples
        return cache.recall(self.workspace.store, f"draw of {samples.height}", lambda store: _ordered(store, samples))


def _ordered(store: Store, samples: pl.DataFrame) -> Order:
    parts = samples.select("sample_no", "dataset", content=pl.col("key").str.split("/").list.last())
    order = parts.sort("content", "dataset")["sample_no"].to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    found = indicators.images(store).filter(pl.col("sample_no") < len(order))
    places = pl.Series("place", place[found["sample_no"].to_numpy()])
    return Order(place, found.with_columns(places).sort("place", maintain_order=True).drop("place"))
