from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import row, small_snapshot

from curation.decisions import decision_log
from curation.filtering.near_cut import at_the_cut
from curation.filtering.snapshot import SnapshotCache, build
from curation.filtering.thresholds import Board
from curation.importing.importer import import_file
from curation.recipes.recipe import Cut, Recipe, RecipeError
from curation.workspace import Workspace, metric_settings
from storage import runs, samples

Write = Callable[..., Path]


def _turn_scores(workspace: Workspace, metric: str, values: dict[int, float | None], run_no: int = 1) -> None:
    import polars as pl

    from scoring.shard import SCORE_SCHEMA

    version = metric_settings.columns(workspace)[metric].version
    rows = [("turn", number, metric, version, value, None, None, run_no) for number, value in values.items()]
    runs.ingest(
        workspace.store, f"{metric}-{run_no}", run_no, {"scores": pl.DataFrame(rows, SCORE_SCHEMA, orient="row")}
    )


@pytest.fixture
def board(workspace: Workspace, llava: Write) -> Board:
    """Five samples; the first has two turns. Lengths 3 and 30, 5, 10, 50, none; repetition 0 ... 0.8."""
    rows = [row("q", "a", "q", "b"), *(row("q", text) for text in "cde"), row("q", "")]
    import_file(workspace, llava(rows))
    _turn_scores(workspace, "response_length", {0: 3, 1: 30, 2: 5, 3: 10, 4: 50, 5: None})
    _turn_scores(workspace, "repetition", {0: 0.0, 1: 0.5, 2: 0.8, 3: 0.1, 4: 0.0, 5: None})
    return Board(build(workspace))


def _kept(board: Board, *cuts: Cut, flags: tuple[str, ...] = ()) -> list[int]:
    return np.flatnonzero(board.evaluate(Recipe(cuts=cuts, drop_flags=flags)).passing).tolist()


def test_evaluate__one_bad_turn_drops_its_sample(board: Board) -> None:
    assert _kept(board, Cut("response_length", low=4)) == [1, 2, 3, 4]
    assert _kept(board, Cut("response_length", high=20)) == [1, 2, 4]


def test_evaluate__value_on_the_cut_stays__missing_value_stays(board: Board) -> None:
    assert _kept(board, Cut("response_length", low=10, high=10)) == [2, 4]


def test_evaluate__a_move_gives_the_same_as_a_fresh_start(board: Board) -> None:
    for low in (2, 4, 6, 20, 4):
        cuts = (Cut("response_length", low=low), Cut("repetition", high=0.4))
        moved = board.evaluate(Recipe(cuts=cuts))
        fresh = Board(board.snapshot).evaluate(Recipe(cuts=cuts))
        assert moved.mask.tolist() == fresh.mask.tolist()
        assert moved.funnel().equals(fresh.funnel())


def test_funnel__drops_in_order_and_drops_of_one_filter_alone(board: Board) -> None:
    outcome = board.evaluate(
        Recipe(cuts=(Cut("response_length", low=6), Cut("repetition", high=0.4)), drop_flags=("empty_response",))
    )
    assert outcome.funnel().rows() == [
        ("empty_response", "flag", 1, 1, 1, 4),
        ("response_length", "threshold", 2, 2, 0, 2),
        ("repetition", "threshold", 2, 0, 0, 2),
    ]
    assert [one.name for one in outcome.failing(0)] == ["response_length", "repetition"]


def test_histograms__count_the_remaining_samples_only(board: Board) -> None:
    everything = board.evaluate(Recipe())
    assert everything.histograms()["response_length"].sum() == 4
    few = board.evaluate(Recipe(cuts=(Cut("response_length", low=6),)))
    assert few.histograms()["response_length"].sum() == 2
    one = board.evaluate(Recipe(cuts=(Cut("response_length", low=40),)))
    assert one.histograms()["response_length"].sum() == 1


def test_by_task__before_and_after_add_up(board: Board) -> None:
    table = board.evaluate(Recipe(cuts=(Cut("response_length", low=6),))).by_task()
    assert (table["before"].sum(), table["after"].sum()) == (5, 3)


def test_people__approve_keeps_what_filters_drop__reject_drops_what_they_keep(
    workspace: Workspace, board: Board
) -> None:
    keys = board.snapshot.samples["key"].to_list()
    decision_log.decide(workspace, "ann", "sample", keys[1], "approve")
    decision_log.decide(workspace, "ann", "sample", keys[2], "reject")
    cut = Cut("response_length", low=6)
    assert _kept(Board(build(workspace)), cut) == [1, 3, 4]


def test_people__dismissed_flag_no_longer_drops__confirmed_always_does(workspace: Workspace, board: Board) -> None:
    flag_id = board.snapshot.flags["flag_id"][0]
    assert _kept(board, flags=("empty_response",)) == [0, 1, 2, 3]
    decision_log.decide(workspace, "ann", "flag", flag_id, "dismiss")
    assert _kept(Board(build(workspace)), flags=("empty_response",)) == [0, 1, 2, 3, 4]
    decision_log.decide(workspace, "ann", "flag", flag_id, "confirm")
    assert _kept(Board(build(workspace))) == [0, 1, 2, 3]


def test_at_the_cut__nearest_samples_on_both_sides(board: Board) -> None:
    cut = Cut("response_length", low=6)
    kept, dropped = at_the_cut(board.evaluate(Recipe(cuts=(cut,))), cut, each=2)
    assert kept.tolist() == [2, 3]
    assert dropped.tolist() == [1, 0]


def test_snapshot_cache__notices_scores_and_decisions(workspace: Workspace, board: Board) -> None:
    assert board.snapshot.decisions.is_empty()
    cache = SnapshotCache(workspace)
    first = cache.get()
    assert cache.get() is first
    decision_log.decide(workspace, "ann", "sample", first.samples["key"][0], "reject")
    second = cache.get()
    assert second.decisions.height == 1
    assert second.values is first.values
    _turn_scores(workspace, "response_length", {0: 100}, run_no=2)
    assert cache.get().values["response_length"].high[0] == 100


def test_evaluate__within_a_part__counts_only_its_samples(board: Board) -> None:
    within = np.array([True, True, False, False, True])
    recipe = Recipe(cuts=(Cut("response_length", low=6), Cut("repetition", high=0.4)), drop_flags=("empty_response",))
    outcome = board.evaluate(recipe, within=within)
    assert (outcome.remaining, outcome.total) == (0, 3)
    assert outcome.funnel().rows() == [
        ("empty_response", "flag", 1, 1, 1, 2),
        ("response_length", "threshold", 2, 2, 0, 0),
        ("repetition", "threshold", 2, 0, 0, 0),
    ]
    assert outcome.by_task()["before"].sum() == 3
    assert board.evaluate(Recipe(), within=within).histograms()["response_length"].sum() == 2


def test_overlap__samples_that_fail_both__fails_on_the_diagonal(board: Board) -> None:
    recipe = Recipe(cuts=(Cut("response_length", low=11), Cut("repetition", high=0.4)))
    assert board.evaluate(recipe).overlap().tolist() == [[3, 2], [2, 2]]


def test_only_by__what_no_other_filter_drops(board: Board) -> None:
    recipe = Recipe(cuts=(Cut("response_length", low=11), Cut("repetition", high=0.4)))
    assert board.evaluate(recipe).only_by(0).tolist() == [2]
    assert board.evaluate(recipe).only_by(1).tolist() == []


def test_tally__counted_from_the_one_before__is_that_of_a_fresh_start() -> None:
    draw = np.random.default_rng(3)
    values = {name: draw.normal(size=4000) for name in ("sharpness", "exposure", "repetition")}
    board = Board(small_snapshot(values, said=[(1, "approve"), (2, "reject")], tasks=list("ab") * 2000))
    recipes = [Recipe(cuts=(Cut("sharpness", low=-2 + step / 20), Cut("exposure", -1.5, 1.9))) for step in range(5)]
    recipes += [Recipe(cuts=recipes[-1].cuts[::-1]), Recipe(cuts=(*recipes[-1].cuts, Cut("repetition", high=1.8)))]
    within = draw.random(4000) < 0.5
    for recipe in recipes:
        for part in (None, within):
            near, fresh = board.evaluate(recipe, within=part), Board(board.snapshot).evaluate(recipe, within=part)
            assert near.funnel().equals(fresh.funnel())
            assert near.by_task().equals(fresh.by_task())
            for name, counts in fresh.histograms().items():
                assert near.histograms()[name].tolist() == counts.tolist()


def test_evaluate__more_filters_than_bits__says_so() -> None:
    snapshot = small_snapshot({f"metric_{number}": [1.0, 2.0] for number in range(65)})
    cuts = tuple(Cut(name, low=1.5) for name in snapshot.values)
    assert Board(snapshot).evaluate(Recipe(cuts=cuts[:64])).remaining == 1
    with pytest.raises(RecipeError, match="65 filters, and at most 64"):
        Board(snapshot).evaluate(Recipe(cuts=cuts))


def test_bins__long_tail_is_spread__every_value_is_counted() -> None:
    draw = np.random.default_rng(0)
    lengths = np.exp(3 + 1.4 * draw.normal(size=20_000))
    values = small_snapshot({"response_length": lengths}).values["response_length"]
    assert np.all(np.diff(values.edges) > 0)
    assert values.histogram.sum() == 20_000
    assert values.histogram.max() < 0.15 * 20_000  # even bins would have most values in the first two
    at = np.searchsorted(values.edges, lengths[:200], side="right") - 1
    assert values.codes[:200].tolist() == np.clip(at, 0, 47).tolist()


def test_bins__whole_numbers__have_the_room_up_to_the_next_one() -> None:
    values = small_snapshot({"leakage": [0.0] * 50 + [1.0] * 50}).values["leakage"]
    assert (values.edges[0], values.edges[-1]) == (0.0, 2.0)
    assert (values.histogram[0], values.histogram[24]) == (50, 50)


def test_snapshot__samples_that_an_import_adds_meanwhile_wait_for_the_next_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, llava: Callable[..., Path]
) -> None:
    import_file(workspace, llava([row("What?", ""), row("Who?", "")]))
    whole = samples.listing(workspace.store)
    monkeypatch.setattr(samples, "listing", lambda _: whole.head(1))
    early = build(workspace)
    assert early.flags["sample_no"].unique().to_list() == [0]
    assert Board(early).evaluate(Recipe(drop_flags=("empty_response",))).remaining == 0
