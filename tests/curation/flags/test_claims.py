"""Claims of a response: flagged and supported ones, people's words on them, shifted and marked spans."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from support import row

from curation.app.server import Server
from curation.decisions import decision_log, flag_decisions
from curation.decisions.decision_log import DecisionError
from curation.flags import claims, current_flags
from curation.importing.importer import import_file
from curation.views.flags import flags as view
from curation.workspace import Workspace
from scoring.shard import VOTE_SCHEMA
from storage import flags
from storage.store import append_frame

TEXT = "A dog and a cup on a table."
DOG, CUP = (2, 5), (12, 15)


def test_claims__a_bare_no_is_about_the_classes_that_its_flag_names(
    workspace: Workspace, llava: Callable[..., Path]
) -> None:
    import_file(workspace, llava([row("Is there a puppy?", "No.")]))
    evidence = '{"asked": "whether there is a dog", "classes": ["dog"]}'
    place = (0, "turn", 0, 0, 0, 2, "No")
    flag = (*place, "existence", "unsupported", None, evidence, "Dog.", "existence", "1", 1)
    with workspace.store.transaction("scores") as cursor:
        flags.append(cursor, pl.DataFrame([flag], schema=list(flags.COLUMNS), orient="row"))
    standing = current_flags.every(SimpleNamespace(workspace=workspace))  # type: ignore[arg-type]
    ((claim,),) = claims.of_samples(workspace, {0: "key"}, standing).values()
    assert (claim.text, claim.kind) == ("No", "existence")
    assert set(claim.names) & claims.implied("dog")


@pytest.fixture
def owner(workspace: Workspace, llava: Callable[..., Path]) -> Any:
    """One sample: a denied dog that is flagged, and a supported cup."""
    import_file(workspace, llava([row("What is here?", TEXT)]))
    flag = (
        0,
        "turn",
        0,
        0,
        *DOG,
        "dog",
        "hallucination",
        "unsupported",
        None,
        '{"annotations": "no dog"}',
        "No dog.",
        "eye",
        "1",
        1,
    )
    said = (
        (DOG, "dog", "annotations", 0.0, "looked for"),
        (DOG, "dog", "detector", 0.9, "a dog at 0.9"),
        (CUP, "cup", "captions", 1.0, "a cup"),
    )
    votes = [(0, 0, 0, *at, text, source, score, detail, "eye", "1", 1) for at, text, source, score, detail in said]
    with workspace.store.transaction("scores") as cursor:
        flags.append(cursor, pl.DataFrame([flag], schema=list(flags.COLUMNS), orient="row"))
        append_frame(cursor, "vote", pl.DataFrame(votes, VOTE_SCHEMA, orient="row"))
    return SimpleNamespace(workspace=workspace)


def _claims(owner: Server) -> tuple[claims.Claim, ...]:
    return view.look_at(owner, _flag(owner)["flag_id"]).claims  # type: ignore[union-attr]


def _flag(owner: Server) -> dict[str, Any]:
    return current_flags.every(owner).to_dicts()[0]


def test_claims__flagged_and_supported_with_every_source(owner: Any) -> None:
    dog, cup = _claims(owner)
    assert (dog.text, dog.flag_id, dog.reason) == ("dog", _flag(owner)["flag_id"], "No dog.")
    assert [(vote.source, vote.score, vote.verdict) for vote in dog.votes] == [
        ("annotations", 0.0, "unsupported"),
        ("detector", 0.9, "supported"),
    ]
    assert (cup.text, cup.tone, cup.flag_id, cup.votes[0].words) == ("cup", "supported", "", "a cup")


def test_claims__people_are_named_with_what_each_said_last(owner: Any) -> None:
    flag = _flag(owner)
    flag_decisions.decide(owner.workspace, "ada", flag, "dismiss")
    flag_decisions.decide(owner.workspace, "bob", flag, "confirm")
    flag_decisions.decide(owner.workspace, "ada", flag, "confirm")
    dog, _ = _claims(owner)
    assert dog.tone == "confirmed"
    assert sorted(dog.people) == [("ada", "confirmed"), ("bob", "confirmed")]


def test_adjust__the_claim_stands_at_its_new_place_until_undone(owner: Any) -> None:
    flag_decisions.adjust(owner.workspace, "ada", _flag(owner), TEXT, 0, 5)
    dog, _ = _claims(owner)
    assert (dog.start, dog.end, dog.text, dog.tone, dog.moved) == (0, 5, "A dog", "confirmed", True)
    decision_log.undo(owner.workspace, "ada")
    dog, _ = _claims(owner)
    assert (dog.start, dog.end, dog.moved) == (2, 5, False)


def test_adjust__places_outside_the_response_are_refused(owner: Any) -> None:
    with pytest.raises(DecisionError, match="Characters 5 to 99"):
        flag_decisions.adjust(owner.workspace, "ada", _flag(owner), TEXT, 5, 99)
    assert decision_log.standing(owner.workspace).is_empty()


def test_mark__words_that_nobody_flagged_are_a_claim(owner: Any) -> None:
    flag_decisions.mark(owner.workspace, "ada", _flag(owner), TEXT, 21, 26)
    table = _claims(owner)[-1]
    assert (table.text, table.tone, table.flag_id, table.people) == ("table", "marked", "", (("ada", "inaccurate"),))
    assert decision_log.standing(owner.workspace, "span")["key"][0].endswith("@0:21-26")


def test_edit_and_drop__one_act_on_flag_and_turn_with_one_undo(owner: Any) -> None:
    act = flag_decisions.edit(owner.workspace, "ada", _flag(owner), "A cup.")
    assert act.count == 2
    look = view.look_at(owner, _flag(owner)["flag_id"])
    assert look is not None
    assert (look.turns[0].verdict, look.turns[0].who, look.turns[0].edited) == ("edit", "ada", "A cup.")
    assert look.turns[0].response == TEXT
    undone = decision_log.undo(owner.workspace, "ada")
    assert undone is not None
    assert (undone["subject"], undone["key"], undone["count"]) == ("flag", look.flag["flag_id"], 2)
    assert decision_log.standing(owner.workspace).is_empty()
    flag_decisions.drop(owner.workspace, "ada", _flag(owner))
    assert dict(decision_log.standing(owner.workspace).select("subject", "verdict").iter_rows()) == {
        "flag": "confirm",
        "turn": "drop",
    }


def test_decide_together__an_unknown_verdict_records_nothing(owner: Any) -> None:
    with pytest.raises(DecisionError):
        decision_log.decide_together(
            owner.workspace, "ada", [("flag", "x", "confirm", None), ("turn", "y", "burn", None)]
        )
    assert decision_log.standing(owner.workspace).is_empty()


@pytest.mark.parametrize(
    ("words", "label", "same"),
    [
        ("puppy", "dog", True),
        ("animal", "dog", True),
        ("dog", "cat", False),
        ("red cup", "cup", True),
        ("gizmo", "gizmo", True),
    ],
)
def test_meanings__a_claim_is_about_boxes_of_what_it_means(words: str, label: str, same: bool) -> None:
    assert bool(set(claims.meanings(words)) & claims.implied(label)) is same


def test_claims__what_only_a_source_without_thresholds_doubts_is_unsure(owner: Any) -> None:
    workspace = owner.workspace
    doubt = (0, 0, 0, 20, 25, "table", "colour", 0.0, "green said of table, brown known", "doubtful_claims", "1", 1)
    with workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "vote", pl.DataFrame([doubt], VOTE_SCHEMA, orient="row"))
    (of_sample,) = claims.of_samples(workspace, {0: "key"}, current_flags.every(owner)).values()
    (table,) = (claim for claim in of_sample if claim.text == "table")
    assert (table.tone, table.flag_id) == ("unsure", "")
    assert [(vote.source, vote.verdict) for vote in table.votes] == [("colour", "unsure")]
    assert "brown known" in table.votes[0].words
