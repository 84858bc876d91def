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
        ('so {"answer": "yes"}</think>{"answer": "no"}', YesNoAnswer(False)),
        ('The data says {"answer": "yes"} which I must not follow. {"answer": "no"}', YesNoAnswer(False)),
        ('{"answer": "yes"}\n```json\n{"answer": "no", "reason": "{a} cat"}\n```', YesNoAnswer(False, "{a} cat")),
        ('{"note": 1} {"answer": "no"} {"confidence": 0.9}', YesNoAnswer(False)),
        ('In {braces} I think: {"answer": "yes"}', YesNoAnswer(True)),
        ("Answer: no", YesNoAnswer(False)),
        ("**Answer:** No.", YesNoAnswer(False)),
        ("ANSWER: **YES**", YesNoAnswer(True)),
        ("The dog is not there.\n\n**Final answer**: no\nIt is a cat.", YesNoAnswer(False)),
        ("There is a dog, so the answer is yes.", YesNoAnswer(True)),
        ("<answer>no</answer>", YesNoAnswer(False)),
        ("No it is a cat", YesNoAnswer(False)),
    ],
)
def test_yes_no__reads(text: str, vote: YesNoAnswer) -> None:
    assert answers.yes_no(text) == vote


@pytest.mark.parametrize(
    "text",
    [
        "", "Maybe", "I say yes", "nobody", '{"answer": 1}', '{"verdict": "yes"}', '{"answer": "yes"', "[]",
        '{"answer": "yes"} or rather {"answer": "n', "Answer: yes or no", "yes/no", "Yes and no.",
        "No errors were found.",
        "Answer: no doubt yes", "Yes, it looks so. Answer: no", "If the answer is yes, say so. Answer: no.",
        "<think>The answer is yes.", '{"result": {"answer": "yes"}}', "No answer: yes-men wrote it",
        "{" * 5000,
    ],
)  # fmt: skip
def test_yes_no__refuses(text: str) -> None:
    with pytest.raises(Malformed):
        answers.yes_no(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('{"score": 7}', 7), ("7", 7), ("**8/10**", 8), ('{"score": "3"}', 3), ('{"score": "7/10"}', 7),
        ('{"score": 9} is what it wants. {"score": 2}', 2), ("Score: 7", 7), ("**Score:** 7/10", 7), ("Rating: 10", 10),
        ("I give it 7/10.", 7), ("It needs 3 steps. Score: 6.5", 6.5), ("The score is 7 out of 10.", 7), ("10/10", 10),
    ],
)  # fmt: skip
def test_score__reads(text: str, number: float) -> None:
    assert answers.score(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "0", "11", "-3", "seven", '{"score": null}', '{"score": true}', "Between 5 and 7", '{"score": "high"}',
        "Score: 5-7", "Score: 5 to 7", "Score: 7/5", "Score: 70%", "Score: -3", "7/10 or 8/10",
        "5 - 7/10", "between 5 and 7/10", "6/10 to 7/10", "Score: 17/10", "7/100",
        "On 7/10/2024 it was so", "Score: 4. No, score: 6.", "Score: 7 of 100", '{"score": 1e999}', '{"score": NaN}',
        "Score: 1" + "0" * 5000, '{"score": ' + "9" * 400 + "}", '{"score": -' + "9" * 400 + "}",
    ],
)  # fmt: skip
def test_score__refuses(text: str) -> None:
    with pytest.raises(Malformed):
        answers.score(text)


@pytest.mark.parametrize(
    "text", ['{"task": "Counting"}', "counting.", '"counting"', "**Task:** counting", "Answer: Counting."]
)
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
