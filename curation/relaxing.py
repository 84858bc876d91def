"""What to do about a floor that cannot be reached: the changes that would bring it nearer, each a step of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from curation import balance, quotas
from curation.balance import Unmet
from curation.export import ExportPlan
from curation.recipe import Recipe
from curation.thresholds import Filter


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
    recipe = planned.recipe
    few = one.available < one.wanted
    steps = [Step(f"Lower the floor of {one.value} to {one.reached:,}", _lowered(recipe, one))]
    bounds = {(rule.axis, rule.value): rule.bound for rule in balance.caps(planned.cells, recipe.quota)}
    steps += [
        Step(_raise_words(axis, value, bounds[axis, value], bound), _raised(recipe, axis, value, bound))
        for axis, value, bound in one.relax
    ]
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


def _lowered(recipe: Recipe, one: Unmet) -> Recipe:
    return replace(recipe, quota=quotas.with_floor(recipe.quota, one.axis, one.value, one.reached))


def _raised(recipe: Recipe, axis: str, value: str, bound: int) -> Recipe:
    return replace(recipe, quota=quotas.with_cap(recipe.quota, axis, value, bound))


def _raise_words(axis: str, value: str, before: int, after: int) -> str:
    what = f"cap of {axis} {value}" if axis else "total"
    return f"Raise the {what} from {before:,} to {after:,}"


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
