"""Balance over tasks (the paper's principle 10): how uneven a set is, and how to take an even share of it.

Bal is the variance of the tasks' shares in percent points, 0 when uniform (Table 3; lower is better); the
normalised entropy says the same between 0 and 1 whatever the number of tasks. Balanced output is
water-filling: every task gives min(cap, available).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from curation.recipe import Quota


def variance(counts: np.ndarray) -> float:
    """Variance of the shares in percent points over the tasks that occur; 0 for one task or none."""
    present = counts[counts > 0]
    return float(np.var(100.0 * present / present.sum())) if len(present) else 0.0


def entropy(counts: np.ndarray) -> float:
    """Entropy of the shares over the largest possible, 0 to 1; 1 for one task or none."""
    present = counts[counts > 0]
    if len(present) < 2:
        return 1.0
    shares = present / present.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(present)))


def allot(available: Mapping[str, int], quota: Quota) -> dict[str, int]:
    """How many samples each task gives: at most its cap, and evenly filled up to the total if there is one."""
    limits = {task: min(count, *_caps(task, quota)) for task, count in available.items()}
    if quota.total is None or sum(limits.values()) <= quota.total:
        return limits
    return _fill(limits, quota.total)


def choose(keys: list[str], preferred: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Places of `count` keys: preferred ones first, then by a draw that depends on key and seed only."""
    draw = np.array([_draw(key, seed) for key in keys], dtype=np.uint64)
    order = np.lexsort((draw, ~preferred))
    return np.sort(order[:count])


def _caps(task: str, quota: Quota) -> list[int]:
    caps = [] if quota.cap is None else [quota.cap]
    if task in quota.caps:
        caps = [quota.caps[task]]
    return caps or [np.iinfo(np.int64).max]


def _fill(limits: Mapping[str, int], total: int) -> dict[str, int]:
    """Water-filling: the smallest tasks in full, the others level."""
    given: dict[str, int] = {}
    left = total
    for place, (task, limit) in enumerate(sorted(limits.items(), key=lambda item: (item[1], item[0]))):
        share = left // (len(limits) - place)
        given[task] = min(limit, share)
        left -= given[task]
    return given


def _draw(key: str, seed: int) -> int:
    digest = hashlib.blake2b(f"{seed}|{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
