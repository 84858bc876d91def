"""Where a value lies among all values of its metric, and the samples with the values next to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.app.server import Server
from curation.runs import worst_values
from curation.workspace import cache, first_images
from scoring.arrays import Floats, Numbers
from storage import samples

BINS = 48
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
    """A value of a metric among all: counts between equal steps from `low` to `high`, and the shares (0-1)
    of lower and of higher ones.

    `cut` are the edges of the suggested cut, None where there is none; neighbours come lowest first.
    """

    title: str
    unit: str
    value: float
    low: float
    high: float
    counts: tuple[int, ...]
    lower: float
    higher: float
    cut: tuple[float | None, float | None]
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True)
class _SortedValues:
    """A metric's values by sample and in order, with the samples that they belong to, and how they spread."""

    by_sample: Floats
    numbers: Numbers
    values: Floats
    counts: tuple[int, ...]
    low: float
    high: float


def of(server: Server, metric: str, sample_no: int) -> Distribution | None:
    """Finds where a sample's worst value of a metric lies among all samples.

    Args:
        server: Its workspace holds the values.
        metric: Name of the metric.
        sample_no: Number of the sample.
    Returns:
        The distribution; None where the sample has no value.
    """
    column = worst_values.column(server.workspace, metric)
    if column is None:
        return None
    name = f"ranks of {metric} {column.version}"
    ranked = cache.recall(
        server.workspace.store, name, lambda store: _rank(worst_values.read(store, column)), patient=True
    )
    if sample_no >= len(ranked.by_sample) or np.isnan(ranked.by_sample[sample_no]):
        return None
    value = float(ranked.by_sample[sample_no])
    rank = int(np.searchsorted(ranked.values, value))
    return Distribution(
        title=column.title,
        unit=column.unit,
        value=value,
        low=ranked.low,
        high=ranked.high,
        counts=ranked.counts,
        lower=rank / max(len(ranked.values), 1),
        higher=1 - int(np.searchsorted(ranked.values, value, side="right")) / max(len(ranked.values), 1),
        cut=column.suggested,
        neighbours=_neighbours(server, ranked, rank, sample_no),
    )


def _rank(values: Floats) -> _SortedValues:
    order = np.argsort(values, kind="stable")
    order = order[: int(np.count_nonzero(~np.isnan(values)))]
    ranked = values[order]
    low, high = (float(edge) for edge in np.quantile(ranked, [0.001, 0.999])) if len(ranked) else (0.0, 1.0)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    counts = np.histogram(np.clip(ranked, low, high), BINS, (low, high))[0]
    return _SortedValues(values, order, ranked, tuple(int(count) for count in counts), low, high)


def _neighbours(server: Server, ranked: _SortedValues, rank: int, sample_no: int) -> tuple[Neighbour, ...]:
    store = server.workspace.store
    nearby = slice(max(rank - NEAR, 0), rank + NEAR + 1)
    near = {
        int(no): float(value)
        for no, value in zip(ranked.numbers[nearby], ranked.values[nearby], strict=True)
        if no != sample_no
    }
    pictures = first_images.of(store, list(near))
    rows = cache.recall(store, "listing", samples.listing)[list(near)].select("row_index", "dataset").rows()
    return tuple(
        Neighbour(no, value, row, dataset, pictures.get(no))
        for (no, value), (row, dataset) in zip(near.items(), rows, strict=True)
    )
