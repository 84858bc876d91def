"""How uneven counts are (principle 10 of Li et al., TMLR 2024): variance and entropy of their shares."""

from __future__ import annotations

import numpy as np

from scoring.arrays import Floats, Numbers


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


def expected_kinds(counts: Numbers, draw: int) -> float:
    """Computes how many kinds a draw without replacement is expected to have (Hurlbert, 1971, Ecology 52, 577-586).

    Args:
        counts: Of each kind.
        draw: How many are drawn; all of them where there are no more.

    Returns:
        0 to the number of kinds that occur.
    """
    from scipy.special import gammaln

    present = counts[counts > 0].astype(np.float64)
    total = present.sum()
    if draw >= total:
        return float(len(present))
    others = total - present
    fits = others >= draw
    absent = np.zeros(len(present))
    log = gammaln(others[fits] + 1) - gammaln(others[fits] - draw + 1) - gammaln(total + 1) + gammaln(total - draw + 1)
    absent[fits] = np.exp(log)
    return float((1.0 - absent).sum())


DRAWS = 50
"""Draws that a mean over equal draws is taken of."""


def drawn(counts: Numbers, draw: int | None, seed: int = 0) -> Numbers:
    """Draws so many from what was counted, DRAWS times; just the counts where there are no more.

    Args:
        counts: Of each kind, (K,).
        draw: How many are drawn; None for all.
        seed: Of the draws.

    Returns:
        (DRAWS or 1, K).
    """
    if draw is None or draw >= counts.sum():
        return counts[None]
    draws: Numbers = np.random.default_rng(seed).multivariate_hypergeometric(
        counts, draw, size=DRAWS, method="marginals"
    )
    return draws


def variance_over(counts: Numbers) -> Floats:
    """Variance of the shares in percent points over all kinds, those that do not occur too.

    Args:
        counts: (N, K), none of the N empty.

    Returns:
        (N,); at most when one kind is all.
    """
    variances: Floats = np.var(100.0 * counts / counts.sum(axis=1, keepdims=True), axis=1)
    return variances


def entropy_over(counts: Numbers) -> Floats:
    """Entropy of the shares over the largest possible, over all kinds, those that do not occur too.

    Args:
        counts: (N, K), none of the N empty, K at least 2.

    Returns:
        (N,), 0 (one kind is all) to 1.
    """
    parts = counts / counts.sum(axis=1, keepdims=True)
    logs = np.log(parts, where=parts > 0, out=np.zeros(parts.shape))
    entropies: Floats = -(parts * logs).sum(axis=1) / np.log(counts.shape[1])
    return entropies
