"""Whether a response is right for its images and instruction, by the votes of a multimodal language model."""

from __future__ import annotations

from functools import partial

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge import answers, client, endpoint
from scoring.judge.answers import YesNoAnswer
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, conversation, pictures
from scoring.metric import Batch, Flag, Metric, Result, Unavailable

MAJORITY = 0.5
"""Share of votes that a response needs more than to be right; a smaller one is flagged."""

METRIC = Metric(
    name="correctness",
    version="2",
    title="Correctness by votes (C)",
    principle="correctness",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of votes",
    bad_when="low",
    suggested=(MAJORITY, None),
    flags=("incorrect",),
    labels=False,
    builtin=False,
    params=client.PARAMS,
    running=client.RUNNING,
    machine_params=endpoint.machine_params,
)


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up, or when votes could be tied."""
    judge = Judge(params)
    if judge.votes % 2 == 0:
        raise Unavailable(f"Correctness needs an odd number of votes, so that one side wins; {judge.votes} are set.")
    return judge


def questions(item: TurnItem, params: Params) -> list[ChatQuestion]:
    """Lists what is asked about a turn.

    Args:
        item: The turn.
        params: Has `image_side`, the pixels of the longer side of the images that are sent.

    Returns:
        One question; none without images or a response.
    """
    if not item.sample.images or not item.turn.answer.strip():
        return []
    images = pictures(item.sample, int(params["image_side"]))
    return [ask("correctness", conversation(item), images).answered_by(answers.YES_NO_WITH_REASON)]


def score(batch: Batch, model: Judge) -> list[Result]:
    """Computes the share of votes that call the response right for its images and instruction.

    0 to 1, the majority wins at 0.5; None without images or response. Each vote is an answer of its own at a
    temperature above 0. The mean x 100 is the dataset's C. A turn whose majority says no is flagged with the
    split. Li et al., TMLR 2024, sections 4.2.3 and 5, "taking the highest frequency as the final accuracy
    score"; the prompt is ours (theirs is unpublished).

    Args:
        batch: Turns.
        model: The endpoint to ask.

    Returns:
        One result per turn.
    """
    return model.each_by_votes(batch, questions, answers.yes_no, partial(_result, model.endpoint.model))


def _result(model_name: str, item: TurnItem, votes: list[YesNoAnswer]) -> Result:
    value = sum(vote.yes for vote in votes) / len(votes)
    return Result(value, flags=() if value > MAJORITY else (_flag(item, votes, model_name),))


def _flag(item: TurnItem, votes: list[YesNoAnswer], model: str) -> Flag:
    yes = sum(vote.yes for vote in votes)
    no = len(votes) - yes
    reasons = list(dict.fromkeys(vote.reason for vote in votes if vote.reason and not vote.yes))
    first_reason = f' "{reasons[0]}"' if reasons else ""
    return Flag(
        kind="incorrect",
        reason=f"{no} of {len(votes)} votes say that the response is not right.{first_reason}",
        turn=item.turn.index,
        score=no / len(votes),
        evidence={"llm": {"yes": yes, "no": no, "confidence": no / len(votes), "model": model, "reasons": reasons}},
    )
