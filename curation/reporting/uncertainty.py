"""How sure an indicator is: 95 % intervals by the jackknife that leaves out a part of the pictures at a time.

The samples fall into parts by chance, those that share a picture into the same one, and the indicator is computed
without each part in turn (delete-a-group jackknife, Kott, 2001, Journal of Official Statistics 17). Unlike a bootstrap
it never draws a sample twice, which would look like a copy to every measure of diversity. An interval says how much the
value would differ for other samples of the same kind; what a rule or model gets wrong on all of them is not in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from curation.common.intervals import student
from scoring.arrays import Mask, Numbers
from scoring.indicator import IndicatorValue

PARTS = 10
LEAST = 8
"""Groups of samples below which there is no interval."""


def parts_of(groups: Numbers, members: Mask, seed: int = 0) -> Numbers:
    """Deals the groups of a set out to parts.

    Args:
        groups: The group of each sample, (N,).
        members: The set, True for its samples.
        seed: Of the chance that deals them.

    Returns:
        The part of each sample, (N,), from 0; -1 for samples of other sets, and everywhere where groups are too few.
    """
    part = np.full(len(groups), -1, dtype=np.int64)
    names, group = np.unique(groups[members], return_inverse=True)
    if len(names) >= LEAST:
        dealt = np.random.default_rng(seed).permutation(len(names)) % min(PARTS, len(names))
        part[members] = dealt[group]
    return part


def with_interval(
    outcome: IndicatorValue,
    parts: Numbers,
    compute: Callable[[Mask], IndicatorValue],
    within: tuple[float | None, float | None] = (None, None),
) -> IndicatorValue:
    """Adds the interval to an indicator's value.

    Args:
        outcome: The value over the whole set.
        parts: The part of each sample.
        compute: The same indicator over what is left of the set, True for the samples that count.
        within: Values that it can have.

    Returns:
        The value with its interval; without one where it has no value, parts are too few, or the value hangs on one.
    """
    count = int(parts.max(initial=-1)) + 1
    if outcome.value is None or not count:
        return outcome
    replicates = [compute(parts != part).value for part in range(count)]
    values = np.array([value for value in replicates if value is not None])
    if len(values) < count:
        return outcome
    half = student(count - 1) * float(np.sqrt((count - 1) / count * ((values - values.mean()) ** 2).sum()))
    low, high = (float(end) for end in np.clip([outcome.value - half, outcome.value + half], *within))
    return replace(outcome, low=low, high=high)
