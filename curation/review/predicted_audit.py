"""How many samples are bad, by a judge's votes on all of them and a random audit by people on some.

Votes alone are wrong where the judge is, the audit alone is about few samples. The share that the votes give over
everything is corrected by how far the judge was off in the audit, weighted by how much the votes tell
(prediction-powered inference with power tuning: Angelopoulos et al., 2023, Science 382, 669-674, and 2024,
https://arxiv.org/abs/2311.01453). It estimates the same share as the audit, whatever the judge is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.common.intervals import student
from scoring.arrays import Floats, Mask, Numbers

LEAST = 30
"""Audited samples with votes below which the interval would be too short."""
_ADDED = (0.0, 0.0, 1.0, 1.0)
"""Two good and two bad samples of mean votes, so that a few samples without a bad one do not look certain (Agresti and
Coull, 1998, https://doi.org/10.1080/00031305.1998.10480550)."""
JUDGE = "correctness"
"""The metric that holds, per turn, the share of votes for "right"."""


@dataclass(frozen=True)
class PredictedShare:
    """The share of bad samples and the ends of its 95 % interval, 0 to 1; `audited` samples correct the votes."""

    value: float
    low: float
    high: float
    audited: int


def bad_share(votes: Floats, drawn: Numbers, bad: Mask) -> PredictedShare | None:
    """Estimates the share of bad samples among all.

    Args:
        votes: Of each sample how bad the judge calls it, 0 to 1; NaN without votes, (N,).
        drawn: Numbers of the samples that are a random draw and were decided, (n,).
        bad: Which of these are bad, (n,).

    Returns:
        The estimate over the samples with votes; None for fewer than LEAST audited ones among them.
    """
    judged = ~np.isnan(votes[drawn])
    everything = votes[~np.isnan(votes)]
    audited, total = int(np.count_nonzero(judged)), len(everything)
    if audited < LEAST:
        return None
    spread, mean = float(everything.var()), float(everything.mean())
    predicted = np.append(votes[drawn][judged], np.full(len(_ADDED), mean))
    truth = np.append(bad[judged], _ADDED)
    count = len(truth)
    covariance = float(np.mean((predicted - predicted.mean()) * (truth - truth.mean())))
    weight = float(np.clip(covariance / (spread * (1 + count / total)), 0.0, 1.0)) if spread > 0 else 0.0
    differences = truth - weight * predicted
    value = weight * mean + float(differences.mean())
    half = student(audited - 1) * float(np.sqrt(differences.var(ddof=1) / count + weight**2 * spread / total))
    return PredictedShare(min(max(value, 0.0), 1.0), max(value - half, 0.0), min(value + half, 1.0), audited)
