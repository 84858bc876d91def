"""What of a response is its answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scoring.item import Sample, Turn, TurnItem
from scoring.metric import Batch
from scoring.metrics import leakage, refusal, repetition, response_length


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("A dog.", "A dog."),
        ("<think>I cannot see it.</think>A dog.", "A dog."),
        ("\n<think>\nTwo\nlines.\n</think>\n\nA dog.", "A dog."),
        ("<thinking>Hm.</thinking> A dog.", "A dog."),
        ("Use <think> and </think> to think.", "Use <think> and </think> to think."),
        ("<think>never closed", "<think>never closed"),
        ("<think>nothing else</think>", ""),
        ("", ""),
    ],
)
def test_answer__is_what_follows_the_thought(response: str, answer: str) -> None:
    turn = Turn(0, 0, "What is it?", response)
    assert turn.answer.strip() == answer
    assert len(turn.answer) == len(response)
    assert turn.answer.endswith(response[len(response) - len(answer) :])


def test_metrics__thought_of_refusals__is_not_measured() -> None:
    thought = "<think>I'm sorry, as an AI language model I cannot see the image. Again and again and again.</think>"
    values = []
    for response in ("A brown dog.", f"{thought}A brown dog."):
        turn = Turn(0, 0, "What is it?", response)
        batch = Batch([TurnItem(Sample(0, (turn,), ()), turn)])
        results = [
            metric.score(batch, metric.load(metric.METRIC.params))[0]
            for metric in (response_length, refusal, leakage, repetition)
        ]
        values.append([(result.value, [flag.kind for flag in result.flags]) for result in results])
    assert values[0] == values[1]


def test_scorers__read_answers__and_never_what_was_thought_before_them() -> None:
    scoring = Path(__file__).parents[2] / "scoring"
    files = [path for part in ("features", "metrics", "stages", "text") for path in (scoring / part).glob("*.py")]
    assert files
    whole = re.compile(r"turn\.response(?!\[)")  # words at a place are cut out of the whole response
    assert [path.name for path in files if whole.search(path.read_text(encoding="utf-8"))] == []
