"""What to do about a floor that cannot be reached: the changes that would bring it nearer, each a step of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from curation.balancing import mixing
from curation.balancing.allocation import Unmet
from curation.balancing.export_plan import ExportPlan
from curation.balancing.mixing import WEIGHT
from curation.filtering.thresholds import Filter
from curation.recipes import quotas
from curation.recipes.recipe import Recipe


@dataclass(frozen=True)
class Step:
    """One change: the recipe after it, or a filter to look at."""

    words: str
    recipe: Recipe | None = None
    look_at: Filter | None = None


@dataclass(frozen=True)
class Advice:
    """A floor that is not met, in a sentence, and what could be done."""

    sentence: str
    steps: tuple[Step, ...]


def advice(planned: ExportPlan, one: Unmet, members: np.ndarray) -> Advice:
    """Why the floor is not met and what to relax; `members` are all samples of its value."""
    if one.axis == WEIGHT:
        return _of_weight(planned.recipe, one)
    recipe = planned.recipe
    few = one.available < one.wanted
    steps = [Step(f"Lower the floor of {one.value} to {one.reached:,}", _lowered(recipe, one))]
    bounds = {(rule.axis, rule.value): rule.bound for rule in planned.allotment.rules}
    steps += [_raise(recipe, axis, value, bounds[axis, value], int(bound)) for axis, value, bound in one.relax]
    alone = _worst_alone(planned, members) if few else None
    if alone is not None:
        steps.append(Step(f"{alone[1]} alone drops {alone[2]:,} of {one.value}", look_at=alone[0]))
    if few:
        head = (
            f"Only {_samples(one.available)} of {one.value} {_pass(one.available)} the filters, {one.wanted:,} wanted."
        )
        more = f" Other rules leave {one.reached:,} of them." if one.reached < one.available else ""
        return Advice(head + more, tuple(steps))
    head = f"{one.wanted:,} of {one.value} are wanted and {one.available:,} pass the filters,"
    return Advice(f"{head} but other rules leave room for {one.reached:,}.", tuple(steps))


def all_lowered(recipe: Recipe, unmet: Sequence[Unmet]) -> Recipe:
    """The recipe with every unmet floor at what can be reached."""
    for one in unmet:
        recipe = _lowered(recipe, one)
    return recipe


def with_quota_of(recipe: Recipe, other: Recipe) -> Recipe:
    """The recipe with the other's quota."""
    return replace(recipe, quota=other.quota)


def _of_weight(recipe: Recipe, one: Unmet) -> Advice:
    """A dataset that gives less than its weight asks."""
    asked = f"the weight of {one.value} asks for {one.wanted:,}"
    if one.available < one.wanted:
        head = f"Only {_samples(one.available)} of {one.value} {_pass(one.available)} the filters, {asked}."
        head += f" Other rules leave {one.reached:,} of them." if one.reached < one.available else ""
    else:
        head = f"{one.available:,} of {one.value} pass the filters and {asked}, but other rules leave {one.reached:,}."
    steps = [Step(f"Lower the weight of {one.value} to {_weight(one):g}", _lowered(recipe, one))]
    steps += [
        Step(f"Lower the total to {int(bound):,}: then all shares hold", _raised(recipe, axis, value, int(bound)))
        for axis, value, bound in one.relax
        if axis != WEIGHT
    ]
    return Advice(head, tuple(steps))


def _weight(one: Unmet) -> float:
    return next((weight for axis, _, weight in one.relax if axis == WEIGHT), 0.0)


def _lowered(recipe: Recipe, one: Unmet) -> Recipe:
    if one.axis == WEIGHT:
        return replace(recipe, quota=quotas.with_weight(recipe.quota, one.value, _weight(one)))
    return replace(recipe, quota=quotas.with_floor(recipe.quota, one.axis, one.value, one.reached))


def _raised(recipe: Recipe, axis: str, value: str, bound: int) -> Recipe:
    return replace(recipe, quota=quotas.with_cap(recipe.quota, axis, value, bound))


def _raise(recipe: Recipe, axis: str, value: str, before: int, after: int) -> Step:
    """One rule that stands against a floor, loosened."""
    if axis == WEIGHT:
        old = mixing.weight_of(recipe.quota, value)
        new = round(old * after / before, 3) if before else 1.0
        words = f"Raise the weight of {value} from {old:g} to {new:g}"
        return Step(words, replace(recipe, quota=quotas.with_weight(recipe.quota, value, new)))
    what = f"cap of {axis} {value}" if axis else "total"
    return Step(f"Raise the {what} from {before:,} to {after:,}", _raised(recipe, axis, value, after))


def _worst_alone(planned: ExportPlan, members: np.ndarray) -> tuple[Filter, str, int] | None:
    """The filter that drops most of these samples by itself, its title, and how many."""
    outcome = planned.outcome
    mask = outcome.mask[members & ~outcome.approved]
    alone = mask[np.bitwise_count(mask) == 1]
    if not len(alone):
        return None
    counts = np.bincount(np.bitwise_count(alone - np.uint64(1)), minlength=len(outcome.filters))
    worst = outcome.filters[int(counts.argmax())]
    title = outcome.snapshot.columns[worst.name].title if worst.kind == "threshold" else worst.name.replace("_", " ")
    return worst, title[:1].upper() + title[1:], int(counts.max())


def _samples(count: int) -> str:
    return f"{count:,} sample" if count == 1 else f"{count:,} samples"


def _pass(count: int) -> str:
    return "passes" if count == 1 else "pass"
