"""Whether a person who asked would be glad of a response, by a judge; one answer grades all four of `rubric_`."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge.client import Judge
from scoring.judge.grading import RUBRIC
from scoring.judge.question import ChatQuestion
from scoring.metric import Batch, Result

METRIC = RUBRIC.metric("helpfulness", "Helpfulness, judged", "readability")


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up."""
    return Judge(params)


def questions(item: TurnItem, params: Params) -> list[ChatQuestion]:
    """The question about a turn that all metrics of the rubric share."""
    return RUBRIC.questions(item, params)


def score(batch: Batch, model: Judge) -> list[Result]:
    """The grade of each turn, as `scoring.judge.grading` describes it."""
    return RUBRIC.score("helpfulness", batch, model)
