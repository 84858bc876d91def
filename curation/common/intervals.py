"""How sure a figure is that rests on few: Wilson's interval (1927, https://doi.org/10.2307/2276774), Student's t."""

from __future__ import annotations

import math

Z95 = 1.959964
LEAST_FOR_KAPPA = 30
"""Things below which the large-sample interval of kappa holds too seldom."""


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


def kappa(both: int, first: int, second: int, neither: int) -> tuple[float, float, float] | None:
    """Computes Cohen's kappa of two yes-or-no verdicts on the same things, with its 95 % interval.

    The interval is that of Fleiss, Cohen and Everitt, 1969 (https://doi.org/10.1037/h0028106), of the counts with one
    more in each cell: without, it holds the truth in as few as 86 of 100 cases where few things are.

    Args:
        both: Things that both say yes to.
        first: Those that only the first says yes to.
        second: Those that only the second says yes to.
        neither: Those that neither says yes to.

    Returns:
        Kappa and the ends of its interval, -1 to 1; None for fewer than LEAST_FOR_KAPPA things, or where a verdict is
        always the same, so that nothing is left to agree on.
    """
    total = both + first + second + neither
    if total < LEAST_FOR_KAPPA or both + first in (0, total) or both + second in (0, total):
        return None
    value, _ = _kappa(both, first, second, neither)
    centre, variance = _kappa(both + 1, first + 1, second + 1, neither + 1)
    half = Z95 * math.sqrt(variance)
    return value, max(-1.0, min(value, centre - half)), min(1.0, max(value, centre + half))


def _kappa(both: int, first: int, second: int, neither: int) -> tuple[float, float]:
    """Kappa and its large-sample variance."""
    total = both + first + second + neither
    table = [[both / total, first / total], [second / total, neither / total]]
    rows, columns = [sum(row) for row in table], [table[0][0] + table[1][0], table[0][1] + table[1][1]]
    observed, expected = table[0][0] + table[1][1], sum(map(float.__mul__, rows, columns))
    value = (observed - expected) / (1 - expected)
    agreeing = sum(table[i][i] * (1 - (rows[i] + columns[i]) * (1 - value)) ** 2 for i in (0, 1))
    differing = sum(table[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1)) * (1 - value) ** 2
    variance = (agreeing + differing - (value - expected * (1 - value)) ** 2) / (total * (1 - expected) ** 2)
    return value, max(variance, 0.0)


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
