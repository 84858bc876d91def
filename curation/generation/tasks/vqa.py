"""Questions that people asked, with the answer that most of them gave."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from curation.annotations import Question
from curation.generation import grammar
from curation.generation.adapt import About, Fact, Picture, Task

LETTERS = "ABCDEFGHIJ"


def facts(picture: Picture, about: About, draw: random.Random) -> Iterator[Fact]:
    """Each question once, in a drawn order; those on which people disagree are left out."""
    for question in draw.sample(picture.clue.questions, len(picture.clue.questions)):
        if question.correct and draw.random() < 0.5:
            yield _choice(question)
        elif answer := agreed(question.answers):
            yield _open(question, answer, about)
        elif question.correct:
            yield _choice(question)


def agreed(answers: Mapping[str, int]) -> str:
    """The answer that more than half gave, "" when there is none."""
    best = max(answers, key=lambda answer: (answers[answer], answer), default="")
    return best if best and 2 * answers[best] > sum(answers.values()) else ""


def _open(question: Question, answer: str, about: About) -> Fact:
    asked = _asked(question)
    if question.rationale:
        said = {"answer_sentence": grammar.sentence(answer), "rationale": grammar.sentence(question.rationale)}
        return Fact("reasoned", {"question": asked, **said})
    expanded = about.expand(asked, answer) if about.expand else grammar.sentence(answer)
    return Fact("open", {"question": asked, "answer": answer[:1].upper() + answer[1:], "expanded": expanded})


def _choice(question: Question) -> Fact:
    options = question.choices[: len(LETTERS)]
    lines = "\n".join(f"{letter}. {choice}" for letter, choice in zip(LETTERS, options, strict=False))
    letter = LETTERS[options.index(question.correct)]
    return Fact(
        "choice", {"question": _asked(question), "choices": lines, "letter": letter, "answer": question.correct}
    )


def _asked(question: Question) -> str:
    asked = " ".join(question.text.split())
    return asked[:1].upper() + asked[1:] if asked.endswith("?") else f"{asked[:1].upper()}{asked[1:]}?"


TASK = Task(name="vqa", about="questions with the answer that most people gave, choices and reasons", facts=facts)
