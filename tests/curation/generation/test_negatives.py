from __future__ import annotations

import random

from curation.annotations import Question
from curation.generation import negatives
from curation.generation.clue import Clue, ObjectClass

WORDS = ("apple", "bird", "bowl", "cat", "chair", "couch", "dog", "fork", "person", "zebra")


def _clue(*names: str, captions: tuple[str, ...] = (), questions: tuple[Question, ...] = ()) -> Clue:
    kinds = tuple(ObjectClass(name, 1, True) for name in names)
    return Clue("a.jpg", captions, kinds, questions=questions, vocabulary=WORDS)


def test_surely_absent__nothing_that_anything_hints_at() -> None:
    asked = Question("Is the bird red?", {"no": 1, "an apple": 1})
    shown = _clue("chair", captions=("A woman feeds a kitten.",), questions=(asked,))
    left = negatives.surely_absent(shown)
    assert set(left) == {"bowl", "dog", "fork", "zebra"}  # a couch is easily taken for a chair


def test_surely_absent__a_caption_says_the_word__whatever_it_means_there() -> None:
    assert "bowl" not in negatives.surely_absent(_clue("person", captions=("He skates in two concrete bowls.",)))


def test_surely_absent__nobody_looked__nothing() -> None:
    assert negatives.surely_absent(Clue("a.jpg", objects_with_counts=(ObjectClass("dog", 1),))) == []


def test_in_order__popular_and_cooccurring_come_first() -> None:
    clues = [_clue("dog", "cat")] * 5 + [_clue("fork", "bowl")] * 9 + [_clue("dog", "fork")] * 2
    counts = negatives.statistics(clues)
    absent = ["bowl", "cat", "fork", *[f"x{n}" for n in range(30)]]
    for way, expected in (("popular", {"bowl", "fork", "cat"}), ("cooccurring", {"cat", "fork"})):
        order = negatives.in_order(_clue("dog"), absent, way, counts, random.Random(0))
        assert sorted(order) == sorted(absent)
        assert expected <= set(order[: negatives.FIRST])
    at_random = [negatives.in_order(_clue("dog"), absent, "random", counts, random.Random(n))[0] for n in range(40)]
    assert len(set(at_random)) > 10


def test_in_order__does_not_hang_on_the_order_given() -> None:
    counts = negatives.statistics([_clue("dog", "cat")])
    orders = [
        negatives.in_order(_clue("dog"), names, "popular", counts, random.Random(3)) for names in (WORDS, WORDS[::-1])
    ]
    assert orders[0] == orders[1]
