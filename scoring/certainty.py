"""How far a ranking can be taken while a share of right ones is certain: thresholds that hold on what is not yet seen.

A threshold that is chosen because it does well on some verdicts does worse on others. Here lengths are tried from
the strictest on and the first that is not certain ends the walk, so that the chance of taking one that is wrong
stays at 5 % however many are tried (fixed-sequence testing, Maurer et al., 1995; as in "Learn then Test",
Angelopoulos et al., 2021, https://arxiv.org/abs/2110.01052). Several walks share the 5 %, as one alone would end at an
early mistake however many verdicts follow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

RISK = 0.05


def fewest(share: float, risk: float = RISK) -> float:
    """Computes how many right ones in a row make it certain that at least `share` are right.

    Args:
        share: 0 to 1.
        risk: Chance of being wrong.

    Returns:
        A whole number of at least 1; infinite for a share of 1.
    """
    return math.inf if share >= 1 else max(1, math.ceil(math.log(risk) / math.log(share))) if share > 0 else 1


def certain_length(right: Sequence[bool], ends: Sequence[int], share: float, *, least: int = 1) -> int:
    """Finds how many of a ranking can be taken so that at least `share` of all that rank as high are right.

    Args:
        right: Whether each verdict is right, best rank first; a random draw of what ranks as high.
        ends: Lengths that can be taken, ascending: equal ranks cannot be parted.
        share: Least share of right ones, 0 to 1.
        least: The shortest length that is tried.

    Returns:
        The greatest certain length, in at least 95 % of draws no greater than what holds; 0 where none is certain.
    """
    from scipy.special import bdtrc

    starts, risk = _starts(len(right), share, least)
    lengths = np.array(ends, dtype=np.int64)
    if not starts or not len(lengths):
        return 0
    hits = np.cumsum(np.array(right, dtype=np.int64))[lengths - 1]
    chances = np.where(hits > 0, bdtrc(np.maximum(hits - 1, 0), lengths, share), 1.0)
    longest = 0
    for first in np.searchsorted(lengths, starts):
        uncertain = np.flatnonzero(chances[first:] > risk)
        end = first + uncertain[0] if len(uncertain) else len(lengths)
        if end > first:
            longest = max(longest, int(lengths[end - 1]))
    return longest


def _starts(count: int, share: float, least: int) -> tuple[list[int], float]:
    """Where walks begin, each twice as far as the one before, and the risk that each may take."""
    walks = 1
    while True:
        risk = RISK / walks
        first = max(least, fewest(share, risk))
        if first > count:
            return [], risk
        starts = [int(first) << step for step in range(int(math.log2(count / first)) + 1)]
        if len(starts) <= walks:
            return starts, risk
        walks += 1
