"""Balance over tasks (the paper's principle 10): how to take an even share of a set.

Balanced output is water-filling: every task gives min(cap, available).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from curation.recipe import Quota


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
