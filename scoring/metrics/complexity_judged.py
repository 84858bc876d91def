"""How complex a language model finds an instruction, from one glance to many steps of reasoning."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge import answers, client, endpoint
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, conversation
from scoring.metric import Batch, Metric, Result

METRIC = Metric(
    name="complexity_judged",
    version="2",
    title="Instruction complexity, judged",
    principle="instruction complexity",
    subject="turn",
    range=(1.0, 10.0),
    unit="1 to 10",
    bad_when="low",
    builtin=False,
    params={**client.PARAMS, "max_tokens": 60},
    running=client.RUNNING,
    machine_params=endpoint.machine_params,
)


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up."""
    return Judge(params)


def questions(item: TurnItem, _params: Params) -> list[ChatQuestion]:
    """Lists what is asked about a turn; images are not sent.

    Args:
        item: The turn.
        _params: Not used.

    Returns:
        One question; none without an instruction.
    """
    data = conversation(item)
    return [ask("complexity", data).answered_by(answers.SCORE)] if data["instruction"] else []


def score(batch: Batch, model: Judge) -> list[Result]:
    """Computes the mean of k scores that a language model gives to each instruction with its response.

    1 to 10, None without an instruction. The prompt shows an example for every score. Li et al., TMLR 2024,
    section 4.2.3: "rely on manually scored examples to give all candidate pairs a complexity score of 1-10";
    their data sets reach means of 4.4 to 7.1. Prompt and examples are ours (theirs are unpublished).

    Args:
        batch: Turns.
        model: The endpoint to ask.

    Returns:
        One result per turn.
    """
    return model.each_by_votes(batch, questions, answers.score, _mean)


def _mean(_item: TurnItem, scores: list[float]) -> Result:
    return Result(sum(scores) / len(scores))
