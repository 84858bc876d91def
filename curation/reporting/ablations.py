"""A recipe with one group of its filters left out: the ablation rows of Table 3 in Li et al., TMLR 2024.

A threshold belongs to the principle of its metric, a dropped kind of flags to that of the metric that raises it, and
the quota is balance. Duplicates count as diversity: copies make a set larger and not more various; so does a choice
that spreads over a map instead of a random one. What belongs to no
group stays in every row: lint, refusals and leakage (structure), and the pictures' diversity and complexity, which the
paper looks at apart from the others. Decisions by people stay too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from curation.recipes.recipe import Quota, Recipe
from curation.workspace.score_columns import Column

GROUPS: Mapping[str, tuple[str, ...]] = {
    "usability": ("readability", "correctness", "hallucination"),
    "diversity": ("task diversity", "instruction diversity", "response diversity"),
    "complexity": ("instruction complexity", "granularity"),
    "balance": ("balance",),
}
"""The principles of each group, numbers 1-2, 3-5, 7-8 and 10 in the paper's section 3.3.3."""
DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Variant:
    """The recipe without a group; `left_out` names the thresholds, flags and the quota that are not in it."""

    group: str
    recipe: Recipe
    left_out: tuple[str, ...]


def variants(recipe: Recipe, columns: Mapping[str, Column]) -> list[Variant]:
    """Leaves each group out of a recipe in turn.

    Args:
        recipe: The whole recipe.
        columns: Every column by name, for the principles of thresholds and flags.

    Returns:
        One variant per group, in the order of the paper.
    """
    return [_without(recipe, group, columns) for group in GROUPS]


def group_of_flag(kind: str, columns: Mapping[str, Column]) -> str:
    """Finds the group of a kind of flags.

    Args:
        kind: The kind.
        columns: Every column by name, with the kinds that it raises.

    Returns:
        The group's name; empty where the kind belongs to none.
    """
    if kind == DUPLICATE:
        return "diversity"
    principles = [column.principle for column in columns.values() if kind in (*column.flags, *column.remarks)]
    return next((group for principle in principles if (group := _group(principle))), "")


def _without(recipe: Recipe, group: str, columns: Mapping[str, Column]) -> Variant:
    of_cuts = {cut: _group(columns[cut.metric].principle) for cut in recipe.cuts if cut.metric in columns}
    cuts = tuple(cut for cut in recipe.cuts if of_cuts.get(cut) != group)
    kinds = tuple(kind for kind in recipe.drop_flags if group_of_flag(kind, columns) != group)
    quota = Quota() if group == "balance" else recipe.quota
    quota = replace(quota, choice="random") if group == "diversity" else quota
    left_out = [columns[cut.metric].title for cut in recipe.cuts if of_cuts.get(cut) == group]
    left_out += [f"{kind.replace('_', ' ')} flags" for kind in recipe.drop_flags if kind not in kinds]
    if _bounds(recipe.quota) and quota != recipe.quota:
        left_out.append("the quota" if group == "balance" else "the choice of samples that differ")
    return Variant(group, replace(recipe, cuts=cuts, drop_flags=kinds, quota=quota), tuple(left_out))


def _group(principle: str) -> str:
    return next((group for group, principles in GROUPS.items() if principle in principles), "")


def _bounds(quota: Quota) -> bool:
    """True when the quota leaves anything out."""
    return bool(quota.cap is not None or quota.caps or quota.total is not None or quota.limits)
