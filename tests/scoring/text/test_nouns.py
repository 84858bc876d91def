from __future__ import annotations

import pytest

from scoring.text import nouns


@pytest.mark.parametrize(
    ("word", "noun"),
    [("dogs", "dog"), ("wolves", "wolf"), ("mice", "mouse"), ("women", "woman"), ("boxes", "box"), ("berries", "berry"),
     ("bus", "bus"), ("glass", "glass"), ("quickly", ""), ("", "")],
)  # fmt: skip
def test_singular__of_forms_of_concrete_nouns(word: str, noun: str) -> None:
    assert nouns.singular(word) == noun


def test_kinship__tells_wider_names_from_narrower_ones() -> None:
    animal, puppy = nouns.kinship("animal", "dog"), nouns.kinship("puppy", "dog")
    assert (animal.above, animal.below) == (True, False)
    assert (puppy.above, puppy.below) == (False, True)


def test_kinship__is_nearer_within_a_kind() -> None:
    assert nouns.kinship("dog", "cat").nearness > nouns.kinship("dog", "car").nearness
    assert nouns.kinship("dog", "").nearness == 0.0


def test_same__other_names_for_one_thing() -> None:
    assert nouns.same("sofa", "couch")
    assert not nouns.same("sofa", "chair")
    assert not nouns.same("", "")


def test_is_kind__goes_all_the_way_up() -> None:
    assert nouns.is_kind("shirt", "clothing")
    assert nouns.is_kind("boot", "footwear")
    assert not nouns.is_kind("dog", "clothing")
    assert not nouns.is_kind("", "clothing")
