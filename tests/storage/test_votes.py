from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from scoring.shard import SCORE_SCHEMA, VOTE_SCHEMA
from storage import runs, votes
from storage.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path / "w")
    yield opened
    opened.close()


def _store(store: Store, run_no: int, turns: list[int], said: list[tuple], version: str = "1") -> None:
    """A run of the metric `eye` over these turns; votes are (turn, start, score)."""
    scores = [("turn", turn, "eye", version, 0.0, None, None, run_no) for turn in turns]
    rows = [
        (turn // 10, turn, turn % 10, start, start + 3, "dog", "detector", score, "", "eye", version, run_no)
        for turn, start, score in said
    ]
    tables = {
        "scores": pl.DataFrame(scores, SCORE_SCHEMA, orient="row"),
        "votes": pl.DataFrame(rows, VOTE_SCHEMA, orient="row"),
    }
    assert runs.ingest(store, f"run-{run_no}", run_no, tables)


def _spans(*spans: tuple[int, int, int]) -> pl.DataFrame:
    rows = [(sample, turn, start, start + 3) for sample, turn, start in spans]
    return pl.DataFrame(rows, dict.fromkeys(votes.SPAN, pl.Int32), orient="row")


def test_on_spans__only_the_spans_asked_for(store: Store) -> None:
    _store(store, 1, [10, 11], [(10, 0, 0.5), (10, 9, 0.6), (11, 0, None)])
    found = votes.on_spans(store, _spans((1, 0, 9), (1, 1, 0), (1, 1, 0), (2, 0, 0)))
    assert found.select("turn_index", "start_char", "score").rows() == [(0, 9, 0.6), (1, 0, None)]
    assert votes.of_samples(store, [1]).height == 3
    assert votes.of_samples(store, [2]).is_empty()


def test_votes__stand_until_their_turn_is_scored_again_in_whatever_version(store: Store) -> None:
    _store(store, 1, [10, 11], [(10, 0, 0.5), (11, 0, 0.7)])
    _store(store, 2, [10], [(10, 4, 0.2)], version="2")
    found = votes.of_samples(store, [1])
    assert found.select("turn_index", "start_char", "score").rows() == [(0, 4, 0.2), (1, 0, 0.7)]


def test_shard__stored_once_only(store: Store) -> None:
    _store(store, 1, [10], [(10, 0, 0.5)])
    assert not runs.ingest(store, "run-1", 1, {})
    assert store.one("SELECT count(*) FROM vote") == 1
