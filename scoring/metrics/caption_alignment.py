"""How well a sample agrees with a caption that a judge writes of its images without knowing the sample.

After SCALE (https://arxiv.org/abs/2506.08429), which aligns samples with captions that it generates itself; the prompts
are ours. The caption is asked for once for all turns and samples of the same images.
"""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge import answers, client, endpoint
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, conversation, pictures
from scoring.metric import Batch, Metric, Result

METRIC = Metric(
    name="caption_alignment",
    version="1",
    title="Agreement with a generated caption, judged",
    principle="hallucination",
    subject="turn",
    range=(1.0, 10.0),
    unit="1 to 10",
    bad_when="low",
    builtin=False,
    params={**client.PARAMS, "votes": 1, "max_tokens": 400},
    running=client.RUNNING,
    machine_params=endpoint.machine_params,
)


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up."""
    return Judge(params)


def questions(item: TurnItem, params: Params) -> list[ChatQuestion]:
    """Lists what is asked about a turn.

    Args:
        item: The turn.
        params: Has `image_side`, the pixels of the longer side of the images that are sent.

    Returns:
        For a caption of the images, and for the grade, here with the response in the caption's place; none without
        images or response.
    """
    if not item.sample.images or not item.turn.answer.strip():
        return []
    return [_caption(item, params), _aligned(item, item.turn.answer)]


def score(batch: Batch, model: Judge) -> list[Result]:
    """Grades how well instruction and response belong to the images as the caption describes them.

    1 (about something else) to 10; None without images or response. The grade is given without the images.

    Args:
        batch: Turns.
        model: The endpoint to ask.

    Returns:
        One result per turn.
    """

    def result(item: TurnItem) -> Result:
        if not questions(item, model.params):
            return Result()
        caption = model.ask(_caption(item, model.params), lambda text: answers.string(text, "caption"))
        grades = model.poll(_aligned(item, caption), answers.score)
        return Result(sum(grades) / len(grades))

    return model.each([item for item in batch.items if isinstance(item, TurnItem)], result)


def _caption(item: TurnItem, params: Params) -> ChatQuestion:
    images = pictures(item.sample, int(params["image_side"]))
    return ask("caption", {"images": len(images)}, images).answered_by(answers.text_field("caption"))


def _aligned(item: TurnItem, caption: str) -> ChatQuestion:
    return ask("caption_alignment", {"caption": caption, **conversation(item)}).answered_by(answers.SCORE)
