"""The samples nearest to a cut, on either side of it."""

from __future__ import annotations

import numpy as np

from curation.filtering import thresholds
from curation.filtering.thresholds import RecipeOutcome
from curation.recipes.recipe import Cut
from scoring.arrays import Floats, Mask, Numbers


def at_the_cut(outcome: RecipeOutcome, cut: Cut, each: int = 6) -> tuple[Numbers, Numbers]:
    """Finds the samples nearest to a cut, inside and outside of it.

    Args:
        outcome: What the recipe does; only samples of its part are looked at.
        cut: The cut, of a metric that has values.
        each: How many samples on each side at most.

    Returns:
        Numbers of samples on the kept side and on the dropped side, nearest first.
    """
    values = outcome.snapshot.values[cut.metric]
    distance = np.full(outcome.snapshot.count, np.inf)
    if cut.low is not None:
        distance = np.minimum(distance, np.abs(values.low - cut.low))
    if cut.high is not None:
        distance = np.minimum(distance, np.abs(values.high - cut.high))
    fails = thresholds.outside(values, cut)
    distance = np.nan_to_num(distance, nan=np.inf)
    return (
        _nearest(distance, outcome.part.only(~fails), each),
        _nearest(distance, outcome.part.only(fails), each),
    )


def _nearest(distance: Floats, among: Mask, each: int) -> Numbers:
    candidates = np.flatnonzero(among & np.isfinite(distance))
    if len(candidates) > each:
        closest = np.argpartition(distance[candidates], each)[:each]
        candidates = candidates[closest]
    return candidates[np.argsort(distance[candidates], kind="stable")]
