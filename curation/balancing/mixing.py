"""Mixing datasets by weight: the datasets' shares of what goes out are proportional to their weights.

A dataset without a weight has the weight 1, one of weight 0 gives nothing, and no row goes out twice. Without a total
the mix is the largest that holds the proportions under all other rules; with one, the total is shared by weights, and
what a dataset lacks is given by the others, as far as they have it (weighted max-min fairness).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from curation.balancing import allocation
from curation.balancing.allocation import Allotment, Cells, Rule, Unmet
from curation.recipes.recipe import Quota
from scoring.arrays import Floats, Numbers
from scoring.json_types import JsonObject

WEIGHT = "weight"
"""The axis of rules and of what is unmet that are about a dataset's weight."""
TIERS = 16


@dataclass(frozen=True)
class Mix:
    """How many samples each dataset may give by its weight.

    `level` is how many one unit of weight gives, `holding` are datasets that keep it from being higher, and `largest`
    is the largest size at which all proportions hold.
    """

    amounts: Mapping[str, int]
    level: float
    holding: tuple[str, ...]
    largest: int


def weight_of(quota: Quota, name: str) -> float:
    """Gives the weight of a dataset.

    Args:
        quota: Quota with weights by dataset.
        name: Name of the dataset.

    Returns:
        The weight, 1 for a dataset that the quota does not name.
    """
    return float(quota.weights.get(name, 1.0))


def allot(cells: Cells, quota: Quota) -> tuple[Allotment, Mix | None]:
    """Shares the quota out over the cells, by the datasets' weights where there are any.

    Args:
        cells: Cells that occur, with the axis `dataset` where there are weights.
        quota: Caps, floors, total and weights.

    Returns:
        How many samples each cell gives, and the mix of datasets, None without weights.
    """
    if not quota.weights:
        return allocation.allot(cells, quota), None
    dataset_mix = mix(cells, quota)
    shares = [Rule(WEIGHT, name, cells.of("dataset", name), bound) for name, bound in dataset_mix.amounts.items()]
    allotted = allocation.allot(cells, quota, shares)
    if any(_sum(allotted.amounts, rule) < rule.bound for rule in shares):  # a rule over several datasets stands between
        allotted = replace(allotted, amounts=_competing(cells, quota, allotted, shares))
    return replace(allotted, unmet=(*_short(cells, quota, allotted, dataset_mix), *allotted.unmet)), dataset_mix


def mix(cells: Cells, quota: Quota) -> Mix:
    """Computes what each dataset may give: all rise in proportion, until the total is reached or a rule is full.

    Args:
        cells: Cells that occur, with the axis `dataset`.
        quota: Caps, total and weights.

    Returns:
        Amounts by dataset, in samples.
    """
    rules = allocation.caps(cells, replace(quota, total=None))
    level, holding, exact = _rise(cells, quota, rules, stop=True)
    largest = sum(_rounded(exact, None).values())
    if quota.total is not None:
        rules = allocation.caps(cells, quota)
        level, _, exact = _rise(cells, quota, rules, stop=False)
    amounts = _rounded(exact, quota.total)
    return Mix({name: amounts.get(name, 0) for name in _names(cells)}, level, tuple(holding), largest)


def _names(cells: Cells) -> list[str]:
    """The datasets that have samples in the cells."""
    codes = np.unique(cells.codes[cells.axes.index("dataset")])
    return [cells.values["dataset"][code] for code in codes.tolist()]


def _rise(
    cells: Cells, quota: Quota, rules: Sequence[Rule], *, stop: bool
) -> tuple[float, list[str], dict[str, float]]:
    """The level at the end, the datasets that hold it down, and what each gives.

    With `stop`, all stay in proportion: the first that can give no more stops them all. Else the others go on.
    """
    rising = {name: weight_of(quota, name) for name in _names(cells) if weight_of(quota, name) > 0}
    fixed: dict[str, float] = {}
    level, holding = 0.0, list(rising)
    while rising:
        level, holding = _highest(cells, rules, rising, fixed)
        ending = stop and level > 1e-6
        for name in list(rising) if ending else holding:
            fixed[name] = rising.pop(name) * level
        if ending:
            break
    return level, holding, fixed


def _highest(
    cells: Cells, rules: Sequence[Rule], rising: Mapping[str, float], fixed: Mapping[str, float]
) -> tuple[float, list[str]]:
    """The highest level that the rules allow while the fixed ones give what they do, and which datasets bind it."""
    count = len(cells.available)
    membership = np.array([cells.of("dataset", name) for name in (*rising, *fixed)], dtype=float)
    weights = np.array([[-weight] for weight in rising.values()] + [[0.0]] * len(fixed))
    solution = _solve(
        cost=np.append(np.zeros(count), -1.0),
        equal=(np.hstack([membership, weights]), [0.0] * len(rising) + list(fixed.values())),
        below=(np.array([[*rule.cells, 0.0] for rule in rules], dtype=float), [rule.bound for rule in rules]),
        most=np.append(cells.available, np.inf),
    )
    if solution is None:  # rounding left no room at all
        return 0.0, list(rising)
    pressed = np.abs(solution.eqlin.marginals[: len(rising)]) > 1e-9
    names = [name for name, binds in zip(rising, pressed, strict=True) if binds]
    return float(solution.x[-1]), names or list(rising)


def _rounded(exact: Mapping[str, float], total: int | None) -> dict[str, int]:
    """Whole numbers; with a total, what rounding down leaves goes to the largest fractions."""
    settled = {name: round(amount, 6) for name, amount in exact.items()}
    amounts = {name: int(amount) for name, amount in settled.items()}
    if total is not None:
        remainder = int(round(sum(settled.values()), 3)) - sum(amounts.values())
        for name in sorted(settled, key=lambda name: (amounts[name] - settled[name], name))[:remainder]:
            amounts[name] += 1
    return amounts


def _competing(cells: Cells, quota: Quota, allotted: Allotment, shares: Sequence[Rule]) -> Numbers:
    """What the cells give when datasets give their shares although they compete, as evenly as tiers can say it."""
    tiers = _tiers(cells.available)
    count = len(tiers)
    floors = [
        replace(rule, bound=min(rule.bound, _sum(allotted.amounts, rule))) for rule in allocation.floors(cells, quota)
    ]
    lower_bounds = [*floors, *shares]
    missing = np.array([[-1.0 if rule is share else 0.0 for share in shares] for rule in lower_bounds])
    over = np.array([rule.cells for rule in lower_bounds], dtype=float)
    under = np.array([rule.cells for rule in allotted.rules], dtype=float)
    rows = [np.hstack([*[-over] * count, missing]), np.hstack([*[under] * count, np.zeros((len(under), len(shares)))])]
    solution = _solve(
        cost=np.append(np.repeat(1e-4 * np.arange(1, count + 1), len(cells.available)), np.ones(len(shares))),
        equal=None,
        below=(np.vstack(rows), [*(-rule.bound for rule in lower_bounds), *(rule.bound for rule in allotted.rules)]),
        most=np.append(tiers.ravel(), np.full(len(shares), np.inf)),
    )
    if solution is None:
        return allotted.amounts
    base = np.floor(solution.x[: tiers.size].reshape(tiers.shape).sum(axis=0) + 1e-6).astype(np.int64)
    return allocation.fill(cells.available, allotted.rules, base)


def _tiers(available: Numbers) -> Floats:
    """Each cell's samples in TIERS or fewer parts, (tiers, cells): the lower ones of all cells are filled first."""
    steps = np.unique(np.ceil(np.geomspace(1, max(int(available.max(initial=1)), 2), TIERS)))
    heights = np.minimum(available[None], np.concatenate([[0], steps])[:, None])
    tiers: Floats = np.diff(heights, axis=0)
    return tiers


def _solve(
    *, cost: Floats, equal: tuple[Floats, list[float]] | None, below: tuple[Floats, list[float]],
    most: Floats,
) -> Any:  # fmt: skip
    """A linear program over numbers from 0 to `most`; None where it has no answer."""
    from scipy import sparse
    from scipy.optimize import linprog  # type: ignore[attr-defined]

    parts: JsonObject = {}
    if equal is not None:
        parts |= {"A_eq": sparse.csr_matrix(equal[0]), "b_eq": equal[1]}
    if below[1]:
        parts |= {"A_ub": sparse.csr_matrix(below[0]), "b_ub": below[1]}
    bounds = np.stack([np.zeros(len(cost)), most], axis=1)
    solution = linprog(cost, bounds=bounds, method="highs-ds", **parts)
    return solution if solution.status == 0 else None


def _short(cells: Cells, quota: Quota, allotted: Allotment, dataset_mix: Mix) -> list[Unmet]:
    """Datasets that give less than their weight asks of the total, and what would bring them to it.

    Without a total nothing is short but what has no samples at all: the others are in proportion by their making.
    """
    named = [name for name in quota.weights if name in cells.values["dataset"]]
    weights = {name: weight_of(quota, name) for name in dict.fromkeys([*_names(cells), *named])}
    every = max(sum(weights.values()), 1e-12)
    unmet = []
    for name, weight in weights.items():
        members = cells.of("dataset", name)
        amount, available = int(allotted.amounts[members].sum()), int(cells.available[members].sum())
        target = weight * (dataset_mix.level if quota.total is None else quota.total / every)
        if amount + 1 > target:
            continue
        relax: list[tuple[str, str, float]] = [(WEIGHT, name, _lower(amount / max(dataset_mix.level, 1e-12)))]
        if quota.total is not None and 0 < dataset_mix.largest < quota.total:
            relax.append(("", "", dataset_mix.largest))
        unmet.append(Unmet(WEIGHT, name, round(target), amount, available, tuple(relax)))
    return unmet


def _lower(weight: float) -> float:
    """The weight with three digits, rounded down."""
    if weight <= 0:
        return 0.0
    scale = 10.0 ** (np.floor(np.log10(weight)) - 2)
    return float(round(np.floor(weight / scale + 1e-9) * scale, 9))


def _sum(amounts: Numbers, rule: Rule) -> int:
    return int(amounts[rule.cells].sum())
