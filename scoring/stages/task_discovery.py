"""Tasks that a language model finds in the data itself, without a list to choose from (TagGPT's cold start).

Label: a tag of each sample's first turn; value: its share of the votes. A model tags `sampled` first turns
`generations` times at a temperature of `wild`; tags given in at least `least` generations are kept, those whose
cosine is above `same` are merged, and `votes` answers assign one of the `most` most frequent to every sample.
Tags are compared by a sentence encoder if `encoder` names one on this machine, else by character n-grams of
their words' stems, which find other forms and orders of the same words but no synonyms. n = 5, T = 1.5, 3 times
and 0.95 are those of Li et al., TMLR 2024, sections 3.3.3 and 4.2.3; prompts and sample size are ours.
Postponed as a whole when a budget is used up: the answers so far are kept, and the next run goes on from there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

from scoring.item import Sample, TurnItem
from scoring.json_types import Params
from scoring.judge import answers, client, endpoint, tags
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, conversation
from scoring.judge.trouble import JudgeError
from scoring.metric import Stage
from scoring.stage import Progress, StageResult
from scoring.text import nearest
from scoring.work import ScoringPlan, batches

STAGE = Stage(
    name="task_discovery",
    version="1",
    title="Task found in the data",
    principle="task diversity",
    unit="share of votes",
    range=(0.0, 1.0),
    bad_when="never",
    builtin=False,
    labels=True,
    params={
        "model": "", "votes": 3, "temperature": 0.7, "max_tokens": 100, "sampled": 200, "seed": 0, "generations": 5,
        "wild": 1.5, "least": 3, "same": 0.95, "most": 60, "encoder": "",
    },
    running=client.RUNNING,
    machine_params=endpoint.machine_params,
)  # fmt: skip


_GENERATING = 0.3
"""Share of the progress bar for the first half of the work."""

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")
_Assigned = tuple[str | None, float | None]


def run(work: Path, params: Params, progress: Callable[[float], None]) -> StageResult:
    """Finds tasks in a part of the samples and assigns one to every sample.

    Args:
        work: The work list.
        params: Those of STAGE.
        progress: Called with shares from 0 to 1.

    Returns:
        A label and its share of the votes for each sample; neither for one whose questions failed.

    Raises:
        Postponed: A budget is used up, or the endpoint cannot be reached.
        Unavailable: There is no endpoint, or the sentence encoder is not on this machine.
    """
    judge = Judge(params)
    embed = nearest.load(params["encoder"]).embed if params["encoder"] else tags.character_vectors
    names = _discover(work, params, embed, progress)
    values: dict[int, float | None] = {}
    labels: dict[int, str] = {}
    total = sum(1 for _ in _first_turns(work))
    for number, (label, share) in _assign(judge, work, names):
        values[number] = share
        if label is not None:
            labels[number] = label
        progress(_GENERATING + (1 - _GENERATING) * len(values) / max(total, 1))
    return StageResult(values, labels)


def _discover(work: Path, params: Params, embed: tags.Embed, progress: Progress) -> list[str]:
    """The tags to choose from, the most frequent first."""
    judge = Judge({**params, "temperature": params["wild"]})
    numbers = [number for number, item in _first_turns(work) if item is not None]
    sampled = set(random.Random(params["seed"]).sample(numbers, min(int(params["sampled"]), len(numbers))))
    requests = [
        (ask("tags", conversation(item)).answered_by(answers.texts_field("tags")), generation)
        for number, item in _first_turns(work)
        if item is not None and number in sampled
        for generation in range(int(params["generations"]))
    ]

    def generate(request: tuple[ChatQuestion, int]) -> list[str]:
        try:
            return judge.ask(request[0], lambda text: answers.strings(text, "tags"), vote=request[1])
        except JudgeError:  # at this temperature some answers are no JSON; the others are enough
            return []

    generations = []
    for generation_tags in _side_by_side(judge, generate, requests):
        generations.append(generation_tags)
        progress(_GENERATING * len(generations) / len(requests))
    counts = tags.frequent(generations, int(params["least"]))
    return list(tags.merged(counts, embed, float(params["same"])))[: int(params["most"])]


def _assign(judge: Judge, work: Path, names: Sequence[str]) -> Iterator[tuple[int, _Assigned]]:
    listed = "\n".join(f"- {name}" for name in names)

    def assign(numbered_item: tuple[int, TurnItem | None]) -> tuple[int, _Assigned]:
        number, item = numbered_item
        if item is None or not names:
            return number, (None, None)
        question = ask("assign", conversation(item), tags=listed).answered_by(answers.choice_field(names, "tag"))
        try:
            return number, tags.winner(judge.poll(question, lambda text: answers.choice(text, names, "tag")))
        except JudgeError:
            return number, (None, None)

    yield from _side_by_side(judge, assign, _first_turns(work))


def _side_by_side(judge: Judge, function: Callable[[_Item], _Answer], items: Iterable[_Item]) -> Iterator[_Answer]:
    """`function` of every item in order, as many at a time as the judge may ask; few wait at any moment."""
    waiting, limit = iter(items), int(judge.params["concurrency"])
    with ThreadPoolExecutor(limit) as pool:
        while some := list(islice(waiting, 8 * limit)):
            yield from pool.map(function, some)


def _first_turns(work: Path) -> Iterator[tuple[int, TurnItem | None]]:
    for samples in batches(work, "samples", 256, ScoringPlan(0, ())):
        for sample in samples:
            if isinstance(sample, Sample):
                yield sample.sample_no, TurnItem(sample, sample.turns[0]) if sample.turns else None
