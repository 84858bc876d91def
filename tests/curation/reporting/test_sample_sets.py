"""Ablations leave out what belongs to a group; sets are cut down to one size, the same way every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support import small_snapshot

from curation.filtering.snapshot import Snapshot
from curation.recipes.recipe import Cut, Limit, Quota, Recipe
from curation.reporting import ablations, sample_sets
from curation.reporting.ablations import Variant
from curation.reporting.sample_sets import NamedSet
from curation.workspace import Workspace, score_columns

COLUMNS = score_columns.columns()
CUTS = (Cut("text_readability", low=0.1), Cut("granularity", low=1), Cut("visual_complexity", low=5))
RECIPE = Recipe(
    cuts=CUTS, drop_flags=("hallucination", "duplicate", "refusal", "image_missing"), quota=Quota(cap=3)
)  # fmt: skip


def _variant(group: str, recipe: Recipe = RECIPE) -> Variant:
    return next(one for one in ablations.variants(recipe, COLUMNS) if one.group == group)


@pytest.mark.parametrize(
    ("group", "cuts", "flags", "cap", "left_out"),
    [
        ("usability", CUTS[1:], ("duplicate", "refusal", "image_missing"), 3,
         ("Readability of the response", "hallucination flags")),
        ("diversity", CUTS, ("hallucination", "refusal", "image_missing"), 3, ("duplicate flags",)),
        ("complexity", (CUTS[0], CUTS[2]), RECIPE.drop_flags, 3, (COLUMNS["granularity"].title,)),
        ("balance", CUTS, RECIPE.drop_flags, None, ("the quota",)),
    ],
)  # fmt: skip
def test_variant__leaves_out_its_group_and_nothing_else(
    group: str, cuts: tuple[Cut, ...], flags: tuple[str, ...], cap: int | None, left_out: tuple[str, ...]
) -> None:
    found = _variant(group)
    assert (found.recipe.cuts, found.recipe.drop_flags, found.recipe.quota.cap) == (cuts, flags, cap)
    assert found.left_out == left_out
    assert found.recipe.seed == RECIPE.seed


def test_variant__nothing_of_the_group__says_so() -> None:
    bare = Recipe(cuts=(CUTS[2],), drop_flags=("image_missing",))
    assert [one.left_out for one in ablations.variants(bare, COLUMNS)] == [()] * 4
    assert all(one.recipe.cuts == bare.cuts for one in ablations.variants(bare, COLUMNS))
    floored = replace(bare, quota=Quota(limits=(Limit("dataset", at_most=2),)))
    assert _variant("balance", floored).left_out == ("the quota",)


def test_every_metric_of_a_group_of_principles__belongs_to_it() -> None:
    known = {principle for principles in ablations.GROUPS.values() for principle in principles}
    cuts = {name: Cut(name, low=0.0) for name, column in COLUMNS.items() if column.numeric}
    recipe = Recipe(cuts=tuple(cuts.values()))
    gone = {
        cut.metric for group in ablations.GROUPS for cut in set(recipe.cuts) - set(_variant(group, recipe).recipe.cuts)
    }
    assert gone == {name for name in cuts if COLUMNS[name].principle in known}


@pytest.fixture
def snapshot() -> Snapshot:
    """Twelve samples; the first eight are of one dataset and of one task, and score low."""
    values = [0.1] * 4 + [0.9] * 8
    return small_snapshot(
        {"text_readability": values}, tasks=["a"] * 8 + ["b"] * 4, datasets=["one"] * 8 + ["two"] * 4,
        flagged=[(11, "duplicate")], principle="readability",
    )  # fmt: skip


def test_ablations__rows_of_table_3(workspace: Workspace, snapshot: Snapshot) -> None:
    recipe = Recipe(cuts=(Cut("text_readability", low=0.5),), drop_flags=("duplicate",), quota=Quota(cap=2))
    rows = sample_sets.of_ablations(workspace, snapshot, recipe)
    assert [(one.name, one.size) for one in rows] == [
        ("raw", 12), ("filtered", 4), ("without usability", 4), ("without diversity", 4),
        ("without complexity", 4), ("without balance", 7),
    ]  # fmt: skip
    notes = {one.name: one.note for one in rows}
    assert notes["without usability"] == "left out: Text_readability"
    assert notes["without complexity"] == "as filtered: the recipe has nothing of this group"
    only_one = sample_sets.of_ablations(workspace, snapshot, replace(recipe, datasets={"two": "any"}))
    assert [one.size for one in only_one] == [4, 2, 2, 2, 2, 3]


def test_equal__a_balanced_set_stays_balanced(workspace: Workspace) -> None:
    many = small_snapshot({"text_readability": [0.5] * 240}, tasks=["a"] * 200 + ["b"] * 40)
    rows = sample_sets.of_ablations(workspace, many, Recipe(quota=Quota(cap=40)))
    few = NamedSet("few", "dataset", np.arange(240) < 20)
    drawn = {one.name: one.members for one in sample_sets.equal(many, [*rows, few])}
    of_b = {name: int(np.count_nonzero(members[200:])) for name, members in drawn.items()}
    assert 6 <= of_b["filtered"] <= 14
    assert of_b["without balance"] <= 6
    assert of_b["without balance"] < of_b["filtered"]


def test_equal__the_size_of_the_smallest_that_has_samples(snapshot: Snapshot) -> None:
    every = np.ones(12, dtype=bool)
    sets = [NamedSet("all", "raw", every), *sample_sets.of_datasets(snapshot), NamedSet("none", "recipe", ~every)]
    drawn = sample_sets.equal(snapshot, sets)
    assert [one.size for one in drawn] == [4, 4, 4, 0]
    assert all((one.members <= of.members).all() for one, of in zip(drawn, sets, strict=True))
    again = sample_sets.equal(snapshot, sets)
    assert [one.members.tolist() for one in again] == [one.members.tolist() for one in drawn]
    draws = {tuple(sample_sets.equal(snapshot, sets, seed)[0].members.tolist()) for seed in range(5)}
    assert len(draws) > 1
    assert sample_sets.equal(snapshot, []) == []


def test_small_sets__are_named_where_every_other_row_would_rest_on_as_few() -> None:
    def of_size(size: int, kind: str = "dataset") -> NamedSet:
        return NamedSet(f"{kind} {size}", kind, np.arange(3000) < size)

    sets = [of_size(3000), of_size(99), of_size(100), of_size(0), of_size(5), of_size(5, "ablation")]
    assert [one.name for one in sample_sets.too_small(sets)] == ["dataset 99", "dataset 5"]
    assert sample_sets.too_small([of_size(99), of_size(5)]) == []
