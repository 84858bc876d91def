from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from scoring import claims
from scoring.item import BoxCount, TurnItem
from scoring.metric import Result

BUS = ("A red bus parked in front of a church.", "A large red and white bus stands in the street.")
MAN = ("A man sitting on a bench.", "An old man is sitting on a bench with a dog.", "A guy sits on a bench.")
TABLE = ("A black cat lying under a table.", "A cat sleeping underneath a wooden table.")

Check = Callable[..., Result]


@pytest.fixture
def check(turn: Callable[..., TurnItem], score_many: Callable[..., list[Result]]) -> Check:
    """Check a response against captions and further evidence."""

    def checked(response: str, captions: tuple[str, ...], **evidence: object) -> Result:
        item = turn(response, objects=(), captions=captions)
        assert item.sample.evidence is not None
        known = dataclasses.replace(item.sample.evidence, **evidence)
        return score_many("doubtful_claims", [TurnItem(dataclasses.replace(item.sample, evidence=known), item.turn)])[0]

    return checked


WRONG = [
    ("A blue bus is parked.", BUS, "colour", "blue bus"),
    ("The bus is bright green.", BUS, "colour", "bus is bright green"),
    ("A small, yellow and black bus.", BUS, "colour", "yellow and black bus"),
    ("A bus stands behind a church.", BUS, "relation", "bus stands behind a church"),
    ("A woman sitting on a bench.", MAN, "gender", "woman"),
    ("A man is standing beside a bench.", MAN, "action", "man is standing"),
    ("A man walks with a dog.", MAN, "action", "man walks"),
    ("A cat sits on a table.", TABLE, "action", "cat sits"),
    ("A cat on top of the table.", TABLE, "relation", "cat on top of the table"),
    ("There is a table. A white cat.", ("A green table beside a black cat.",), "colour", "white cat"),
]

RIGHT = [
    ("A red bus in front of a church.", BUS),
    ("A white bus.", BUS),
    ("A bus parked in the street.", BUS),
    ("An orange bus.", BUS),
    ("Two blue buses.", BUS),
    ("A blue car beside the bus.", BUS),
    ("There is no blue bus.", BUS),
    ("The bus is probably blue inside.", BUS),
    ("A man with a woman's bag sits there.", MAN),
    ("A person sitting on a bench.", MAN),
    ("The table stands on top of the cat's place.", TABLE),
    ("The table is above the cat.", TABLE),
]


@pytest.mark.parametrize(("response", "captions", "kind", "text"), WRONG)
def test_doubtful_claims__what_every_caption_contradicts(
    check: Check, response: str, captions: tuple[str, ...], kind: str, text: str
) -> None:
    result = check(response, captions)
    (vote,) = (vote for vote in result.votes if vote.source == kind)
    assert response[vote.start : vote.end] == vote.text
    assert vote.text == text
    assert "known" in vote.detail
    assert (result.value or 0) >= 1
    assert result.flags == ()


@pytest.mark.parametrize(("response", "captions"), RIGHT)
def test_doubtful_claims__what_captions_leave_open(check: Check, response: str, captions: tuple[str, ...]) -> None:
    assert check(response, captions).votes == ()


def test_doubtful_claims__one_of_several_is_told_only_by_many_captions(check: Check) -> None:
    boxes = (BoxCount("n", "bus", 2, crowd=False),)
    assert check("A blue bus.", BUS[:1], counts=boxes).votes == ()
    assert check("A blue bus.", BUS, counts=boxes).votes


def test_doubtful_claims__annotated_attributes_tell_colours_too(check: Check) -> None:
    assert check("A blue bus.", (), phrases=("large red bus",)).votes
    assert check("A red bus.", (), phrases=("large red bus",)).votes == ()


def test_doubtful_claims__quoted_text_that_nobody_read(check: Check) -> None:
    response = 'A sign that says "CAFE" near the door.'
    (vote,) = check(response, ("A sign.",), texts=("STOP", "Main Street")).votes
    assert (vote.source, vote.text) == ("read_text", "CAFE")
    assert check(response, ("A sign.",), texts=("Cafe Roma",)).votes == ()
    assert check(response, ("A sign for a cafe.",), texts=("STOP",)).votes == ()
    assert check(response, ("A sign.",)).votes == ()


def test_doubtful_claims__nothing_known_is_not_applicable(check: Check) -> None:
    assert check("A red bus.", ()).value is None
    assert check("A red bus.", BUS).value == 0.0


def test_kinds__are_named_like_their_files() -> None:
    assert [kind.name for kind in claims.kinds()] == ["action", "colour", "gender", "read_text", "relation"]
    assert all(kind.check.__module__ == f"scoring.claims.{kind.name}" for kind in claims.kinds())
