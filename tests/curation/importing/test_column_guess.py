"""Guesses of what the columns of a table hold."""

from __future__ import annotations

import pytest

from curation.importing import column_guess


@pytest.mark.parametrize(
    ("row", "guessed"),
    [
        (
            {"uid": "7", "img_path": "a/1.jpg", "question": "What?", "answer": "A dog.", "score": 0.3},
            {"instruction": "question", "response": "answer", "image": "img_path", "id": "uid"},
        ),
        (
            {"Picture": "1.png", "Prompt": "Describe.", "Model Output": "A dog."},
            {"instruction": "Prompt", "response": "Model Output", "image": "Picture"},
        ),
        ({"photo": {"bytes": None, "path": "1.png"}, "caption": "A dog."}, {"response": "caption", "image": "photo"}),
        (
            {"qa": {"question": "What?", "answer": "A dog."}, "file": "1.jpg"},
            {"instruction": "qa.question", "response": "qa.answer", "image": "file"},
        ),
        (
            {"talk": [{"role": "user", "content": "Hi"}], "chat": [{"from": "human", "value": "Hi"}]},
            {"messages": "chat"},
        ),
        (
            {"prompt": "What?", "chosen": "A dog.", "rejected": "A cat.", "image": "1.jpg"},
            {"instruction": "prompt", "image": "image", "chosen": "chosen", "rejected": "rejected"},
        ),
        (
            {"k1": "x/1.webp", "k2": "Was ist das?", "k3": "Ein Hund am Strand."},
            {"instruction": "k2", "response": "k3", "image": "k1"},
        ),
        ({"number": 3}, {}),
    ],
)
def test_guess__by_names_and_values(row: dict[str, object], guessed: dict[str, str]) -> None:
    assert column_guess.guess([row, row]) == guessed


@pytest.mark.parametrize("rows", [[], [None, 1, "text"], [{}], [{"a": None}]])
def test_guess__of_nothing__is_nothing(rows: list[object]) -> None:
    assert column_guess.guess(rows) == {}


def test_guess__column_of_videos__is_no_column_of_pictures() -> None:
    rows = [{"frage": f"Was ist {n}?", "clip": f"{n}.mp4", "antwort": f"Ein Hund, {n}."} for n in range(3)]
    guessed = column_guess.guess(rows)
    assert (guessed["video"], "image" in guessed) == ("clip", False)
