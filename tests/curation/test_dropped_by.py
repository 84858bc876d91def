"""What becomes of a sample is one answer: on the board, in a review, in the ledger and in the export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import row, score_all

from curation.balancing import export_plan, ledger
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.filtering import thresholds
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing.importer import import_file
from curation.recipes.recipe import Cut, Recipe
from curation.workspace import Workspace

VERDICTS = {
    "sample": ("approve", "reject", "later"),
    "turn": ("keep", "drop", "edit"),
    "flag": ("confirm", "dismiss"),
}


@pytest.fixture
def scored(workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path]) -> Workspace:
    """Twenty-four rows of one to three turns, some with an empty response or without their picture."""
    photo("a.png")
    rows = []
    for number in range(24):
        talk = [text for turn in range(1 + number % 3) for text in (f"What {turn}?", "word " * (number % 7 + turn))]
        rows.append(row(*talk, image="a.png" if number % 5 else "gone.png", tag=number))
    import_file(workspace, llava(rows))
    score_all(workspace, "response_length")
    return workspace


def _decide_at_random(workspace: Workspace, seed: int) -> None:
    draw = np.random.default_rng(seed)
    snapshot = build(workspace)
    for key, turns in snapshot.samples.select("key", "turns").iter_rows():
        if draw.random() < 0.4:
            decision_log.decide(workspace, "ann", "sample", key, str(draw.choice(VERDICTS["sample"])))
        for turn in range(turns):
            if draw.random() < 0.7:
                verdict = str(draw.choice(VERDICTS["turn"], p=(0.15, 0.7, 0.15)))
                decision_log.decide(
                    workspace, "ann", "turn", decision_keys.turn(key, turn), verdict, {"response": "Anew."}
                )
    for flag_id in snapshot.flags["flag_id"]:
        if draw.random() < 0.5:
            decision_log.decide(workspace, "ann", "flag", flag_id, str(draw.choice(VERDICTS["flag"])))


@pytest.mark.parametrize("seed", range(4))
def test_reasons__board_review_ledger_and_export_agree_on_every_sample(scored: Workspace, seed: int) -> None:
    _decide_at_random(scored, seed)
    snapshot = build(scored)
    recipe = Recipe(cuts=(Cut("response_length", low=2.0),), drop_flags=("empty_response", "image_missing"))
    board = Board(snapshot).evaluate(recipe)
    planned = export_plan.make_plan(scored, export_plan.complete_recipe(scored, snapshot, recipe), Board(snapshot))
    accounts = ledger.ledger(planned)
    some = np.random.default_rng(seed).permutation(snapshot.count)[:17].tolist()
    assert thresholds.reasons(snapshot, recipe, some) == {number: board.reasons(number) for number in some}
    emptied = 0
    for number in range(snapshot.count):
        reasons = board.reasons(number)
        assert ledger.reasons(planned, accounts, number) == reasons
        assert bool(planned.selected[number]) == (not reasons)
        emptied += thresholds.EMPTIED in reasons
    assert emptied


def test_reasons__every_turn_dropped__drops_even_an_approved_sample(
    workspace: Workspace, llava: Callable[..., Path]
) -> None:
    import_file(workspace, llava([row("What?", "That.")]))
    key = build(workspace).samples["key"][0]
    decision_log.decide(workspace, "ann", "turn", decision_keys.turn(key, 0), "drop")
    decision_log.decide(workspace, "ann", "sample", key, "approve")
    snapshot = build(workspace)
    assert thresholds.reasons(snapshot, Recipe(), [0, 1]) == {0: (thresholds.EMPTIED,)}
    whole = export_plan.complete_recipe(workspace, snapshot, Recipe())
    assert not export_plan.make_plan(workspace, whole, Board(snapshot)).selected.any()
