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

RAW, FILTERED = "raw", "filtered"
_APART = 0x7265706F7274
"""Keeps this draw apart from that of quotas: the same order would take a balanced set's balance away again."""


@dataclass(frozen=True, eq=False)
class NamedSet:
    """Samples (a boolean each) under a name. `kind` is raw, dataset, recipe, export or ablation."""

    name: str
    kind: str
    members: np.ndarray
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
    """Table 3's rows: raw, filtered by the whole recipe, and without each group. Raises RecipeError."""
    board = Board(snapshot)
    whole = export_plan.make_plan(workspace, recipe, board)
    rows = [
        NamedSet(RAW, "raw", raw(snapshot, recipe)),
        NamedSet(FILTERED, "ablation", whole.selected, f"by the recipe {recipe.name}"),
    ]
    for variant in ablations.variants(recipe, snapshot.columns):
        chosen = (
            export_plan.make_plan(workspace, variant.recipe, board).selected if variant.left_out else whole.selected
        )
        said = ", ".join(variant.left_out)
        note = f"left out: {said}" if said else f"as {FILTERED}: the recipe has nothing of this group"
        rows.append(NamedSet(f"without {variant.group}", "ablation", chosen, note))
    return rows


def raw(snapshot: Snapshot, recipe: Recipe) -> np.ndarray:
    """All samples that the recipe is about."""
    if not recipe.datasets:
        return np.ones(snapshot.count, dtype=bool)
    return snapshot.samples["dataset"].is_in(list(recipe.datasets)).to_numpy()


def equal(snapshot: Snapshot, sets: Sequence[NamedSet], seed: int = 0) -> list[NamedSet]:
    """The sets, each cut down to the size of the smallest that has samples; sets share what they have in common."""
    smallest = min((one.size for one in sets if one.size), default=0)
    place = sampling.draw(sampling.identities_of(snapshot.samples), seed + _APART)
    return [replace(one, members=_first(one.members, place, smallest)) for one in sets]


def _first(members: np.ndarray, place: np.ndarray, count: int) -> np.ndarray:
    """The `count` members that come first in the order of the draw."""
    numbers = np.flatnonzero(members)
    if len(numbers) <= count:
        return members
    drawn = np.zeros(len(members), dtype=bool)
    drawn[numbers[np.argpartition(place[numbers], count - 1)[:count]]] = True
    return drawn
