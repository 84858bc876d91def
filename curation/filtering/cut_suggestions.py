"""Cuts to choose from for one metric: by share, by spread, by what people decided, and the metric's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from curation.common.counts import counted
from curation.filtering.cut_quality import Judged
from curation.filtering.snapshot import MetricValues, Snapshot
from curation.recipes.recipe import Cut
from scoring import certainty
from scoring.arrays import Floats, Mask, Numbers

SHARES = (0.01, 0.05, 0.1)
SIGMAS = 3.0
MAD_TO_SIGMA = 1.4826
"""Turns a median absolute deviation into a standard deviation, for normally distributed values."""
TARGETS = (0.5, 0.7, 0.9)
ENOUGH = 20
"""Decisions beyond a cut before it is suggested from them."""

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


def suggestions(
    snapshot: Snapshot, metric: str, decided: Judged, drawn: Judged, members: Mask | None = None
) -> list[CutSuggestion]:
    """Lists everything that can be suggested for a metric.

    Args:
        snapshot: All samples with their values.
        metric: Name of the metric.
        decided: The samples that people decided on.
        drawn: Those that are a random draw.
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
        ranked = _ranked(values, decided, drawn, side, low if side == "low" else high)
        suggested += [by_precision(metric, ranked, target, side) for target in TARGETS]
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


@dataclass(frozen=True, eq=False)
class Ranked:
    """Values of one side, the worst first and all made so that lower is worse: of all samples, of the decided ones
    with whether each should go, and of the random draw among these."""

    present: Floats
    values: Floats
    bad: Mask
    drawn_values: Floats
    drawn_bad: Mask


def by_precision(metric: str, ranked: Ranked, target: float, side: CutSide) -> CutSuggestion:
    """Suggests the cut that drops most while it is certain that at least `target` of what it drops should go.

    It is certain where enough of all that is dropped was decided and should go, whatever the rest is, or by a test on
    the random draw (`scoring.certainty`).

    Args:
        metric: Name of the metric.
        ranked: The values.
        target: Least precision, 0 to 1.
        side: End that is cut off.

    Returns:
        The suggestion, without a cut where decisions are too few or no cut reaches the target.
    """
    name = f"Precision ≥ {target:.0%}, {'below' if side == 'low' else 'above'}"
    about = f"Drops most while it is certain (95 %) that at least {target:.0%} of what it drops should go."
    if len(ranked.values) < ENOUGH:
        why = f"Needs {ENOUGH} decided samples with a value; there are {len(ranked.values)}."
        return CutSuggestion(name, about, why=why)
    ends = _ends(ranked.values)
    dropped = np.searchsorted(ranked.present, ranked.values[ends - 1], side="right")
    bad_counts = np.cumsum(ranked.bad, dtype=np.int64)[ends - 1]
    reached = np.flatnonzero((bad_counts >= target * dropped) & (ends >= ENOUGH) & (dropped < len(ranked.present)))
    drawn_ends = _ends(ranked.drawn_values)
    drawn_ends = drawn_ends[ranked.drawn_values[drawn_ends - 1] < ranked.present[-1]]
    drawn = certainty.certain_length(ranked.drawn_bad.tolist(), drawn_ends.tolist(), target, least=ENOUGH)
    worst = [ranked.values[ends[reached[-1]] - 1]] if len(reached) else []
    worst += [ranked.drawn_values[drawn - 1]] if drawn else []
    if not worst:
        return CutSuggestion(
            name, about, why=_best_words((bad_counts / dropped)[ends >= ENOUGH], len(ranked.drawn_values), target)
        )
    fails = int(np.searchsorted(ranked.present, max(worst), side="right"))
    edge = float(ranked.present[fails])
    return CutSuggestion(name, about, Cut(metric, **{side: edge if side == "low" else -edge}), fails)


def _ranked(values: MetricValues, decided: Judged, drawn: Judged, side: CutSide, present: Floats) -> Ranked:
    sign, of_side = (1.0, values.low) if side == "low" else (-1.0, values.high)
    (ranks, bad), (drawn_ranks, drawn_bad) = (
        _worst_first(sign * of_side[part.numbers], part.bad) for part in (decided, drawn)
    )
    # All values are needed in order only where decisions could carry a cut.
    ordered = np.sort(sign * present) if len(ranks) >= ENOUGH else present
    return Ranked(ordered, ranks, bad, drawn_ranks, drawn_bad)


def _worst_first(values: Floats, bad: Mask) -> tuple[Floats, Mask]:
    has_value = ~np.isnan(values)
    order = np.argsort(values[has_value], kind="stable")
    return values[has_value][order], bad[has_value][order]


def _ends(values: Floats) -> Numbers:
    """How many come before each place where sorted values differ, and all: a cut cannot part equal values."""
    return np.append(np.flatnonzero(np.diff(values)) + 1, len(values)) if len(values) else np.empty(0, dtype=np.int64)


def _best_words(known_shares: Floats, drawn: int, target: float) -> str:
    best = 100 * float(known_shares.max(initial=0.0))
    return (
        f"Not certain of any: at best {best:.0f} % of what a cut drops are known to have to go, and the random audit "
        f"has {counted(drawn, 'sample')} with a value; {certainty.fewest(target)} that all should go would do."
    )


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
