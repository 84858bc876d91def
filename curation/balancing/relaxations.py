"""What to do about a floor that cannot be reached: the changes that would bring it nearer, each a step of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from curation.balancing import mixing
from curation.balancing.allocation import Unmet
from curation.balancing.export_plan import ExportPlan
from curation.balancing.mixing import WEIGHT
from curation.common import display
from curation.common.counts import counted
from curation.filtering.thresholds import Filter
from curation.recipes import quotas
from curation.recipes.recipe import Recipe
from scoring.arrays import Mask


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


def advice(plan: ExportPlan, shortfall: Unmet, members: Mask) -> Advice:
    """Says why a floor is not met and what to relax.

    Args:
        plan: Plan of the export.
        shortfall: A floor or a share by weight that is not met.
        members: True for all samples of its value.

    Returns:
        A sentence and the steps that would bring the floor nearer.
    """
    if shortfall.axis == WEIGHT:
        return _of_weight(plan.recipe, shortfall)
    recipe = plan.recipe
    few = shortfall.available < shortfall.wanted
    steps = [Step(f"Lower the floor of {shortfall.value} to {shortfall.reached:,}", _lowered(recipe, shortfall))]
    bounds = {(rule.axis, rule.value): rule.bound for rule in plan.allotment.rules}
    steps += [_raise(recipe, axis, value, bounds[axis, value], int(bound)) for axis, value, bound in shortfall.relax]
    alone = _worst_alone(plan, members) if few else None
    if alone is not None:
        steps.append(Step(f"{alone[1]} alone removes {alone[2]:,} of {shortfall.value}", look_at=alone[0]))
    if few:
        head = f"Only {_samples(shortfall.available)} of {shortfall.value} {_pass(shortfall.available)} the filters, "
        head += f"{shortfall.wanted:,} wanted."
        more = f" Other rules leave {shortfall.reached:,} of them." if shortfall.reached < shortfall.available else ""
        return Advice(head + more, tuple(steps))
    head = f"{shortfall.wanted:,} of {shortfall.value} are wanted and {shortfall.available:,} pass the filters,"
    return Advice(f"{head} but other rules leave room for {shortfall.reached:,}.", tuple(steps))


def all_lowered(recipe: Recipe, unmet: Sequence[Unmet]) -> Recipe:
    """Lowers every unmet floor to what can be reached.

    Args:
        recipe: Recipe whose quota has the floors.
        unmet: Floors and shares that are not met.

    Returns:
        A new recipe.
    """
    for shortfall in unmet:
        recipe = _lowered(recipe, shortfall)
    return recipe


def with_quota_of(recipe: Recipe, other: Recipe) -> Recipe:
    """Takes the quota of another recipe.

    Args:
        recipe: Recipe that gives everything else.
        other: Recipe that gives the quota.

    Returns:
        A new recipe.
    """
    return replace(recipe, quota=other.quota)


def _of_weight(recipe: Recipe, shortfall: Unmet) -> Advice:
    """A dataset that gives less than its weight asks."""
    request = f"the weight of {shortfall.value} asks for {shortfall.wanted:,}"
    if shortfall.available < shortfall.wanted:
        head = f"Only {_samples(shortfall.available)} of {shortfall.value} {_pass(shortfall.available)} the filters, "
        head += f"{request}."
        head += f" Other rules leave {shortfall.reached:,} of them." if shortfall.reached < shortfall.available else ""
    else:
        head = f"{shortfall.available:,} of {shortfall.value} pass the filters and {request}, "
        head += f"but other rules leave {shortfall.reached:,}."
    steps = [Step(f"Lower the weight of {shortfall.value} to {_weight(shortfall):g}", _lowered(recipe, shortfall))]
    steps += [
        Step(f"Lower the total to {int(bound):,}: then all shares hold", _raised(recipe, axis, value, int(bound)))
        for axis, value, bound in shortfall.relax
        if axis != WEIGHT
    ]
    return Advice(head, tuple(steps))


def _weight(shortfall: Unmet) -> float:
    return next((weight for axis, _, weight in shortfall.relax if axis == WEIGHT), 0.0)


def _lowered(recipe: Recipe, shortfall: Unmet) -> Recipe:
    if shortfall.axis == WEIGHT:
        return replace(recipe, quota=quotas.with_weight(recipe.quota, shortfall.value, _weight(shortfall)))
    return replace(recipe, quota=quotas.with_floor(recipe.quota, shortfall.axis, shortfall.value, shortfall.reached))


def _raised(recipe: Recipe, axis: str, value: str, bound: int) -> Recipe:
    return replace(recipe, quota=quotas.with_cap(recipe.quota, axis, value, bound))


def _raise(recipe: Recipe, axis: str, value: str, before: int, after: int) -> Step:
    """One rule that stands against a floor, loosened."""
    if axis == WEIGHT:
        old = mixing.weight_of(recipe.quota, value)
        new = round(old * after / before, 3) if before else 1.0
        words = f"Raise the weight of {value} from {old:g} to {new:g}"
        return Step(words, replace(recipe, quota=quotas.with_weight(recipe.quota, value, new)))
    rule_name = f"cap of {axis} {value}" if axis else "total"
    return Step(f"Raise the {rule_name} from {before:,} to {after:,}", _raised(recipe, axis, value, after))


def _worst_alone(plan: ExportPlan, members: Mask) -> tuple[Filter, str, int] | None:
    """The filter that drops most of these samples by itself, its title, and how many."""
    outcome = plan.outcome
    mask = outcome.mask[members & ~outcome.approved]
    alone = mask[np.bitwise_count(mask) == 1]
    if not len(alone):
        return None
    counts = np.bincount(np.bitwise_count(alone - np.uint64(1)), minlength=len(outcome.filters))
    worst = outcome.filters[int(counts.argmax())]
    title = outcome.snapshot.columns[worst.name].title if worst.kind == "threshold" else display.words(worst.name)
    return worst, title[:1].upper() + title[1:], int(counts.max())


def _samples(count: int) -> str:
    return counted(count, "sample")


def _pass(count: int) -> str:
    return "passes" if count == 1 else "pass"
