from __future__ import annotations

import time

import pytest

from pages.components import difference
from pages.components.difference import GONE, NEW, SAME

TEXTS = {
    "all the same words": ("a " * 500_000, "a " * 499_000),
    "all different words": (" ".join(f"x{n}" for n in range(120_000)), " ".join(f"y{n}" for n in range(120_000))),
    "only marks": ("." * 1_000_000, "!" * 1_000_000),
    "one word": ("a" * 1_000_000, "b" * 1_000_000),
    "short sentences": ("A. " * 330_000, "B. " * 330_000),
}


@pytest.mark.parametrize("name", TEXTS)
def test_html__of_two_long_texts_comes_at_once(name: str) -> None:
    before, after = TEXTS[name]
    began = time.thread_time()
    parts, _ = difference.compare(before, after)
    assert time.thread_time() - began < 1
    assert "".join(text for kind, text in parts if kind != NEW) == before
    assert "".join(text for kind, text in parts if kind != GONE) == after


def test_compare__names_the_words_that_went_and_came() -> None:
    parts, full = difference.compare("A dog sits on the red table.", "A cat sits on the table now.")
    assert full
    assert parts == [
        (SAME, "A "), (GONE, "dog"), (NEW, "cat"), (SAME, " sits on the "), (GONE, "red "), (SAME, "table"),
        (NEW, " now"), (SAME, "."),
    ]  # fmt: skip


def test_compare__long_texts__sentence_by_sentence_and_says_so() -> None:
    said = [f"Thing number {n} stands here." for n in range(900)]
    other = [text.replace("here", "there") if n in (0, 500, 899) else text for n, text in enumerate(said)]
    before, after = " ".join(said), " ".join(other)
    parts, full = difference.compare(before, after)
    assert not full
    assert [text for kind, text in parts if kind == GONE] == ["here"] * 3
    assert "too long to be compared word by word" in difference.html(before, after)
