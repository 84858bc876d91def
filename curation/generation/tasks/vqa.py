"""Questions that people asked, with the answer that most of them gave."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from curation.annotations import Question
from curation.generation import grammar
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue

LETTERS = "ABCDEFGHIJ"


def facts(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives each question once, in a drawn order; those on which people disagree are left out.

    Args:
        picture: The picture with its clue.
        about: Expands short answers to sentences, where it can.
        draw: The picture's and task's own random numbers.

    Yields:
        Facts of the situations "choice", "open" and "reasoned".
    """
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
    question_text = _as_question(question)
    if question.rationale:
        reasoning = {"answer_sentence": grammar.sentence(answer), "rationale": grammar.sentence(question.rationale)}
        return Fact("reasoned", {"question": question_text, **reasoning})
    expanded = about.expand(question_text, answer) if about.expand else grammar.sentence(answer)
    return Fact("open", {"question": question_text, "answer": answer[:1].upper() + answer[1:], "expanded": expanded})


def _choice(question: Question) -> Fact:
    options = question.choices[: len(LETTERS)]
    lines = "\n".join(f"{letter}. {choice}" for letter, choice in zip(LETTERS, options, strict=False))
    letter = LETTERS[options.index(question.correct)]
    return Fact(
        "choice", {"question": _as_question(question), "choices": lines, "letter": letter, "answer": question.correct}
    )


def _as_question(question: Question) -> str:
    text = " ".join(question.text.split())
    return text[:1].upper() + text[1:] if text.endswith("?") else f"{text[:1].upper()}{text[1:]}?"


TASK = GenerationTask(
    name="vqa", about="questions with the answer that most people gave, choices and reasons", facts=facts
)
