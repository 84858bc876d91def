from __future__ import annotations

import numpy as np
import pytest

from curation.balance import allot, choose
from curation.recipe import Quota

AVAILABLE = {"a": 100, "b": 30, "c": 5}


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        (Quota(), {"a": 100, "b": 30, "c": 5}),
        (Quota(cap=20), {"a": 20, "b": 20, "c": 5}),
        (Quota(cap=20, caps={"a": 50}), {"a": 50, "b": 20, "c": 5}),
        (Quota(total=50), {"a": 23, "b": 22, "c": 5}),
        (Quota(total=3), {"a": 1, "b": 1, "c": 1}),
        (Quota(total=1000), {"a": 100, "b": 30, "c": 5}),
        (Quota(cap=10, total=24), {"a": 9, "b": 10, "c": 5}),
    ],
)
def test_allot__water_filling(quota: Quota, expected: dict[str, int]) -> None:
    assert allot(AVAILABLE, quota) == expected


def test_choose__depends_on_seed_and_keys_not_on_their_order() -> None:
    keys = [f"key {n}" for n in range(50)]
    nobody = np.zeros(50, dtype=bool)
    chosen = {keys[place] for place in choose(keys, nobody, 10, seed=1)}
    backwards = keys[::-1]
    assert {backwards[place] for place in choose(backwards, nobody, 10, seed=1)} == chosen
    assert {keys[place] for place in choose(keys, nobody, 10, seed=2)} != chosen


def test_choose__approved_samples_come_first() -> None:
    approved = np.zeros(50, dtype=bool)
    approved[[7, 33]] = True
    assert {7, 33} <= set(choose([str(n) for n in range(50)], approved, 3, seed=0).tolist())
