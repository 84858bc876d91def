from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scoring.metric import Result
from scoring.text import word_vectors

Score = Callable[..., Result]
ABOUT = {
    "objects": ("cat", "couch", "book"),
    "captions": ("A cat sleeps on a sofa.", "A grey kitten naps beside a pile of books on the couch."),
    "vocabulary": ("cat", "dog", "couch", "book", "bed"),
}


def weakest(result: Result) -> str:
    return min(result.votes, key=lambda vote: vote.score or 0.0).text


@pytest.mark.parametrize(
    ("response", "word"),
    [
        ("A cat sleeps on a trampoline.", "trampoline"),
        ("A dog sleeps on a couch.", "dog"),
        ("A cat beside a stack of books and two saxophones.", "saxophones"),
        ("A cat naps on the couch under a chandelier.", "chandelier"),
    ],
)
def test_word_support__word_of_nobody_ranks_last(score_turn: Score, response: str, word: str) -> None:
    wrong = score_turn("word_support", response, **ABOUT)
    right = score_turn("word_support", "A cat naps on the couch beside books.", **ABOUT)
    assert weakest(wrong) == word
    assert (right.value, right.votes) == (100.0, ())
    assert wrong.value is not None
    assert wrong.value < 60.0
    assert wrong.flags == ()


def test_word_support__other_names_and_forms_count_in_full(score_turn: Score) -> None:
    assert score_turn("word_support", "Kittens on a sofa; one book. It is a pet.", **ABOUT).value == 100.0


def test_word_support__class_looked_for_in_vain_is_weaker_than_one_nobody_looked_for(score_turn: Score) -> None:
    bed = score_turn("word_support", "A cat on a bed.", **ABOUT).value
    stool = score_turn("word_support", "A cat on a stool.", **ABOUT).value
    assert bed is not None
    assert stool is not None
    assert bed < stool


def test_word_support__what_is_denied_or_supposed_does_not_count(score_turn: Score) -> None:
    denied = score_turn("word_support", "A cat, but there is no trampoline.", **ABOUT)
    assert (denied.value, denied.votes) == (100.0, ())


def test_word_support__abstract_words_do_not_count(score_turn: Score) -> None:
    response = "A cat on a couch: the atmosphere is full of warmth, happiness and simplicity."
    assert score_turn("word_support", response, **ABOUT).value == 100.0


def test_word_support__place_of_the_word(score_turn: Score) -> None:
    response = "<image>\nA cat — and a Trampoline."
    (vote,) = score_turn("word_support", response, **ABOUT).votes
    assert response[vote.start : vote.end] == vote.text == "Trampoline"


def test_word_support__without_evidence_or_nouns_is_not_applicable(score_turn: Score) -> None:
    assert score_turn("word_support", "A cat.").value is None
    assert score_turn("word_support", "Yes.", **ABOUT).value is None


@pytest.mark.skipif(not word_vectors.available(), reason="the package wordllama is not installed")
def test_word_vectors__near_words_are_near() -> None:
    car, truck, banana = (word_vectors.of_word(word) for word in ("car", "truck", "banana"))
    assert float(np.linalg.norm(car)) == pytest.approx(1.0, abs=1e-5)
    assert car @ truck > car @ banana


@pytest.mark.parametrize(
    ("response", "word"),
    [
        ("A woman walks a dog.", "woman"),
        ("A surfer walks a dog.", "surfer"),
        ("A man walks a goat.", "goat"),
        ("A man walks a ferret on the beach.", "ferret"),
    ],
)
def test_word_support__other_persons_and_other_things_of_a_kind_rank_last(
    score_turn: Score, response: str, word: str
) -> None:
    captions = ("A man walks his dog along the beach.", "An old man and a dog by the sea.", "A man with a dog.")
    result = score_turn("word_support", response, captions=captions, vocabulary=())
    right = score_turn("word_support", "A guy with his puppy by the ocean.", captions=captions, vocabulary=())
    assert weakest(result) == word
    assert result.value is not None
    assert right.value is not None
    assert result.value < right.value


def test_word_support__something_of_its_kind_that_is_there_as_well_makes_it_likelier(score_turn: Score) -> None:
    captions = ("A dog on a lawn.", "The dog plays in the garden.")
    instead = score_turn("word_support", "A cat on a lawn.", captions=captions, vocabulary=()).value
    beside = score_turn("word_support", "A cat and a dog on a lawn.", captions=captions, vocabulary=()).value
    assert instead is not None
    assert beside is not None
    assert instead < beside


def test_word_support__more_nouns_without_support_make_it_less(score_turn: Score) -> None:
    one = score_turn("word_support", "A cat beside a saxophone.", **ABOUT).value
    two = score_turn("word_support", "A cat beside a saxophone and a trombone.", **ABOUT).value
    assert one is not None
    assert two is not None
    assert two < one


def test_word_support__without_vectors_ranks_by_kinds(score_turn: Score, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "available", lambda: False)
    monkeypatch.setattr(word_vectors, "of_word", lambda _word: np.zeros(1, np.float32))
    evidence = {"captions": ("A cat naps on the windowsill.",), "vocabulary": ()}
    near = score_turn("word_support", "A cat naps on the sill of a window.", **evidence).value
    far = score_turn("word_support", "A cat naps on the trampoline.", **evidence).value
    assert near is not None
    assert far is not None
    assert far < near
