from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from scoring.judge import tags


def test_frequent__counts_generations_not_repetitions_and_reads_spellings_as_one() -> None:
    given = [["Object-Counting", "object counting"], ["object_counting", "captioning"], ["object counting."], [" "]]
    assert tags.frequent(given, 1) == {"object counting": 3, "captioning": 1}
    assert tags.frequent(given, 3) == {"object counting": 3}
    assert tags.frequent(given, 4) == {}


def test_merged__above_the_cosine_only_and_into_the_more_frequent() -> None:
    angles = {"a": 0.0, "near a": 17.0, "far": 19.0}  # cosines 0.956 and 0.946 with "a"

    def embed(texts: Sequence[str]) -> tags.Array:
        radians = np.radians([angles[text] for text in texts])
        return np.stack([np.cos(radians), np.sin(radians)], 1).astype(np.float32)

    assert tags.merged({"a": 5, "near a": 4, "far": 3}, embed, 0.95) == {"a": 9, "far": 3}
    assert tags.merged({}, embed, 0.95) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("object counting", "counting objects", True),
        ("image description", "image descriptions", True),
        ("object counting", "object detection", False),
        ("scene description", "image description", False),
        ("image captioning", "picture description", False),  # a synonym is beyond it
    ],
)
def test_character_vectors__merge_forms_of_the_same_words_only(one: str, other: str, same: bool) -> None:
    assert (len(tags.merged({one: 2, other: 1}, tags.character_vectors, 0.95)) == 1) == same


def test_winner__most_votes_then_the_earliest() -> None:
    assert tags.winner(["a", "b", "b"]) == ("b", pytest.approx(2 / 3))
    assert tags.winner(["b", "a"]) == ("b", 0.5)
