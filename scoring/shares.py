"""How uneven counts are (principle 10 of Li et al., TMLR 2024): variance and entropy of their shares."""

from __future__ import annotations

import numpy as np

from scoring.arrays import Numbers


def variance(counts: Numbers) -> float:
    """Variance of the shares in percent points over what occurs; 0 for one or none."""
    present = counts[counts > 0]
    return float(np.var(100.0 * present / present.sum())) if len(present) else 0.0


def entropy(counts: Numbers) -> float:
    """Entropy of the shares over the largest possible, 0 to 1; 1 for one or none."""
    present = counts[counts > 0]
    if len(present) < 2:
        return 1.0
    shares = present / present.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(present)))
