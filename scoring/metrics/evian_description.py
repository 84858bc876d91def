"""Consistency, coherence and accuracy of what a response describes of its images, by a judge (arXiv 2604.20544)."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge.client import Judge
from scoring.judge.grading import EVIAN
from scoring.judge.question import ChatQuestion
from scoring.metric import Batch, Result

METRIC = EVIAN.metric("description", "Visual description, judged", "hallucination")


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up."""
    return Judge(params)


def questions(item: TurnItem, params: Params) -> list[ChatQuestion]:
    """The question about a turn that all metrics of the rubric share."""
    return EVIAN.questions(item, params)


def score(batch: Batch, model: Judge) -> list[Result]:
    """The grade of each turn, as `scoring.judge.grading` describes it."""
    return EVIAN.score("description", batch, model)
