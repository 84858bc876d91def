"""Cuts to choose from for one metric: by share, by spread, by what people decided, and the metric's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from curation.common.intervals import wilson
from curation.filtering.cut_quality import Judged
from curation.filtering.snapshot import MetricValues, Snapshot
from curation.recipes.recipe import Cut
from scoring.arrays import Floats, Mask

SHARES = (0.01, 0.05, 0.1)
SIGMAS = 3.0
MAD_TO_SIGMA = 1.4826
"""Turns a median absolute deviation into a standard deviation, for normally distributed values."""
TARGETS = (0.5, 0.7, 0.9)
ENOUGH = 20
"""Decisions on either side of a cut before it is suggested from them."""

CutSide = Literal["low", "high"]
CutSides = tuple[CutSide, ...]
Edges = tuple[float | None, float | None]


@dataclass(frozen=True)
class CutSuggestion:
    """A cut with its name and how many samples fail it; without a cut, `why` says what is missing."""

    name: str
    about: str
    cut: Cut | None = None
    fails: int = 0
    why: str = ""


def suggestions(snapshot: Snapshot, metric: str, decided: Judged, members: Mask | None = None) -> list[CutSuggestion]:
    """Lists everything that can be suggested for a metric.

    Args:
        snapshot: All samples with their values.
        metric: Name of the metric.
        decided: The samples that people decided on.
        members: True for the samples that are counted, None for all.

    Returns:
        Suggestions, the metric's own first; none where the metric has no values.
    """
    values, column = snapshot.values[metric], snapshot.columns[metric]
    numbers = np.arange(snapshot.count) if members is None else np.flatnonzero(members)
    low, high = _present(values.low[numbers]), _present(values.high[numbers])
    if not len(low):
        return []
    ends = sides(column.bad_when)
    candidates: list[tuple[str, str, Edges]] = []
    if column.suggested != (None, None):
        candidates.append(("Built in", "The metric's own cut.", column.suggested))
    candidates += [(f"{share:.0%}", _share_words(share, ends), by_share(low, high, share, ends)) for share in SHARES]
    candidates.append(("3 σ, robust", "Median ± 3 × 1.4826 × median absolute deviation.", by_spread(low, high, ends)))
    candidates.append(("3 σ", "Mean ± 3 × standard deviation.", by_spread(low, high, ends, robust=False)))
    suggested = [_counted(name, about, metric, edges, low, high) for name, about, edges in candidates]
    for side in ends:
        for target in TARGETS:
            suggested.append(by_precision(values, metric, decided, target, side, low if side == "low" else high))
    return suggested


def by_share(low: Floats, high: Floats, share: float, sides: CutSides) -> Edges:
    """Finds edges that at most this share of the values lies beyond, split evenly where both ends are bad.

    Args:
        low: Lowest value per sample, without NaN.
        high: Highest value per sample, without NaN.
        share: Share of the values, 0 to 1.
        sides: Ends that are bad.

    Returns:
        Lower and upper edge, None at an end that is not bad.
    """
    part = share / len(sides)
    return (
        float(np.quantile(low, part, method="lower")) if "low" in sides else None,
        float(np.quantile(high, 1 - part, method="higher")) if "high" in sides else None,
    )


def by_spread(low: Floats, high: Floats, sides: CutSides, *, robust: bool = True) -> Edges:
    """Finds edges SIGMAS standard deviations away from the middle.

    Args:
        low: Lowest value per sample, without NaN.
        high: Highest value per sample, without NaN.
        sides: Ends that are bad.
        robust: True for median and median absolute deviation, False for mean and standard deviation.

    Returns:
        Lower and upper edge, None at an end that is not bad or without spread.
    """
    (low_middle, low_sigma), (high_middle, high_sigma) = _spread(low, robust), _spread(high, robust)
    return (
        low_middle - SIGMAS * low_sigma if "low" in sides and low_sigma > 0 else None,
        high_middle + SIGMAS * high_sigma if "high" in sides and high_sigma > 0 else None,
    )


def by_precision(
    values: MetricValues, metric: str, decided: Judged, target: float, side: CutSide, present: Floats
) -> CutSuggestion:
    """Suggests the cut that drops most while the lower end of its precision's 95 % interval is not below `target`.

    Only cuts with ENOUGH decisions on either side are looked at.

    Args:
        values: The metric's values over all samples.
        metric: Name of the metric.
        decided: The samples that people decided on.
        target: Least precision, 0 to 1.
        side: End that is cut off.
        present: Values that the dropped samples are counted over, without NaN.

    Returns:
        The suggestion, without a cut where decisions are too few or no cut reaches the target.
    """
    where = "below" if side == "low" else "above"
    name = f"Precision ≥ {target:.0%}, {where}"
    about = f"Drops most while at least {target:.0%} of what it drops should go (lower end of the 95 % interval)."
    of_side = (values.low if side == "low" else values.high)[decided.numbers]
    has_value = ~np.isnan(of_side)
    count = int(np.count_nonzero(has_value))
    if count < 2 * ENOUGH:
        return CutSuggestion(name, about, why=f"Needs {2 * ENOUGH} decided samples with a value; there are {count}.")
    sign = 1.0 if side == "low" else -1.0
    order = np.argsort(sign * of_side[has_value], kind="stable")
    sorted_values, bad = of_side[has_value][order], np.cumsum(decided.bad[has_value][order])
    best: tuple[float, int | None] = (0.0, None)
    cut_position: int | None = None
    for position in range(ENOUGH, count - ENOUGH + 1):
        if sorted_values[position] == sorted_values[position - 1]:
            continue  # a cut cannot part equal values
        lower = wilson(int(bad[position - 1]), position)[0]
        best = max(best, (lower, position), key=lambda candidate: candidate[0])
        cut_position = position if lower >= target else cut_position
    if cut_position is None:
        return CutSuggestion(name, about, why=_best_words(best, sorted_values, where))
    edge = float(sorted_values[cut_position])
    fails = int(np.count_nonzero(present < edge if side == "low" else present > edge))
    return CutSuggestion(name, about, Cut(metric, **{side: edge}), fails)


def _best_words(best: tuple[float, int | None], sorted_values: Floats, where: str) -> str:
    if best[1] is None:
        return f"No value parts the decisions with {ENOUGH} on either side."
    return f"Not reachable: best precision {100 * best[0]:.0f} %, cutting {where} {sorted_values[best[1]]:.4g}."


def _counted(name: str, about: str, metric: str, edges: Edges, low: Floats, high: Floats) -> CutSuggestion:
    below, above = edges
    if below is None and above is None:
        return CutSuggestion(name, about, why="The values have no spread.")
    beyond = int(np.count_nonzero(low < below)) if below is not None else 0
    beyond += int(np.count_nonzero(high > above)) if above is not None else 0
    if not beyond:
        return CutSuggestion(name, about, why="No value lies that far out.")
    return CutSuggestion(name, about, Cut(metric, below, above), beyond)


def _spread(values: Floats, robust: bool) -> tuple[float, float]:
    if not robust:
        return float(values.mean()), float(values.std())
    middle = float(np.median(values))
    return middle, MAD_TO_SIGMA * float(np.median(np.abs(values - middle)))


def _present(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def sides(bad_when: str) -> CutSides:
    """Says which ends of a metric are bad, by its direction."""
    if bad_when == "low":
        return ("low",)
    return ("high",) if bad_when == "high" else ("low", "high")


def _share_words(share: float, sides: CutSides) -> str:
    where = "outermost" if len(sides) > 1 else f"{sides[0]}est"
    return f"Drops at most the {where} {share:.0%} of the values."
