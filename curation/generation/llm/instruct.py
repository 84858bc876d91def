"""Self-Instruct: a language model writes conversations about a picture from its clue, in one of several flavours.

Li et al., TMLR 2024, section 4.2.2 and appendix A.3.2: T = 0.8, five conversations per clue, two examples in context.
One question per picture asks for all of them. Answers are kept, so that a run that was interrupted, or that is started
again over more pictures, pays nothing twice. What cannot be used has a named outcome and keeps its text.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from curation.annotations import Box
from curation.archives.image_resolver import Resolver
from curation.generation import grammar, negatives
from curation.generation.candidate import Candidate
from curation.generation.clue import Clue, Collected, text
from curation.generation.llm import boxes, parsing, prompts
from curation.generation.tasks import region
from scoring.addresses import FilePlace
from scoring.damage import raise_machine_error
from scoring.json_types import JsonObject, Params
from scoring.judge import question
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion
from scoring.judge.trouble import JudgeError
from scoring.metric import Postponed

MODE, TASK = "instruct", "conversation"
TOKENS_PER_TEXT = 450
"""About how long a conversation is; for estimates."""
MOST_ABSENT, LONGEST_CLUE = 8, 8_000
FAILED, BROKEN = "the endpoint gave no answer", "the picture cannot be read"
NO_BOX, NONE_ABSENT, NO_CLUE = "no object to circle", "nothing is known to be absent", "nothing is known of it"


@dataclass(frozen=True)
class Settings:
    """What changes the conversations. `per_image` are asked for in one question; `max_tokens` is per conversation."""

    flavour: str = "global"
    per_image: int = 5
    temperature: float | None = 0.8
    max_tokens: int = 1500
    with_images: bool = False
    image_side: int = 768
    negatives: str = "random"
    seed: int = 0


@dataclass(frozen=True)
class Rejection:
    """Why something became no candidate: a picture as a whole, or one answer about it (`raw`, the `number`-th)."""

    image: str
    outcome: str
    reason: str = ""
    number: int | None = None
    raw: str = ""


@dataclass(frozen=True)
class PictureQuestion:
    """The one question about a picture, and what its candidates say of where they come from."""

    clue: Clue
    image: str
    question: ChatQuestion
    provenance: JsonObject


@dataclass(frozen=True)
class PictureAnswer:
    """What came of one picture; `postponed` says why it was not asked, "" when it was."""

    clue: Clue
    candidates: tuple[tuple[int, Candidate], ...] = ()
    outcomes: tuple[Rejection, ...] = ()
    postponed: str = ""


class Maker:
    """Everything that questions are made of. Raises PromptError when prompts or examples cannot be used.

    `prompts` and `examples` of `workspace_folder` go before the shipped ones. Marked pictures go below `marked`.
    """

    def __init__(self, settings: Settings, collected: Collected, workspace_folder: Path | None, marked: Path) -> None:
        self.settings, self.collected, self._marked = settings, collected, marked
        self.prompt = prompts.of_flavour(settings.flavour, workspace_folder)
        self.pool = prompts.examples(settings.flavour, workspace_folder)
        every = collected.clues if settings.negatives != "random" else ()
        self._counts = negatives.statistics(every)  # then it matters which other pictures there are
        self._resolver = Resolver(collected.images)

    @property
    def images(self) -> FilePlace:
        """The image folder of the candidates: that of the marked pictures where there is a box on them."""
        return self._marked_images if self.settings.flavour == "region" else self.collected.images

    @property
    def _marked_images(self) -> Path:
        return self._marked / _hash(str(self.collected.images))

    def ask(self, clue: Clue) -> PictureQuestion | Rejection:
        """The question about a picture, or why there is none. Raises OSError or ValueError for a broken picture."""
        settings, clue_text = self.settings, text(clue)[:LONGEST_CLUE]
        if not clue_text:
            return Rejection(clue.file_name, NO_CLUE)
        image, path = clue.file_name, self._resolver.find(clue.file_name).path or ""
        data: JsonObject = {"picture": clue_text}
        provenance: JsonObject = {}
        if settings.flavour == "region":
            choice = boxes.choose(clue, settings.seed)
            if choice is None:
                return Rejection(clue.file_name, NO_BOX)
            image, path = self._marked_picture(clue, path, *choice)
            box = choice[1]
            data["circled"] = {"object": grammar.name(box.category), "box": region.show(box.bbox, clue, "share")}
            provenance["box"] = {"object": box.category, "bbox": list(box.bbox)}
        elif settings.flavour == "negative":
            data["absent"] = provenance["absent"] = self._absent(clue)
            if not data["absent"]:
                return Rejection(clue.file_name, NONE_ABSENT)
        return self._question(clue, image, path, data, provenance)

    def _question(self, clue: Clue, image: str, path: str, data: JsonObject, provenance: JsonObject) -> PictureQuestion:
        settings = self.settings
        examples = prompts.draw(self.pool, f"{settings.seed}/{clue.file_name}")
        pictures = (question.PromptImage(path, settings.image_side),) if settings.with_images else ()
        shots = prompts.format_examples(examples)
        picture_question = question.by_rules(self.prompt.text, data, pictures, examples=shots)
        return PictureQuestion(
            clue, image, picture_question, {**provenance, "examples": [example.version for example in examples]}
        )

    def _marked_picture(self, clue: Clue, path: str, index: int, box: Box) -> tuple[str, str]:
        """How a row calls the picture with the box on it, and where it lies."""
        image = boxes.path_of(clue, index)
        return image, str(boxes.draw(path, clue, box, self._marked_images / image))

    def _absent(self, clue: Clue) -> list[str]:
        draw = random.Random(f"{self.settings.seed}/{clue.file_name}/absent")
        absent = negatives.surely_absent(clue)
        names = negatives.in_order(clue, absent, self.settings.negatives, self._counts, draw)
        return [name for name in map(grammar.name, names) if name][:MOST_ABSENT]

    def identity(self, model: str) -> str:
        """Names everything that the same samples need, so that a dataset never mixes two ways of making."""
        settings = asdict(self.settings)
        versions = [self.prompt.version, *(example.version for example in self.pool)]
        versions += sorted(map(str, self._counts.pictures.items()))
        return _hash(orjson.dumps([settings, versions, model, str(self.collected.images)]).decode())


def judge(settings: Settings, running: Params) -> Judge:
    """Connects to the model that is asked.

    Args:
        settings: Temperature and the most tokens of an answer.
        running: Parameters of `scoring.judge.client`.

    Returns:
        A judge that asks once for each answer.

    Raises:
        Unavailable: There is no endpoint.
    """
    sampling = {"temperature": settings.temperature, "max_tokens": settings.max_tokens}
    return Judge({**running, **sampling, "votes": 1})


class CandidateStream:
    """The candidates of all pictures in their order, while they are asked for; counts what came of each.

    A picture that cannot be asked now ends the run cleanly: `stopped` says why, and the next run goes on there.
    """

    def __init__(self, maker: Maker, model: Judge, stop: Callable[[], bool] = lambda: False) -> None:
        self.maker, self.model, self._stop = maker, model, stop
        self.total = len(maker.collected.clues)
        self.done = 0
        self.stopped = ""
        self.images, self.answers = Counter[str](), Counter[str]()
        self.unused: list[Rejection] = []

    def __iter__(self) -> Iterator[Candidate]:
        for answered in self.each():
            yield from (candidate for _, candidate in answered.candidates)

    def each(self) -> Iterator[PictureAnswer]:
        """What came of every picture, in order; several are asked at a time."""
        ahead = int(self.model.params["concurrency"])
        with ThreadPoolExecutor(ahead) as pool:
            waiting: list[Future[PictureAnswer]] = []
            left = iter(self.maker.collected.clues)
            try:
                while True:
                    while not self.stopped and len(waiting) < 2 * ahead and (clue := next(left, None)):
                        waiting.append(pool.submit(self._answer, clue))
                    if not waiting:
                        return
                    answered = waiting.pop(0).result()
                    self.stopped = self.stopped or answered.postponed
                    if not answered.postponed:  # what is under way when a budget ends is paid, and used
                        self._count(answered)
                        yield answered
            finally:
                for future in waiting:
                    future.cancel()

    def summary(self) -> JsonObject:
        """Pictures and answers by what came of them; each adds up to what there was to ask."""
        images = {**self.images, "not asked yet": self.total - self.done}
        return {
            "images": {name: count for name, count in images.items() if count},
            "answers": dict(self.answers),
            "stopped": self.stopped,
        }

    def _answer(self, clue: Clue) -> PictureAnswer:
        if self._stop():
            return PictureAnswer(clue, postponed="Stopped.")
        try:
            ask = self.maker.ask(clue)
            if isinstance(ask, Rejection):
                return PictureAnswer(clue, outcomes=(ask,))
            texts = self.model.texts(ask.question, self.maker.settings.per_image)
        except Postponed as error:
            return PictureAnswer(clue, postponed=str(error))
        except JudgeError as error:
            return PictureAnswer(
                clue, outcomes=(Rejection(clue.file_name, FAILED, self.model.endpoint.redact(str(error))),)
            )
        except (OSError, ValueError) as error:
            raise_machine_error(error)
            return PictureAnswer(clue, outcomes=(Rejection(clue.file_name, BROKEN, type(error).__name__),))
        return self._read(ask, texts)

    def _read(self, ask: PictureQuestion, texts: Sequence[str]) -> PictureAnswer:
        candidates, outcomes = [], []
        for number, answer in enumerate(texts):
            try:
                candidates.append((number, self._candidate(ask, parsing.read(answer))))
            except parsing.Unreadable as error:
                outcomes.append(Rejection(ask.image, str(error), number=number, raw=answer))
        return PictureAnswer(ask.clue, tuple(candidates), tuple(outcomes))

    def _candidate(self, ask: PictureQuestion, reading: parsing.Reading) -> Candidate:
        settings = self.maker.settings
        messages = [message for turn in reading.turns for message in zip(("human", "gpt"), turn, strict=True)]
        provenance = {
            "run": self.maker.identity(self.model.endpoint.model),
            "temperature": settings.temperature,
            "with_images": settings.with_images,
            "per_image": settings.per_image,
            **ask.provenance,
        }
        if reading.cut:
            provenance["cut_off"] = True
        return Candidate(
            ask.image, tuple(messages), TASK, ask.clue, MODE, settings.flavour, self.maker.prompt.version,
            self.model.endpoint.model, provenance, settings.seed,
        )  # fmt: skip

    def _count(self, answered: PictureAnswer) -> None:
        self.done += 1
        picture_outcomes = [outcome for outcome in answered.outcomes if outcome.number is None]
        self.images[picture_outcomes[0].outcome if picture_outcomes else "asked"] += 1
        self.answers.update(outcome.outcome for outcome in answered.outcomes if outcome.number is not None)
        if answered.candidates:
            self.answers["samples"] += len(answered.candidates)
        self.unused += answered.outcomes


def _hash(content: str) -> str:
    return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()
