"""How sure a figure is that rests on few: Wilson's interval (1927, https://doi.org/10.2307/2276774), Student's t."""

from __future__ import annotations

import math

Z95 = 1.959964


def wilson(hits: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Computes the interval that holds the true share with 95 % confidence.

    Args:
        hits: How many were counted.
        of: Out of how many.
        z: Quantile of the normal distribution, which sets the confidence.

    Returns:
        Lower and upper end, 0 to 1; (0, 1) for nothing counted.
    """
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, centre - half), min(1.0, centre + half)


def student(freedom: int) -> float:
    """Computes how many standard errors a 95 % interval reaches to either side.

    Args:
        freedom: Degrees of freedom.

    Returns:
        The 97.5 % quantile of Student's t.
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


def meet(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Tells whether two intervals, (low, high), have a value in common."""
    return first[0] <= second[1] and second[0] <= first[1]
