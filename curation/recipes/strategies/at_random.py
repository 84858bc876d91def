"""Samples drawn by chance, the same ones for the same seed."""

from __future__ import annotations

import numpy as np

from curation.recipes.strategies.contract import Candidates, Strategy
from scoring.arrays import Numbers


def choose(candidates: Candidates, count: int) -> Numbers:
    """Chooses preferred ones first, then by the draw.

    Args:
        candidates: The samples.
        count: How many to choose.

    Returns:
        Indices, ascending.
    """
    return np.sort(np.lexsort((candidates.drawn, ~candidates.preferred))[:count])


STRATEGY = Strategy(
    name="random",
    title="At random",
    about="Drawn by chance; the same seed gives the same samples.",
    words="at random",
    needs="nothing",
    choose=choose,
)
