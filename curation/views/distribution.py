"""Where a value lies among all values of its metric, and the samples with the values next to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation import memo
from curation.server import Server
from curation.views import board
from storage import samples
from storage.store import Store

NEAR = 3


@dataclass(frozen=True)
class Neighbour:
    """A sample with a value near to the one shown; `image_no` is None where it has no picture."""

    sample_no: int
    value: float
    row: int
    dataset: str
    image_no: int | None


@dataclass(frozen=True)
class Distribution:
    """A value of a metric among all: counts between equal steps from `low` to `high`, and `share` (0-1) of lower ones.

    `cut` are the edges of the suggested cut, None where there is none; neighbours come lowest first.
    """

    title: str
    unit: str
    value: float
    low: float
    high: float
    counts: tuple[int, ...]
    share: float
    cut: tuple[float | None, float | None]
    neighbours: tuple[Neighbour, ...]


def of(server: Server, metric: str, sample_no: int) -> Distribution | None:
    """Where the sample's worst value of a metric lies; None where it has none."""
    snapshot = board.current(server).snapshot
    column, values = snapshot.columns.get(metric), snapshot.values.get(metric)
    if column is None or values is None or sample_no >= snapshot.count or np.isnan(values.worst[sample_no]):
        return None
    value = float(values.worst[sample_no])
    order = _order(server, metric, values.worst)
    at = int(np.searchsorted(values.worst[order], value))
    near = [int(no) for no in order[max(at - NEAR, 0) : at + NEAR + 1] if no != sample_no]
    pictures = memo.recall(server.workspace.store, "first images", samples.first_images)
    shown = dict(pictures.filter(pl.col("sample_no").is_in(near)).select("sample_no", "image_no").iter_rows())
    rows = snapshot.samples[near].select("row_index", "dataset").rows() if near else []
    return Distribution(
        title=column.title,
        unit=column.unit,
        value=value,
        low=float(values.edges[0]),
        high=float(values.edges[-1]),
        counts=tuple(int(count) for count in values.histogram),
        share=at / max(len(order), 1),
        cut=column.suggested,
        neighbours=tuple(
            Neighbour(no, float(values.worst[no]), row, dataset, shown.get(no))
            for no, (row, dataset) in zip(near, rows, strict=True)
        ),
    )


def _order(server: Server, metric: str, worst: np.ndarray) -> np.ndarray:
    """Numbers of the samples that have a value, by value; sorted once until the scores change."""

    def sort(_: Store) -> tuple[np.ndarray, np.ndarray]:
        return worst, np.argsort(worst, kind="stable")[: int(np.count_nonzero(~np.isnan(worst)))]

    store = server.workspace.store
    of_which, order = memo.recall(store, f"order by {metric}", sort)
    return order if of_which is worst else sort(store)[1]
