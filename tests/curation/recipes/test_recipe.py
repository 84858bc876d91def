from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from curation.recipes import recipe
from curation.recipes.recipe import Cut, Quota, Recipe, RecipeDecision, RecipeError

FULL = Recipe(
    name="mine",
    datasets={"coco": "abc"},
    cuts=(Cut("sharpness", low=0.2), Cut("response_length", 3, 200)),
    drop_flags=("refusal",),
    quota=Quota(cap=100, caps={"captioning": 20}),
    seed=7,
    scorers={"sharpness": "1"},
    decisions=(RecipeDecision("sample", "coco/x#0", "approve", "ann", "e1"),),
)


def test_recipe__survives_a_round_trip_with_the_same_bytes() -> None:
    data = recipe.dumps(FULL)
    assert recipe.loads(data) == FULL
    assert recipe.dumps(recipe.loads(data)) == data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "cannot be read"),
        (b"[]", "not a JSON object"),
        (b'{"cuts": [{"metrik": "a"}]}', "cannot be read"),
        (b'{"recipe_version": 99}', "has version 99"),
        (b'{"name": "../../etc/passwd"}', "no name for a split"),
    ],
)
def test_recipe__something_else__one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        recipe.loads(data)


def test_load__no_such_file__one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="Cannot read the recipe"):
        recipe.load(tmp_path / "nowhere.json")


def test_differences__one_line_for_each() -> None:
    other = replace(FULL, seed=8, cuts=(Cut("sharpness", low=0.3),), decisions=())
    assert recipe.differences(FULL, other) == [
        "seed: 7 -> 8",
        "threshold response_length: 3..200 -> none",
        "threshold sharpness: 0.2.. -> 0.3..",
        "decision on sample coco/x#0: approve -> none",
    ]
    assert recipe.differences(FULL, FULL) == []
