"""One verdict per span from all sources: merged evidence, disagreement, and what it means for the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest
from support import row

from curation.decisions import decision_log
from curation.filtering.snapshot import SnapshotCache, build
from curation.filtering.thresholds import Board
from curation.flags import calibration, spans
from curation.importing.importer import import_file
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from scoring.shard import FLAG_SCHEMA, SCORE_SCHEMA, VOTE_SCHEMA
from scoring.text.verdict import DEFAULTS, Threshold
from storage import flags, runs

Write = Callable[..., Path]
METRICS = {
    "annotations": "hallucination",
    "captions": "hallucination",
    "detector": "hallucination_detector",
    "clip": "hallucination_clip",
    "llm": "hallucination_votes",
}


class Set:
    """Samples "A dog and N more.", and runs that say things about the dog of each."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        import_file(workspace, path)
        self.workspace = workspace
        self.run_no = 0

    def say(self, said: dict[int, dict[str, float | None]], flagged_by: dict[int, list[str]]) -> None:
        """A run: per sample the score of each source, and which of their metrics raised the flag."""
        self.run_no += 1
        no = self.run_no
        scored = {(n, METRICS[s]) for n, some in said.items() for s in some} | {
            (n, METRICS[s]) for n, some in flagged_by.items() for s in some
        }
        scores = [("turn", n, metric, "1", 0.0, None, None, no) for n, metric in sorted(scored)]
        votes = [
            (n, n, 0, 2, 5, "dog", source, score, f"{source} looked", METRICS[source], "1", no)
            for n, some in said.items()
            for source, score in some.items()
        ]
        raised = [
            (n, "turn", n, 0, 2, 5, "dog", "hallucination", "unsupported", None, f'{{"{source}": "no dog"}}',
             f"{source} says no", METRICS[source], "1", no)
            for n, some in flagged_by.items()
            for source in some
        ]  # fmt: skip
        tables = {
            "scores": pl.DataFrame(scores, SCORE_SCHEMA, orient="row"),
            "votes": pl.DataFrame(votes, VOTE_SCHEMA, orient="row"),
            "flags": pl.DataFrame(raised, FLAG_SCHEMA, orient="row"),
        }
        assert runs.ingest(self.workspace.store, f"run-{no}", no, tables)

    def spans(self) -> dict[int, dict[str, Any]]:
        """The combined flags by sample."""
        found = spans.current(self.workspace.store)
        assert found["flag_id"].is_unique().all()
        return {row["sample_no"]: row | {"evidence": orjson.loads(row["evidence"])} for row in found.to_dicts()}


@pytest.fixture
def dogs(workspace: Workspace, llava: Write) -> Set:
    """Sixty samples."""
    return Set(workspace, llava([row("What is it?", f"A dog and {n} more.") for n in range(60)]))


def test_current__annotations_alone__is_what_the_metric_raised(dogs: Set) -> None:
    dogs.say({0: {"annotations": 0.0}}, {0: ["annotations"]})
    one = dogs.spans()[0]
    raw = flags.current(dogs.workspace.store).to_dicts()[0]
    assert {name: one[name] for name in raw.keys() - {"score", "evidence"}} == {
        name: raw[name] for name in raw.keys() - {"score", "evidence"}
    }
    assert (one["verdict"], one["score"], one["support"], one["disagreement"]) == ("unsupported", 0.0, 0.0, 0.0)
    assert one["evidence"] == {"annotations": {"score": 0.0, "verdict": "unsupported", "said": "no dog"}}


def test_current__flags_of_two_metrics_are_one_with_the_evidence_of_all_sources(dogs: Set) -> None:
    said = {"annotations": 0.0, "detector": 0.9, "llm": 0.0, "clip": None}
    dogs.say({0: said}, {0: ["annotations", "llm"]})
    one = dogs.spans()[0]
    assert one["reason"] == "annotations says no"
    assert {source: vote["verdict"] for source, vote in one["evidence"].items()} == {
        "annotations": "unsupported", "llm": "unsupported", "detector": "supported", "clip": None,
    }  # fmt: skip
    assert one["evidence"]["detector"] == {"score": 0.9, "verdict": "supported", "said": "detector looked"}
    assert (one["verdict"], one["support"]) == ("unsupported", pytest.approx(1 / 4))
    assert one["disagreement"] == pytest.approx(1 / 2)


def test_current__a_source_that_alone_denies_is_shown(dogs: Set) -> None:
    dogs.say({0: {"detector": 0.0}, 1: {"llm": 0.0, "detector": 0.9}}, {0: ["detector"], 1: ["llm"]})
    found = dogs.spans()
    assert (found[0]["verdict"], found[0]["disagreement"]) == ("unsupported", 0.0)
    assert (found[1]["verdict"], found[1]["disagreement"]) == ("unsure", 1.0)


def test_current__a_later_run_replaces_what_its_source_said(dogs: Set) -> None:
    dogs.say({0: {"detector": 0.9, "llm": 0.0}}, {0: ["llm"]})
    dogs.say({0: {"detector": 0.0}}, {})
    assert dogs.spans()[0]["verdict"] == "unsupported"


def test_current__flag_without_a_vote_of_its_metric_keeps_its_verdict(dogs: Set) -> None:
    dogs.say({0: {"detector": 0.9, "llm": 1.0}}, {0: ["annotations"]})
    one = dogs.spans()[0]
    assert (one["verdict"], one["support"]) == ("unsupported", None)
    assert one["evidence"]["annotations"] == {"score": None, "verdict": None, "said": "no dog"}


def test_current__other_flags_pass_through_in_their_order(workspace: Workspace, llava: Write) -> None:
    path = llava([row("q", ""), row("q", "A dog."), row("q", "")])
    Set(workspace, path).say({1: {"annotations": 0.0}}, {1: ["annotations"]})
    found, raw = spans.current(workspace.store), flags.current(workspace.store)
    assert found["kind"].to_list() == ["empty_response", "hallucination", "empty_response"]
    lint = pl.col("kind") != "hallucination"
    assert found.filter(lint).select(raw.columns).equals(raw.filter(lint))


def test_current__no_flag_at_all(workspace: Workspace) -> None:
    assert spans.current(workspace.store).is_empty()


def test_of_samples__is_the_row_of_that_sample(dogs: Set) -> None:
    dogs.say({n: {"annotations": 0.0, "detector": 0.9} for n in (0, 1)}, {n: ["annotations"] for n in (0, 1)})
    (one,) = spans.of_samples(dogs.workspace.store, [1]).to_dicts()
    everything = spans.current(dogs.workspace.store)
    assert one["flag_id"] == everything["flag_id"][1]
    assert one["support"] == everything["support"][1]


def test_thresholds__what_was_set_here_decides__and_nothing_else_changes(dogs: Set) -> None:
    dogs.say({0: {"detector": 0.2, "llm": 0.0}}, {0: ["llm"]})
    store = dogs.workspace.store
    assert spans.thresholds(store) == DEFAULTS
    assert dogs.spans()[0]["verdict"] == "unsupported"
    spans.remember(store, {"detector": Threshold(0.01, 0.1)})
    assert spans.thresholds(store) == DEFAULTS | {"detector": Threshold(0.01, 0.1)}
    assert dogs.spans()[0]["verdict"] == "unsure"


def test_snapshot__supported_and_unsure_spans_drop_nothing__and_new_thresholds_count_at_once(dogs: Set) -> None:
    dogs.say(
        {0: {"annotations": 1.0, "llm": 0.0}, 1: {"annotations": 0.0, "llm": 0.0}, 2: {"llm": 0.4}},
        {0: ["llm"], 1: ["annotations", "llm"], 2: ["llm"]},
    )
    cache = SnapshotCache(dogs.workspace)

    def dropped() -> list[int]:
        outcome = Board(cache.get()).evaluate(Recipe(drop_flags=("hallucination",)))
        return np.flatnonzero(~outcome.passing).tolist()

    assert dropped() == [1]
    spans.remember(dogs.workspace.store, {"llm": Threshold(0.5, 0.6)})
    assert dropped() == [1, 2]


def test_snapshot__a_confirmed_span_drops_its_sample_whatever_the_sources_say(dogs: Set) -> None:
    dogs.say({0: {"annotations": 1.0, "llm": 0.0}}, {0: ["llm"]})
    flag_id = spans.current(dogs.workspace.store)["flag_id"][0]
    decision_log.decide(dogs.workspace, "ann", "flag", flag_id, "confirm")
    assert not Board(build(dogs.workspace)).evaluate(Recipe()).passing[0]


def _decide(dogs: Set, verdicts: dict[int, str]) -> None:
    for number, found in dogs.spans().items():
        if number in verdicts:
            decision_log.decide(dogs.workspace, "ann", "flag", found["flag_id"], verdicts[number])


def _judged(dogs: Set) -> None:
    """Sixty decided spans: the detector is right from 0.6 on, the language model always says no."""
    said = {n: {"annotations": 0.0, "detector": n / 60, "llm": 0.0} for n in range(60)}
    dogs.say(said, {n: ["annotations"] for n in range(60)})
    _decide(dogs, {n: "dismiss" if n >= 36 else "confirm" for n in range(60)})


def test_calibrate__thresholds_follow_the_decisions(dogs: Set) -> None:
    _judged(dogs)
    found = {one.source: one for one in calibration.calibrate(dogs.workspace, precision=0.8)}
    detector = found["detector"]
    assert detector.decided == 60
    # One or two of the other side are let in: 80 % still hold.
    assert 0.58 <= detector.new.no <= 0.62
    assert detector.new.yes == pytest.approx(0.6, abs=0.011)
    assert detector.old == DEFAULTS["detector"]
    assert (detector.precision, detector.recall) == (pytest.approx(1.0, abs=0.06), 1.0)
    assert detector.why == ""
    assert spans.thresholds(dogs.workspace.store)["detector"] == detector.new
    assert "36 of 60" not in found["annotations"].why
    assert "yes or no" in found["annotations"].why
    assert (found["annotations"].precision, found["annotations"].recall) == (pytest.approx(0.6), 1.0)


def test_calibrate__a_source_that_is_never_right_enough_keeps_the_default(dogs: Set) -> None:
    _judged(dogs)
    found = {one.source: one for one in calibration.calibrate(dogs.workspace, precision=0.9)}
    assert found["llm"].new == DEFAULTS["llm"]
    assert "90 %" in found["llm"].why


def test_calibrate__too_few_decisions__says_how_many_are_needed(dogs: Set) -> None:
    dogs.say({n: {"detector": 0.0} for n in range(30)}, {n: ["detector"] for n in range(30)})
    _decide(dogs, dict.fromkeys(range(19), "confirm"))
    found = {one.source: one for one in calibration.calibrate(dogs.workspace)}
    assert found["detector"].new == DEFAULTS["detector"]
    assert found["detector"].why == "19 decided spans; 20 are needed, so the default stays."
    assert found["clip"].why == "No decided span has a vote of this source, so the default stays."
    assert spans.thresholds(dogs.workspace.store) == DEFAULTS


def test_reset__brings_the_defaults_back(dogs: Set) -> None:
    _judged(dogs)
    calibration.calibrate(dogs.workspace, precision=0.8)
    assert spans.thresholds(dogs.workspace.store) != DEFAULTS
    calibration.reset(dogs.workspace)
    assert spans.thresholds(dogs.workspace.store) == DEFAULTS


def test_measured__precision_recall_and_agreement_of_each_source(dogs: Set) -> None:
    dogs.say(
        {n: {"annotations": 0.0, "detector": 0.01 if n < 3 else 0.9} for n in range(4)},
        {n: ["annotations"] for n in range(4)},
    )
    assert calibration.measured(dogs.workspace) == []
    _decide(dogs, {0: "confirm", 1: "confirm", 2: "dismiss", 3: "confirm"})
    annotations, detector = calibration.measured(dogs.workspace)
    assert (annotations.denied, annotations.confirmed, annotations.precision, annotations.recall) == (4, 3, 0.75, 1.0)
    assert (detector.denied, detector.confirmed, detector.recall, detector.agreement) == (3, 2, 2 / 3, 0.5)
    assert detector.precision == 2 / 3
    decision_log.undo(dogs.workspace, "ann")
    assert calibration.measured(dogs.workspace)[0].decided == 3


def test_calibrate__is_proposed_before_and_can_be_taken_back(dogs: Set) -> None:
    _judged(dogs)
    before = spans.thresholds(dogs.workspace.store)
    proposed = {one.source: one.new for one in calibration.proposed(dogs.workspace, precision=0.8)}
    assert spans.thresholds(dogs.workspace.store) == before
    assert calibration.before(dogs.workspace) is None
    calibration.calibrate(dogs.workspace, precision=0.8)
    after = spans.thresholds(dogs.workspace.store)
    assert {source: after[source] for source in proposed} == proposed
    assert after != before
    calibration.take_back(dogs.workspace)
    assert spans.thresholds(dogs.workspace.store) == before
    assert calibration.before(dogs.workspace) is None
