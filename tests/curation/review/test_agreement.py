"""Against worked examples from the literature."""

from __future__ import annotations

import polars as pl
import pytest

from curation.review import agreement


def test_cohen__the_worked_example_of_two_raters() -> None:
    """50 grants: 20 both yes, 15 both no, 5 and 10 apart: kappa 0.4."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert agreement.cohen(pairs) == pytest.approx(0.4)


def test_cohen__only_one_word_or_nothing__is_not_defined() -> None:
    assert agreement.cohen([]) is None
    assert agreement.cohen([("yes", "yes")] * 5) is None


def test_fleiss__ten_subjects_fourteen_raters_five_categories() -> None:
    """The example of the English Wikipedia's article on Fleiss' kappa: 0.210."""
    table = """0 0 0 0 14/0 2 6 4 2/0 0 3 5 6/0 3 9 2 0/2 2 8 1 1/7 7 0 0 0/3 2 6 3 0/2 5 3 2 2/6 5 2 1 0/0 2 2 3 7"""
    items = {}
    for number, line in enumerate(table.split("/")):
        words = [str(category) for category, count in enumerate(line.split()) for _ in range(int(count))]
        items[str(number)] = {f"rater {place}": word for place, word in enumerate(words)}
    assert agreement.fleiss(items) == pytest.approx(0.210, abs=5e-4)


def test_krippendorff__three_coders_with_gaps() -> None:
    """The example of the English Wikipedia's article on Krippendorff's alpha: nominal 0.691."""
    coders = {
        "a": "* * * * * 3 4 1 2 1 1 3 3 * 3",
        "b": "1 * 2 1 3 3 4 3 * * * * * * *",
        "c": "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
    }
    items: dict[str, dict[str, str]] = {}
    for who, line in coders.items():
        for number, word in enumerate(line.split()):
            if word != "*":
                items.setdefault(str(number), {})[who] = word
    assert agreement.krippendorff(items) == pytest.approx(0.691, abs=5e-4)


def test_measure__counts_only_what_two_people_decided() -> None:
    said = pl.DataFrame(
        [("ann", "a", "approve"), ("bob", "a", "approve"), ("ann", "b", "reject"), ("bob", "b", "approve"),
         ("ann", "c", "approve")],
        schema=["who", "key", "verdict"], orient="row",
    )  # fmt: skip
    found = agreement.measure(said)
    assert (found.items, found.same, found.people) == (2, 1, ("ann", "bob"))
    assert [(pair.first, pair.second, pair.both, pair.same) for pair in found.pairs] == [("ann", "bob", 2, 1)]
    assert agreement.measure(said.head(0)).alpha is None
