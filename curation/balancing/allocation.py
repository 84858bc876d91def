"""Balance (the paper's principle 10): how many samples each cell of task, dataset, cluster and complexity gives.

Caps, floors and a total are rules over groups of cells. What they leave open is shared out by water-filling: all cells
rise together, and those that are empty or under a rule that is full stay behind (max-min fairness). Floors that cannot
all be met are met as far as possible (a linear program), with the rule to relax.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from curation.recipes.recipe import Quota
from scoring.arrays import Mask, Numbers

EVERY = ""
"""A limit on every value of its axis."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells that occur: per axis its values and one code per cell, (axes, cells), and how many samples each has."""

    axes: tuple[str, ...]
    values: Mapping[str, Sequence[str]]
    codes: Numbers
    available: Numbers

    def of(self, axis: str, value: str) -> Mask:
        """Finds the cells of one value.

        Args:
            axis: One of the axes.
            value: One of the axis' values.

        Returns:
            True for the cells of this value, (cells,).
        """
        code = list(self.values[axis]).index(value)
        mask: Mask = self.codes[self.axes.index(axis)] == code
        return mask


@dataclass(frozen=True, eq=False)
class Rule:
    """A bound on what some cells give together; `axis` and `value` are empty for the total.

    The axis `weight` bounds the dataset `value` by its share.
    """

    axis: str
    value: str
    cells: Mask
    bound: int


@dataclass(frozen=True)
class Unmet:
    """A floor, or a share by weight (axis `weight`), that cannot be reached.

    `relax` are the rules that stand against it with the bounds that would do.
    """

    axis: str
    value: str
    wanted: int
    reached: int
    available: int
    relax: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, eq=False)
class Allotment:
    """How many samples each cell gives, the floors that are not met, and the upper bounds that held."""

    amounts: Numbers
    unmet: tuple[Unmet, ...]
    rules: tuple[Rule, ...] = ()


def allot(cells: Cells, quota: Quota, shares: Sequence[Rule] = ()) -> Allotment:
    """Shares the quota out over the cells.

    Args:
        cells: Cells that occur.
        quota: Caps, floors and total.
        shares: Further upper bounds, those that datasets have by weight.

    Returns:
        How many samples each cell gives, and the floors that are not met.
    """
    most = sorted([*caps(cells, quota), *shares], key=lambda rule: not rule.axis)  # the total comes last
    least = floors(cells, quota)
    base: Numbers = np.zeros(len(cells.available), dtype=np.int64)
    unmet: tuple[Unmet, ...] = ()
    if least:
        base, unmet = _meet(cells, most, least)
    return Allotment(fill(cells.available, most, base), unmet, tuple(most))


def caps(cells: Cells, quota: Quota) -> list[Rule]:
    """Lists every upper bound: of the quota's limits, of tasks, and the total.

    Args:
        cells: Cells that occur.
        quota: Caps, limits and total.

    Returns:
        Rules, the total last.
    """
    bounds: dict[tuple[str, str], int] = {}
    if "task" in cells.axes:
        for value in cells.values["task"]:
            cap = quota.caps.get(value, quota.cap)
            if cap is not None:
                bounds["task", value] = cap
    for limit in quota.limits:
        for value in _values(cells, limit.axis, limit.value):
            if limit.at_most is not None:
                bounds[limit.axis, value] = limit.at_most
    rules = [Rule(axis, value, cells.of(axis, value), bound) for (axis, value), bound in bounds.items()]
    everything = np.ones(len(cells.available), dtype=bool)
    return rules if quota.total is None else [*rules, Rule("", "", everything, quota.total)]


def floors(cells: Cells, quota: Quota) -> list[Rule]:
    """Lists every lower bound of the quota's limits.

    Args:
        cells: Cells that occur.
        quota: Limits, some of them with a floor.

    Returns:
        Rules with a bound above 0.
    """
    bounds = {
        (limit.axis, value): limit.at_least
        for limit in quota.limits
        if limit.at_least is not None
        for value in _values(cells, limit.axis, limit.value)
    }
    return [Rule(axis, value, cells.of(axis, value), bound) for (axis, value), bound in bounds.items() if bound]


def _values(cells: Cells, axis: str, value: str) -> Sequence[str]:
    if axis not in cells.axes:
        return ()
    if value == EVERY:
        return cells.values[axis]
    return [value] if value in cells.values[axis] else ()


def fill(available: Numbers, rules: Sequence[Rule], base: Numbers) -> Numbers:
    """Fills cells by water-filling: the level of all cells rises; those of a rule that is full stay behind.

    Args:
        available: Samples of each cell.
        rules: Upper bounds.
        base: What each cell gives at least.

    Returns:
        What each cell gives, from `base` to `available`.
    """
    amounts = base.copy()
    rising = amounts < available
    while rising.any():
        level = _level(available, rules, amounts, rising)
        amounts = np.where(rising, np.maximum(amounts, np.minimum(available, level)), amounts)
        rising &= amounts < available
        full = [rule for rule in rules if amounts[rule.cells].sum() + _next(amounts, rising, level, rule) > rule.bound]
        if not full:
            continue
        _share_rest(available, amounts, rising, full)
        for rule in full:
            rising &= ~rule.cells
    _top_up(available, rules, amounts)
    return amounts


def _top_up(available: Numbers, rules: Sequence[Rule], amounts: Numbers) -> None:
    """Whatever still fits after cells of full rules were left behind, the emptiest cells first."""
    for cell in _in_turn(available, amounts):
        room = [rule.bound - int(amounts[rule.cells].sum()) for rule in rules if rule.cells[cell]]
        amounts[cell] += max(0, min([int(available[cell] - amounts[cell]), *room]))


def _in_turn(available: Numbers, amounts: Numbers) -> Numbers:
    """The cells that give least first, of equal ones those that have most."""
    order: Numbers = np.lexsort((-available, amounts))
    return order


def _level(available: Numbers, rules: Sequence[Rule], amounts: Numbers, rising: Mask) -> int:
    """The highest level at which no rule is broken."""
    low, high = 0, int(available[rising].max())
    while low < high:
        middle = (low + high + 1) // 2
        tried = np.where(rising, np.maximum(amounts, np.minimum(available, middle)), amounts)
        if all(tried[rule.cells].sum() <= max(rule.bound, int(amounts[rule.cells].sum())) for rule in rules):
            low = middle
        else:
            high = middle - 1
    return low


def _next(amounts: Numbers, rising: Mask, level: int, rule: Rule) -> int:
    """How many more the cells of a rule would give at the next level."""
    return int((rising & rule.cells & (amounts <= level)).sum())


def _share_rest(available: Numbers, amounts: Numbers, rising: Mask, full: Sequence[Rule]) -> None:
    """One more for cells that rise, the emptiest first, as long as every full rule has room."""
    for cell in _in_turn(available, amounts):
        if not rising[cell]:
            continue
        full_rules = [rule for rule in full if rule.cells[cell]]
        if full_rules and all(amounts[rule.cells].sum() < rule.bound for rule in full_rules):
            amounts[cell] += 1


def _meet(cells: Cells, most: Sequence[Rule], least: Sequence[Rule]) -> tuple[Numbers, tuple[Unmet, ...]]:
    """What the cells give at least so that floors are met as far as possible, and those that are not."""
    base, short = _solve(cells, most, least)
    if not short.any():
        return base, ()
    loosened = _loosened(cells, most, least, base)
    unmet = [
        _unmet(cells, least[floor_index], int(short[floor_index]), floor_index, loosened)
        for floor_index in np.flatnonzero(short).tolist()
    ]
    return base, tuple(unmet)


def _solve(cells: Cells, most: Sequence[Rule], least: Sequence[Rule]) -> tuple[Numbers, Numbers]:
    """Whole numbers per cell with the least shortfall of the floors, and the shortfalls.

    Small amounts from every cell are preferred to all from one: the second of two tiers of a cell costs more. What
    cannot be met is shared: the largest part of a floor that is missing costs too.
    """
    from scipy import sparse
    from scipy.optimize import linprog  # type: ignore[attr-defined]

    count, floors_count = len(cells.available), len(least)
    even = np.minimum(cells.available, _even(cells, least))
    tiers = np.concatenate([even, cells.available - even])
    cost = np.concatenate([np.full(count, 1e-4), np.full(count, 2e-4), np.ones(floors_count + 1)])
    below = sparse.csr_matrix(np.array([rule.cells for rule in least], dtype=float))
    floor_bounds = np.array([[rule.bound] for rule in least], dtype=float)
    none, identity = sparse.csr_matrix((floors_count, count)), sparse.identity(floors_count)
    blocks = [[-below, -below, -identity, np.zeros_like(floor_bounds)], [none, none, identity, -floor_bounds]]
    if most:
        above = sparse.csr_matrix(np.array([rule.cells for rule in most], dtype=float))
        blocks.append([above, above, sparse.csr_matrix((len(most), floors_count)), np.zeros((len(most), 1))])
    bounds = np.stack([np.zeros(len(cost)), [*tiers, *[np.inf] * (floors_count + 1)]], axis=1)
    limits = [*-floor_bounds[:, 0], *np.zeros(floors_count), *(rule.bound for rule in most)]
    solution = linprog(cost, A_ub=sparse.bmat(blocks, format="csr"), b_ub=limits, bounds=bounds, method="highs")
    amounts = np.floor(solution.x[:count] + solution.x[count : 2 * count] + 1e-6).astype(np.int64)
    for rule in least:  # rounding down may have cost a floor a few
        _round_up(cells.available, most, amounts, rule)
    return amounts, np.array([max(0, rule.bound - int(amounts[rule.cells].sum())) for rule in least])


def _even(cells: Cells, least: Sequence[Rule]) -> Numbers:
    """What each cell gives when every floor is shared evenly among its cells."""
    amounts = np.zeros(len(cells.available), dtype=np.int64)
    for rule in least:
        amounts = np.maximum(amounts, np.where(rule.cells, -(-rule.bound // max(int(rule.cells.sum()), 1)), 0))
    return amounts


def _round_up(available: Numbers, most: Sequence[Rule], amounts: Numbers, rule: Rule) -> None:
    for cell in np.flatnonzero(rule.cells & (amounts < available)):
        if amounts[rule.cells].sum() >= rule.bound:
            return
        if all(amounts[cap.cells].sum() < cap.bound for cap in most if cap.cells[cell]):
            amounts[cell] += 1


def _loosened(
    cells: Cells, most: Sequence[Rule], least: Sequence[Rule], base: Numbers
) -> list[tuple[Rule, int, Numbers]]:
    """Each rule that is full, the bound that would do without it, and the shortfalls then.

    A rule with room left stands against nothing (the least shortfall is a convex question), nor does one whose cells
    no floor wants.
    """
    floor_cells = np.any([rule.cells for rule in least], axis=0)
    loosened = []
    for index, cap in enumerate(most):
        if base[cap.cells].sum() < cap.bound or not (cap.cells & floor_cells).any():
            continue
        amounts, short = _solve(cells, [other for other_index, other in enumerate(most) if other_index != index], least)
        loosened.append((cap, int(amounts[cap.cells].sum()), short))
    return loosened


def _unmet(
    cells: Cells, rule: Rule, missing: int, floor_index: int, loosened: Sequence[tuple[Rule, int, Numbers]]
) -> Unmet:
    """One floor with the bounds that would bring it nearer, each relaxed alone."""
    relax = [
        (cap.axis, cap.value, bound)
        for cap, bound, short in loosened
        if short[floor_index] < missing and (cap.cells & rule.cells).any()
    ]
    available = int(cells.available[rule.cells].sum())
    return Unmet(rule.axis, rule.value, rule.bound, rule.bound - missing, available, tuple(relax))
