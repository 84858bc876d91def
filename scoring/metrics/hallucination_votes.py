"""Objects that a response asserts and that a multimodal language model does not see in the images."""

from __future__ import annotations

from functools import partial

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge import answers, client, endpoint
from scoring.judge.answers import YesNoAnswer
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, pictures
from scoring.metric import Batch, Flag, Metric, Result, Vote
from scoring.text import support
from scoring.text.mentions import Mention

METRIC = Metric(
    name="hallucination_votes",
    version="4",
    title="Objects denied by votes",
    principle="hallucination",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of asserted objects",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("hallucination",),
    builtin=False,
    params={**client.PARAMS, "max_tokens": 60},
    running=client.RUNNING,
    machine_params=endpoint.machine_params,
)


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up."""
    return Judge(params)


def questions(item: TurnItem, params: Params) -> list[ChatQuestion]:
    """Lists what is asked about a turn: one question per distinct object that the response asserts.

    Args:
        item: The turn.
        params: Has `image_side`, the pixels of the longer side of the images that are sent.

    Returns:
        The questions; none for a sample without images.
    """
    if not item.sample.images:
        return []
    names = dict.fromkeys(_name(mention) for mention in support.claims(item))
    return [_question(item, name, params) for name in names]


def score(batch: Batch, model: Judge) -> list[Result]:
    """Computes the share of the objects asserted by each response that most votes deny, asked as POPE asks.

    0 to 1; None without images or without any object asserted. "Is there a dog in the image?" is asked once
    per distinct object, with k votes; a tie is "unsure" and counts as not denied. Every denied or unsure
    span is flagged with its votes as the evidence of source "llm"; a flag of `hallucination` on the same span
    is the same question, to be shown as one. The share of yes is a vote on every claim, denied or not.
    Li et al., TMLR 2024, section 3.3.3; POPE: Li et al., EMNLP 2023.

    Args:
        batch: Turns.
        model: The endpoint to ask.

    Returns:
        One result per turn, with votes and flags.
    """
    items = [item for item in batch.items if isinstance(item, TurnItem)]
    return model.each(items, partial(_score, model))


def _score(judge: Judge, item: TurnItem) -> Result:
    claims = support.claims(item) if item.sample.images else []
    if not claims:
        return Result()
    names = dict.fromkeys(_name(mention) for mention in claims)
    polls = {name: judge.poll(_question(item, name, judge.params), answers.yes_no) for name in names}
    flags = [_flag(item, mention, polls[_name(mention)], judge.endpoint.model) for mention in claims]
    denied = sum(flag is not None and flag.verdict == "unsupported" for flag in flags)
    votes = tuple(_vote(item, mention, polls[_name(mention)]) for mention in claims)
    return Result(denied / len(claims), flags=tuple(flag for flag in flags if flag is not None), votes=votes)


def _vote(item: TurnItem, mention: Mention, answers_of_model: list[YesNoAnswer]) -> Vote:
    yes = sum(answer.yes for answer in answers_of_model)
    detail = f'{yes} of {len(answers_of_model)} say that there is a "{_name(mention)}"'
    return Vote(item.turn.index, mention.start, mention.end, mention.text, "llm", yes / len(answers_of_model), detail)


def _name(mention: Mention) -> str:
    """What to ask for: the class where the word has one reading, else the word itself."""
    return mention.readings[0] if len(mention.readings) == 1 else mention.text.lower()


def _question(item: TurnItem, name: str, params: Params) -> ChatQuestion:
    article = "an" if name[0] in "aeiou" else "a"
    where = "image" if len(item.sample.images) == 1 else "images"
    data = {"question": f"Is there {article} {name} in the {where}?"}
    images = pictures(item.sample, int(params["image_side"]))
    return ask("object_present", data, images).answered_by(answers.YES_NO)


def _flag(item: TurnItem, mention: Mention, votes: list[YesNoAnswer], model: str) -> Flag | None:
    yes = sum(vote.yes for vote in votes)
    no = len(votes) - yes
    if yes > no:
        return None
    return Flag(
        kind="hallucination",
        reason=f'{no} of {len(votes)} votes say that there is no "{_name(mention)}" in the image.',
        turn=item.turn.index,
        start=mention.start,
        end=mention.end,
        text=mention.text,
        verdict="unsupported" if no > yes else "unsure",
        score=no / len(votes),
        evidence={"llm": {"yes": yes, "no": no, "model": model}},
    )
