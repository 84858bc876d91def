"""Whether a response gives all that is asked for, by a judge's grade; one answer grades all four of `rubric_`."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge.client import Judge
from scoring.judge.grading import RUBRIC
from scoring.judge.question import ChatQuestion
from scoring.metric import Batch, Result

METRIC = RUBRIC.metric("completeness", "Completeness, judged", "granularity")


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up."""
    return Judge(params)


def questions(item: TurnItem, params: Params) -> list[ChatQuestion]:
    """Lists what is asked about a turn; all metrics of the rubric share it.

    Args:
        item: The turn.
        params: Has `image_side`, the pixels of the longer side of the images that are sent.

    Returns:
        One question; none where there is nothing to grade.
    """
    return RUBRIC.questions(item, params)


def score(batch: Batch, model: Judge) -> list[Result]:
    """Grades each response, as `scoring.judge.grading` describes it.

    Args:
        batch: Turns.
        model: The endpoint to ask.

    Returns:
        One result per turn, 1 to 10; None where the judge finds nothing to grade.
    """
    return RUBRIC.score("completeness", batch, model)
