"""Samples are found by all words of a query, in any turn, and by phrases in quotes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from curation.importing.importer import import_file
from curation.workspace import Workspace
from storage import search

TEXTS = [
    ("What does the dog do?", "It catches a frisbee."),
    ("What is there?", "A frisbee for a DOG."),
    ("Is there a cat?", "A hot dog on a plate."),
    ("What is red?", "A frisbee."),
]


@pytest.fixture
def filled(workspace: Workspace, llava: Callable[..., Path]) -> Workspace:
    """One sample for each of TEXTS, without pictures."""
    rows = [
        {"id": number, "conversations": [{"from": "human", "value": asked}, {"from": "gpt", "value": answered}]}
        for number, (asked, answered) in enumerate(TEXTS)
    ]
    import_file(workspace, llava(rows))
    return workspace


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("dog", [0, 1, 2]),
        ("dog frisbee", [0, 1]),
        ("frisbee  DOG", [0, 1]),
        ('"hot dog"', [2]),
        ('"hot dog" plate', [2]),
        ("“frisbee for” dog", [1]),
        ('"a frisbee', [0, 1, 3]),
        ("dog zebra", []),
        ('""', []),
        ("  ", []),
        ("100% $term0 ' OR 1=1", []),
    ],
)
def test_containing__all_words_and_phrases_in_any_turn(filled: Workspace, query: str, numbers: list[int]) -> None:
    assert search.containing(filled.store, query).tolist() == numbers


def test_terms__are_cut_at_blanks_and_quotes_each_once() -> None:
    assert search.terms('Red  "hot dog" red cat"s end') == ["red", "hot dog", "cat", "s end"]
    assert len(search.terms(" ".join(map(str, range(100))))) == search.MOST_TERMS
