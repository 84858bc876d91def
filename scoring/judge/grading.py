"""Several grades in one answer: metrics that read the same answer are asked and paid for once.

Each metric asks the very same question, and the cache of answers gives it to all but the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from scoring.item import TurnItem
from scoring.json_types import JsonObject, Params
from scoring.judge import answers, client, endpoint
from scoring.judge.answers import Grade
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, conversation, pictures
from scoring.metric import Batch, Metric, Result

Load: TypeAlias = Callable[[Params], Judge]
Questions: TypeAlias = Callable[[TurnItem, Params], list[ChatQuestion]]
Score: TypeAlias = Callable[[Batch, Judge], list[Result]]

_GRADE: JsonObject = {"type": ["integer", "null"], "enum": [*range(1, 11), None]}


@dataclass(frozen=True)
class Rubric:
    """A prompt and what its answer grades: `parts` by name, each with the aspects that it is graded in, or with none.

    With `of_images`, only turns of samples with images are graded.
    """

    prompt: str
    parts: Mapping[str, Sequence[str]]
    of_images: bool

    def metric(self, part: str, title: str, principle: str) -> Metric:
        """Declares the metric that is the grade of one part.

        Args:
            part: The part.
            title: The metric's title.
            principle: The principle that it stands for.

        Returns:
            The metric `PROMPT_PART`.
        """
        return Metric(
            name=f"{self.prompt}_{part}",
            version="1",
            title=title,
            principle=principle,
            subject="turn",
            range=(1.0, 10.0),
            unit="1 to 10",
            bad_when="low",
            builtin=False,
            params={**client.PARAMS, "votes": 1, "max_tokens": 200},
            running=client.RUNNING,
            machine_params=endpoint.machine_params,
        )

    def functions(self, part: str) -> tuple[Load, Questions, Score]:
        """Gives the functions of the metric that is the grade of one part.

        Args:
            part: The part.

        Returns:
            What loads the endpoint, what lists the question about a turn, which all parts share, and what grades turns.
        """
        return Judge, self.questions, partial(self.score, part)

    def questions(self, item: TurnItem, params: Params) -> list[ChatQuestion]:
        """Lists what is asked about a turn.

        Args:
            item: The turn.
            params: Has `image_side`, the pixels of the longer side of the images that are sent.

        Returns:
            One question; none without a response, or without images that the prompt needs.
        """
        if not item.turn.answer.strip() or (self.of_images and not item.sample.images):
            return []
        images = pictures(item.sample, int(params["image_side"]))
        return [ask(self.prompt, conversation(item), images).answered_by(self._fields())]

    def score(self, part: str, batch: Batch, model: Judge) -> list[Result]:
        """Grades one part of each response.

        Args:
            part: The part.
            batch: Turns.
            model: The endpoint to ask.

        Returns:
            The mean over votes and aspects, 1 to 10, per turn; None where the judge finds nothing to grade.
        """
        parse = partial(answers.grade, key=part, aspects=self.parts[part])
        return model.each_by_votes(batch, self.questions, parse, _mean)

    def _fields(self) -> dict[str, JsonObject]:
        return {part: _aspects(aspects) if aspects else _GRADE for part, aspects in self.parts.items()}


RUBRIC = Rubric("rubric", {"accuracy": (), "completeness": (), "grounding": (), "helpfulness": ()}, of_images=False)

_ASPECTS = ("consistency", "coherence", "accuracy")
EVIAN = Rubric("evian", {"description": _ASPECTS, "inference": _ASPECTS, "fact": _ASPECTS}, of_images=True)
"""The parts and aspects of EVIAN (https://arxiv.org/abs/2604.20544); the prompt is ours."""


def _aspects(names: Sequence[str]) -> JsonObject:
    properties: JsonObject = {name: {"type": "integer", "enum": [*range(1, 11)]} for name in names}
    return {
        "type": ["object", "null"], "properties": properties, "required": list(names), "additionalProperties": False,
    }  # fmt: skip


def _mean(_item: TurnItem, grades: Sequence[Grade]) -> Result:
    graded = [grade.value for grade in grades if grade.value is not None]
    return Result(sum(graded) / len(graded)) if graded else Result()
