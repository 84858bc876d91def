from __future__ import annotations

import pytest

from curation.generation import grammar


@pytest.mark.parametrize(
    ("noun", "one", "two"),
    [
        ("dog", "a dog", "two dogs"),
        ("umbrella", "an umbrella", "two umbrellas"),
        ("unicycle", "a unicycle", "two unicycles"),
        ("oven", "an oven", "two ovens"),
        ("hourglass", "an hourglass", "two hourglasses"),
        ("one-way sign", "a one-way sign", "two one-way signs"),
        ("wine glass", "a wine glass", "two wine glasses"),
        ("person", "a person", "two people"),
        ("mouse", "a mouse", "two mice"),
        ("knife", "a knife", "two knives"),
        ("TV", "a TV", "two TVs"),
        ("bus", "a bus", "two buses"),
        ("scissors", "some scissors", "some scissors"),
        ("broccoli", "some broccoli", "some broccoli"),
        ("sheep", "a sheep", "two sheep"),
    ],
)
def test_counted__article_and_plural(noun: str, one: str, two: str) -> None:
    assert (grammar.counted(noun, 1), grammar.counted(noun, 2)) == (one, two)


@pytest.mark.parametrize(
    ("noun", "count", "verb"),
    [
        ("dog", 1, "is"),
        ("dog", 2, "are"),
        ("dog", 0, "are"),
        ("skis", 1, "are"),
        ("broccoli", 3, "is"),
        ("trees", 1, "are"),
    ],
)
def test_be__agrees(noun: str, count: int, verb: str) -> None:
    assert grammar.be(noun, count) == verb


def test_name__as_people_write_it() -> None:
    assert [grammar.name(one) for one in ("bat_(animal)", "tv", "hot dog", "(unknown)")] == ["bat", "TV", "hot dog", ""]


def test_listed__with_a_last_word() -> None:
    assert grammar.listed(["a"]) == "a"
    assert grammar.listed(["a", "b", "c"], "or") == "a, b or c"


def test_sentence__capital_and_full_stop() -> None:
    assert grammar.sentence(" a dog  sits,") == "A dog sits."
    assert grammar.sentence("Really?") == "Really?"
