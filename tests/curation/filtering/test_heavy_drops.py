"""What drops much of a dataset is said, by dataset."""

from __future__ import annotations

from support import small_snapshot

from curation.filtering.heavy_drops import heavy_drops
from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import Board
from curation.recipes.recipe import Cut, Recipe


def _lengths(**more: object) -> Snapshot:
    lengths = [1.0] * 30 + [9.0] * 69 + [1.0]
    return small_snapshot({"response_length": lengths}, datasets=["vqa"] * 30 + ["captions"] * 70, **more)  # type: ignore[arg-type]


def test_heavy_drops__a_cut_that_takes_a_dataset_away__is_named_with_the_dataset() -> None:
    outcome = Board(_lengths()).evaluate(Recipe(cuts=(Cut("response_length", low=2),)))
    (drop,) = heavy_drops(outcome)
    assert (drop.dataset, drop.samples, drop.dropped, drop.share) == ("vqa", 30, 30, 1.0)
    assert [(step.name, many) for step, many in drop.filters] == [("response_length", 30)]


def test_heavy_drops__what_people_rejected_or_approved__is_no_surprise() -> None:
    rejected = [(number, "reject") for number in range(50, 90)]
    assert heavy_drops(Board(_lengths(said=rejected)).evaluate(Recipe())) == []
    approved = [(number, "approve") for number in range(29)]
    outcome = Board(_lengths(said=approved)).evaluate(Recipe(cuts=(Cut("response_length", low=2),)))
    assert heavy_drops(outcome) == []


def test_heavy_drops__within_a_part__counts_the_part_only() -> None:
    board = Board(_lengths(flagged=[(number, "leakage") for number in range(30, 40)]))
    within = board.snapshot.samples["sample_no"].to_numpy() < 50
    (drop,) = heavy_drops(board.evaluate(Recipe(drop_flags=("leakage",)), within=within))
    assert (drop.dataset, drop.samples, drop.dropped) == ("captions", 20, 10)
