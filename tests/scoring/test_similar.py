from __future__ import annotations

import numpy as np
import pytest

from scoring import similar


def test_hash_pairs__finds_every_pair_that_brute_force_finds() -> None:
    draw = np.random.default_rng(0)
    hashes = draw.integers(0, 2**63, 300, dtype=np.uint64)
    near = hashes[:100] ^ np.uint64(0b1010001)
    hashes = np.concatenate([hashes, near, hashes[100:120]])
    apart = np.bitwise_count(hashes[:, None] ^ hashes[None, :])
    expected = {tuple(pair) for pair in np.argwhere(np.triu(apart <= 4, 1)).tolist()}
    found = {tuple(sorted(pair)) for pair in similar.hash_pairs(hashes, 4)}
    assert len(expected) == 120
    assert found == expected


def test_nearest_pairs__only_those_that_point_the_same_way__zeros_never() -> None:
    vectors = np.array([[1, 0], [0.9999, 0.01], [0, 1], [0, 0], [0, 0]], dtype=np.float32)
    assert set(similar.nearest_pairs(vectors, 0.99, 3)) == {(0, 1)}


def test_nearest_pairs__of_many_only_the_nearest__in_tiles_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = np.linspace(0, 0.2, 40)
    vectors = np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)
    at_once = set(similar.nearest_pairs(vectors, 0.9, 2))
    assert at_once == {(number, number + 1) for number in range(39)} | {(0, 2), (37, 39)}
    monkeypatch.setattr(similar, "TILE", 90)
    assert set(similar.nearest_pairs(vectors, 0.9, 2)) == at_once


def test_groups__are_named_by_their_smallest_member() -> None:
    groups = similar.Groups([5, 3, 9, 7])
    groups.join(9, 5)
    groups.join(9, 3)
    assert groups.sets() == {3: [5, 3, 9], 7: [7]}
