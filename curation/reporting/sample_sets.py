"""Sets of samples under names, as the report puts them side by side, and equal draws from them.

Every set is cut down to the size of the smallest with a fixed seed, as Li et al., TMLR 2024, section 5.1 do: a larger
set would look more various just for being larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from curation.balancing import export_plan, sampling
from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import Board
from curation.recipes.recipe import Recipe
from curation.reporting import ablations
from curation.workspace import Workspace
from scoring.arrays import Mask

RAW, FILTERED = "raw", "filtered"
SMALL = 100
"""Samples below which a set is left out beside one that is SMALLER_BY times as large, unless someone asks for it."""
SMALLER_BY = 10
_APART = 0x7265706F7274
"""Keeps this draw apart from that of quotas: the same order would take a balanced set's balance away again."""


@dataclass(frozen=True, eq=False)
class NamedSet:
    """Samples (a boolean each) under a name. `kind` is raw, dataset, recipe, export or ablation."""

    name: str
    kind: str
    members: Mask
    note: str = ""

    @property
    def size(self) -> int:
        """Number of samples."""
        return int(np.count_nonzero(self.members))


def of_datasets(snapshot: Snapshot) -> list[NamedSet]:
    """Every dataset with samples, in the order of import."""
    names = snapshot.samples["dataset"]
    return [
        NamedSet(str(name), "dataset", (names == name).to_numpy(), "as imported")
        for name in names.unique(maintain_order=True)
    ]


def of_ablations(workspace: Workspace, snapshot: Snapshot, recipe: Recipe) -> list[NamedSet]:
    """Builds the sets of Table 3's rows: raw, filtered by the full recipe, and without each group.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        recipe: The recipe.

    Returns:
        Named sets, in the order of the paper.

    Raises:
        RecipeError: The recipe does not fit the workspace.
    """
    board = Board(snapshot)
    full = export_plan.make_plan(workspace, recipe, board)
    rows = [
        NamedSet(RAW, "raw", raw(snapshot, recipe)),
        NamedSet(FILTERED, "ablation", full.selected, f"by the recipe {recipe.name}"),
    ]
    for variant in ablations.variants(recipe, snapshot.columns):
        members = (
            export_plan.make_plan(workspace, variant.recipe, board).selected if variant.left_out else full.selected
        )
        left_out = ", ".join(variant.left_out)
        note = f"left out: {left_out}" if left_out else f"as {FILTERED}: the recipe has nothing of this group"
        rows.append(NamedSet(f"without {variant.group}", "ablation", members, note))
    return rows


def raw(snapshot: Snapshot, recipe: Recipe) -> Mask:
    """Selects all samples of the recipe's datasets.

    Args:
        snapshot: The samples.
        recipe: The recipe; without datasets it is about all.

    Returns:
        True for the samples.
    """
    if not recipe.datasets:
        return np.ones(snapshot.count, dtype=bool)
    return snapshot.samples["dataset"].is_in(list(recipe.datasets)).to_numpy()


def equal(snapshot: Snapshot, sets: Sequence[NamedSet], seed: int = 0) -> list[NamedSet]:
    """Cuts each set down to the size of the smallest that has samples; sets share what they have in common.

    Args:
        snapshot: The samples.
        sets: The sets.
        seed: The same seed draws the same samples.

    Returns:
        The sets, in their order.
    """
    smallest = min((named_set.size for named_set in sets if named_set.size), default=0)
    rank = sampling.draw(sampling.identities_of(snapshot.samples), seed + _APART)
    return [replace(named_set, members=_first(named_set.members, rank, smallest)) for named_set in sets]


def too_small(sets: Sequence[NamedSet]) -> list[NamedSet]:
    """Finds the sets that would make every other row rest on very few samples.

    Args:
        sets: The sets that are to be compared.

    Returns:
        Those of fewer than SMALL samples beside one that is SMALLER_BY times as large and has as many; empty ones do
        not count, and ablations stay together.
    """
    largest = max((named_set.size for named_set in sets), default=0)
    if largest < SMALL:
        return []
    return [
        named_set
        for named_set in sets
        if named_set.kind != "ablation" and 0 < named_set.size < SMALL and named_set.size * SMALLER_BY <= largest
    ]


def _first(members: Mask, rank: np.ndarray, count: int) -> Mask:
    """The `count` members that come first in the order of the draw."""
    numbers = np.flatnonzero(members)
    if len(numbers) <= count:
        return members
    drawn = np.zeros(len(members), dtype=bool)
    drawn[numbers[np.argpartition(rank[numbers], count - 1)[:count]]] = True
    return drawn
