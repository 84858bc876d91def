from __future__ import annotations

import pytest

from scoring.judge import answers
from scoring.judge.answers import Malformed, YesNoAnswer


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        ("Yes.", YesNoAnswer(True)),
        ("no", YesNoAnswer(False)),
        ("**No**, there is none.", YesNoAnswer(False)),
        ('{"answer": "yes", "reason": "all true"}', YesNoAnswer(True, "all true")),
        ('```json\n{"answer": "No"}\n```', YesNoAnswer(False)),
        ('Here it is: {"answer": false, "reason": "two dogs"} I hope so.', YesNoAnswer(False, "two dogs")),
        ('<think>yes? {"answer": "yes"}</think>\n{"answer": "no"}', YesNoAnswer(False)),
    ],
)
def test_yes_no__reads(text: str, vote: YesNoAnswer) -> None:
    assert answers.yes_no(text) == vote


@pytest.mark.parametrize(
    "text", ["", "Maybe", "I say yes", "nobody", '{"answer": 1}', '{"verdict": "yes"}', '{"answer": "yes"', "[]"]
)
def test_yes_no__refuses(text: str) -> None:
    with pytest.raises(Malformed):
        answers.yes_no(text)


@pytest.mark.parametrize(("text", "number"), [('{"score": 7}', 7), ("7", 7), ("**8/10**", 8), ('{"score": "3"}', 3)])
def test_score__reads(text: str, number: float) -> None:
    assert answers.score(text) == number


@pytest.mark.parametrize(
    "text", ["0", "11", "-3", "seven", '{"score": null}', '{"score": true}', "Between 5 and 7", '{"score": "high"}']
)
def test_score__refuses(text: str) -> None:
    with pytest.raises(Malformed):
        answers.score(text)


@pytest.mark.parametrize("text", ['{"task": "Counting"}', "counting.", '"counting"'])
def test_choice__reads(text: str) -> None:
    assert answers.choice(text, ["captioning", "counting"], "task") == "counting"


@pytest.mark.parametrize("text", ['{"task": "singing"}', "counting or captioning", '{"tag": "counting"}', ""])
def test_choice__refuses(text: str) -> None:
    with pytest.raises(Malformed):
        answers.choice(text, ["captioning", "counting"], "task")


def test_strings__reads_a_list_and_refuses_what_is_none() -> None:
    assert answers.strings('{"tags": ["a", "b"]}', "tags") == ["a", "b"]
    for text in ('{"tags": []}', '{"tags": "a"}', '{"tags": [1]}', "a, b"):
        with pytest.raises(Malformed):
            answers.strings(text, "tags")
