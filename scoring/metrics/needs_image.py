"""How often a judge that is not shown the images gives the right answer: such samples teach nothing about seeing."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge import answers, client, endpoint
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, conversation
from scoring.metric import Batch, Metric, Result

METRIC = Metric(
    name="needs_image",
    version="1",
    title="Right without the image, judged",
    principle="visual complexity",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of guesses",
    bad_when="high",
    builtin=False,
    params={**client.PARAMS, "votes": 3, "max_tokens": 200},
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
        For a guess, and whether the guess is right, here with the response itself in its place; none without images,
        instruction or response.
    """
    data = conversation(item)
    if not item.sample.images or not data["instruction"] or not data["response"]:
        return []
    return [_blind(data), _same(data, str(data["response"]))]


def score(batch: Batch, model: Judge) -> list[Result]:
    """Computes the share of guesses without the image that are right.

    0 (the image is needed) to 1 (the instruction gives the answer away); None without images. Each vote is a guess of
    its own, compared with the response by the same judge.

    Args:
        batch: Turns.
        model: The endpoint to ask.

    Returns:
        One result per turn.
    """

    def result(item: TurnItem) -> Result:
        if not questions(item, model.params):
            return Result()
        data = conversation(item)
        guesses = model.poll(_blind(data), lambda text: answers.string(text, "guess"))
        right = [model.ask(_same(data, guess), answers.yes_no).yes for guess in guesses]
        return Result(sum(right) / len(right))

    return model.each([item for item in batch.items if isinstance(item, TurnItem)], result)


def _blind(data: dict[str, object]) -> ChatQuestion:
    without_response = {name: value for name, value in data.items() if name != "response"}
    return ask("blind", without_response).answered_by(answers.text_field("guess"))


def _same(data: dict[str, object], guess: str) -> ChatQuestion:
    compared = {"instruction": data["instruction"], "response": data["response"], "guess": guess}
    return ask("same_answer", compared).answered_by(answers.YES_NO)
