"""Water-filling under caps, floors and a total, and what is said where they cannot all hold."""

from __future__ import annotations

import numpy as np
import pytest

from curation.balancing.allocation import Cells, allot
from curation.balancing.sampling import choose_by_cell, draw, identities
from curation.recipes.recipe import Limit, Quota
from curation.recipes.strategies import Candidates, at_random, spread


def choose(
    keys: list[str], preferred: np.ndarray, count: int, seed: int, places: np.ndarray | None = None
) -> np.ndarray:
    return spread.choose(Candidates(draw(identities(keys), seed), preferred, places), count)


AVAILABLE = {"a": 100, "b": 30, "c": 5}


def _tasks() -> Cells:
    return Cells(("task",), {"task": list(AVAILABLE)}, np.arange(3)[None], np.array(list(AVAILABLE.values())))


def _grid(counts: list[list[int]]) -> Cells:
    """Cells of task (rows) and dataset (columns)."""
    table = np.array(counts)
    tasks, sets = ([f"{name}{n}" for n in range(size)] for name, size in zip("ts", table.shape, strict=True))
    codes = np.array([axis.ravel() for axis in np.indices(table.shape)])
    there = table.ravel() > 0
    return Cells(("task", "dataset"), {"task": tasks, "dataset": sets}, codes[:, there], table.ravel()[there])


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        (Quota(), {"a": 100, "b": 30, "c": 5}),
        (Quota(cap=20), {"a": 20, "b": 20, "c": 5}),
        (Quota(cap=20, caps={"a": 50}), {"a": 50, "b": 20, "c": 5}),
        (Quota(total=50), {"a": 23, "b": 22, "c": 5}),
        (Quota(total=3), {"a": 1, "b": 1, "c": 1}),
        (Quota(total=1000), {"a": 100, "b": 30, "c": 5}),
        (Quota(cap=10, total=24), {"a": 10, "b": 9, "c": 5}),
        (Quota(total=40, limits=(Limit("task", "a", at_least=30),)), {"a": 30, "b": 5, "c": 5}),
        (Quota(total=0), {"a": 0, "b": 0, "c": 0}),
    ],
)
def test_allot__water_filling(quota: Quota, expected: dict[str, int]) -> None:
    found = allot(_tasks(), quota)
    assert dict(zip(AVAILABLE, found.amounts.tolist(), strict=True)) == expected
    assert found.unmet == ()


def test_allot__caps_on_two_axes_hold_together() -> None:
    cells = _grid([[100, 100], [100, 10]])
    quota = Quota(axes=("task", "dataset"), cap=120, limits=(Limit("dataset", "s0", at_most=60),))
    given = allot(cells, quota).amounts.reshape(2, 2)
    assert given.sum(axis=1).tolist() == [120, 40] or given.sum(axis=1).max() <= 120
    assert given[:, 0].sum() == 60
    assert given.tolist() == [[30, 90], [30, 10]]


def test_allot__floor_beyond_what_there_is__reaches_what_there_is() -> None:
    found = allot(_tasks(), Quota(limits=(Limit("task", "c", at_least=20),)))
    assert found.amounts.tolist() == [100, 30, 5]
    assert [(one.value, one.wanted, one.reached, one.available, one.relax) for one in found.unmet] == [
        ("c", 20, 5, 5, ())
    ]


def test_allot__floor_against_a_cap__names_the_cap_and_the_bound_that_would_do() -> None:
    cells = _grid([[40, 0], [50, 50]])
    limits = (Limit("task", "t0", at_least=30), Limit("dataset", "s0", at_most=20))
    found = allot(cells, Quota(axes=("task", "dataset"), limits=limits))
    assert found.unmet[0].reached == 20
    assert found.unmet[0].relax == (("dataset", "s0", 30),)


def test_allot__floors_and_total_that_conflict__name_the_total() -> None:
    quota = Quota(total=20, limits=(Limit("task", "", at_least=15),))
    found = allot(_tasks(), quota)
    assert found.amounts.sum() == 20
    assert {one.value for one in found.unmet} >= {"c"}
    assert all(("", "", 35) in one.relax for one in found.unmet if one.value != "c")


def test_allot__floors_that_do_not_fit_together__share_what_is_missing() -> None:
    cells = Cells(("task",), {"task": ["a", "b", "c", "d"]}, np.arange(4)[None], np.full(4, 100))
    found = allot(cells, Quota(total=80, limits=(Limit("task", "", at_least=50),)))
    assert found.amounts.tolist() == [20, 20, 20, 20]
    assert [one.reached for one in found.unmet] == [20, 20, 20, 20]
    assert found.unmet[0].relax == (("", "", 200),)


def test_allot__random_quotas_never_break_a_rule_and_leave_nothing_that_fits() -> None:
    draw = np.random.default_rng(0)
    for _ in range(60):
        cells = _grid(draw.integers(0, 60, (4, 3)).tolist())
        caps = {f"t{n}": int(draw.integers(5, 90)) for n in range(4)}
        total = int(draw.integers(10, 300))
        limits = (Limit("dataset", "s1", at_most=int(draw.integers(5, 80))), Limit("task", "t2", at_least=9))
        quota = Quota(axes=("task", "dataset"), caps=caps, total=total, limits=limits)
        found = allot(cells, quota)
        given = found.amounts
        assert (given <= cells.available).all()
        rules = [(cells.of("task", task), cap) for task, cap in caps.items()]
        rules += [(cells.of("dataset", "s1"), limits[0].at_most or 0), (np.ones(len(given), dtype=bool), total)]
        assert all(given[those].sum() <= bound for those, bound in rules)
        for place in np.flatnonzero(given < cells.available):
            assert any(given[those].sum() >= bound for those, bound in rules if those[place])


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


def test_choose__spread_covers_more_of_the_map_than_a_draw() -> None:
    draw = np.random.default_rng(0)
    crowd = draw.normal(0, 0.05, (900, 2))
    places = np.vstack([crowd, draw.uniform(-1, 1, (100, 2))])
    keys, nobody = [str(n) for n in range(1000)], np.zeros(1000, dtype=bool)
    spaced, drawn = choose(keys, nobody, 100, 0, places), choose(keys, nobody, 100, 0)
    assert len(spaced) == 100
    of_spread, of_drawn = spread.coverage(places, 100, spaced, drawn)
    assert of_spread > 2 * of_drawn
    assert np.array_equal(spaced, choose(keys, nobody, 100, 0, places))


def test_choose__without_a_place__is_taken_in_turn_too() -> None:
    places = np.full((20, 2), np.nan)
    assert len(choose([str(n) for n in range(20)], np.zeros(20, dtype=bool), 5, 0, places)) == 5


def test_choose_by_cell__is_what_choosing_in_every_cell_gives() -> None:
    keys = [f"key {n}" for n in range(60)]
    cell_of = np.arange(60) % 4 - 1
    approved = np.arange(60) % 7 == 0
    drawn, given = draw(identities(keys), 3), np.array([4, 0, 15])
    chosen = choose_by_cell(drawn, approved, cell_of, given)
    for cell, count in enumerate(given.tolist()):
        mine = np.flatnonzero(cell_of == cell)
        assert (
            np.flatnonzero(chosen & (cell_of == cell)).tolist()
            == mine[at_random.choose(Candidates(drawn[mine], approved[mine]), count)].tolist()
        )
    assert not chosen[cell_of < 0].any()
