"""Mixing by weight: shares in proportion, what is short is said, nothing goes out twice."""

from __future__ import annotations

import numpy as np
import pytest

from curation.balancing.allocation import Cells
from curation.balancing.mixing import WEIGHT, allot
from curation.recipes.recipe import Limit, Quota, Recipe, RecipeError, dumps, loads


def _sets(**counts: int) -> Cells:
    """One cell per dataset."""
    names = list(counts)
    return Cells(("dataset",), {"dataset": names}, np.arange(len(names))[None], np.array(list(counts.values())))


def _grid(counts: list[list[int]]) -> Cells:
    """Cells of task (rows) and dataset (columns)."""
    table = np.array(counts)
    tasks, sets = ([f"{name}{n}" for n in range(size)] for name, size in zip("ts", table.shape, strict=True))
    codes = np.array([axis.ravel() for axis in np.indices(table.shape)])
    there = table.ravel() > 0
    return Cells(("task", "dataset"), {"task": tasks, "dataset": sets}, codes[:, there], table.ravel()[there])


def _of_sets(cells: Cells, given: np.ndarray) -> list[int]:
    return [int(given[cells.of("dataset", name)].sum()) for name in cells.values["dataset"]]


@pytest.mark.parametrize(
    ("weights", "total", "expected"),
    [
        ({}, None, [300, 1000, 50]),
        ({"a": 1}, None, [50, 50, 50]),  # named or not, all weigh 1: the smallest one holds the mix
        ({"a": 2, "c": 0}, None, [300, 150, 0]),
        ({"a": 2, "b": 1, "c": 0.1}, None, [300, 150, 15]),
        ({"c": 0}, None, [300, 300, 0]),
        ({"a": 1, "b": 2, "c": 0}, 90, [30, 60, 0]),
        ({"a": 1, "b": 1, "c": 1}, 100, [34, 33, 33]),
        ({"a": 1, "b": 1, "c": 8}, 100, [25, 25, 50]),  # what c lacks is given by the others
        ({"a": 3, "b": 1, "c": 0}, 800, [300, 500, 0]),
        ({"a": 1}, 5000, [300, 1000, 50]),
        ({"a": 0, "b": 0, "c": 0}, None, [0, 0, 0]),
        ({"a": 1}, 0, [0, 0, 0]),
    ],
)  # fmt: skip
def test_allot__shares_are_proportional_as_far_as_the_data_go(
    weights: dict[str, float], total: int | None, expected: list[int]
) -> None:
    cells = _sets(a=300, b=1000, c=50)
    found, _ = allot(cells, Quota(axes=("dataset",), weights=weights, total=total))
    assert found.amounts.tolist() == expected


def test_allot__dataset_too_small_for_its_share__says_which_weight_or_total_would_do() -> None:
    cells = _sets(a=300, b=1000, c=50)
    found, _ = allot(cells, Quota(axes=("dataset",), weights={"c": 8}, total=100))
    (one,) = found.unmet
    assert (one.axis, one.value, one.wanted, one.reached, one.available) == (WEIGHT, "c", 80, 50, 50)
    assert one.relax == ((WEIGHT, "c", 2.0), ("", "", 62))
    for weights, total in (({"c": 2.0}, 100), ({"c": 8}, 62)):
        again, _ = allot(cells, Quota(axes=("dataset",), weights=weights, total=total))
        assert again.unmet == ()


def test_allot__without_a_total__names_what_holds_the_mix_and_skips_what_has_nothing() -> None:
    cells = Cells(("dataset",), {"dataset": ["a", "b", "gone"]}, np.array([[0, 1]]), np.array([300, 40]))
    found, mix = allot(cells, Quota(axes=("dataset",), weights={"a": 2, "gone": 1}))
    assert found.amounts.tolist() == [80, 40]
    assert mix is not None
    assert mix.holding == ("b",)
    assert [(one.value, one.wanted, one.reached) for one in found.unmet] == [("gone", 40, 0)]


def test_allot__caps_of_tasks_over_both_datasets__hold_together_with_the_proportion() -> None:
    cells = _grid([[400, 400], [400, 400]])
    found, _ = allot(cells, Quota(cap=90, weights={"s0": 2}))
    assert _of_sets(cells, found.amounts) == [120, 60]
    assert found.amounts.reshape(2, 2).sum(axis=1).max() <= 90
    assert found.unmet == ()


def test_allot__within_a_dataset_tasks_still_share_evenly() -> None:
    cells = _grid([[500, 500], [500, 100], [10, 10]])
    found, _ = allot(cells, Quota(weights={"s0": 1, "s1": 3}, total=400))
    assert _of_sets(cells, found.amounts) == [100, 300]
    assert found.amounts.reshape(3, 2).tolist() == [[45, 190], [45, 100], [10, 10]]


def test_allot__floor_against_a_weight__names_the_weight() -> None:
    cells = _grid([[0, 200], [500, 200]])
    limits = (Limit("task", "t0", at_least=50),)
    found, _ = allot(cells, Quota(axes=("task",), limits=limits, weights={"s0": 9, "s1": 1}, total=100))
    assert _of_sets(cells, found.amounts) == [90, 10]
    (one,) = found.unmet
    assert (one.value, one.reached) == ("t0", 10)
    assert (WEIGHT, "s1", 50) in one.relax


def test_allot__random_mixes__keep_every_rule_and_the_proportions() -> None:
    draw = np.random.default_rng(1)
    for turn in range(40):
        cells = _grid(draw.integers(1, 80, (4, 3)).tolist())
        weights = {f"s{n}": float(draw.choice([0, 0.5, 1, 2, 3])) for n in range(3)}
        caps = {f"t{n}": int(draw.integers(10, 90)) for n in range(4)} if turn % 2 else {}
        total = int(draw.integers(10, 300)) if turn % 3 else None
        found, _ = allot(cells, Quota(axes=("task", "dataset"), caps=caps, weights=weights, total=total))
        given = found.amounts
        assert (given <= cells.available).all()
        assert all(given[rule.cells].sum() <= rule.bound for rule in found.rules)
        sums = dict(zip(weights, _of_sets(cells, given), strict=True))
        assert all(not sums[name] for name, weight in weights.items() if not weight)
        if total is None and any(weights.values()):
            level = max(sums[name] / weight for name, weight in weights.items() if weight)
            assert level > 1
            assert all(sums[name] >= weight * level - 2.5 for name, weight in weights.items() if weight), (turn, sums)


def test_weights__in_a_recipe_file__are_kept_and_checked_and_old_files_stay_as_they_are() -> None:
    weighed = Recipe(quota=Quota(weights={"a": 2.0}))
    assert loads(dumps(weighed)) == weighed
    assert b"weights" not in dumps(Recipe())
    for wrong in ('{"a": -1}', '{"a": "2"}', '{"a": true}', "[2]", '{"a": 1e9}'):
        with pytest.raises(RecipeError, match="weights"):
            loads(f'{{"quota": {{"weights": {wrong}}}}}'.encode())
