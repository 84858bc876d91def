"""Annotation Adaption: one annotation at a time becomes a sample, through the templates of its task.

Li et al., TMLR 2024, section 3.3.1. A task is a file of `tasks/`: `facts(picture, about, draw)` says what may be asked
of a picture and what the annotations answer; nothing is said that they do not bear out. The same seed gives the same
samples for a picture whatever the order of files, and whatever other pictures there are (negatives aside).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.generation import tasks, templates
from curation.generation.candidate import Candidate
from curation.generation.clue import Clue
from curation.generation.negatives import Statistics, surely_absent
from curation.generation.things import Thing, of_clue
from scoring import plugins
from scoring.json_types import JsonObject

MODE = "adapt"
Expand = Callable[[str, str], str]
"""Makes a sentence of a question and its short answer; a language model may be asked."""


@dataclass(frozen=True)
class Fact:
    """Something that may be asked: the situation of the task's templates, and what fills their slots."""

    situation: str
    slots: Mapping[str, str]
    flavour: str = ""


@dataclass(frozen=True)
class About:
    """What tasks may know beside the clue: counts over all clues, and what was chosen for the whole set.

    `negatives` is a way of `negatives.WAYS`, `boxes` a form of `tasks.region.FORMS`; `brief` is the
    share of short answers, where the templates have some.
    """

    counts: Statistics
    pools: Mapping[str, templates.Pool]
    negatives: str = "random"
    boxes: str = "share"
    brief: float = 0.3
    expand: Expand | None = None
    settings: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class WordedClue:
    """A clue as tasks want it: its objects in words, and the classes that are surely not there."""

    clue: Clue
    things: Sequence[Thing]
    absent: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationTask:
    """A task of generated samples: one file in `curation/generation/tasks/`, whose `TASK` is one of these.

    Attributes:
        name: What users type; the name of its file and of its templates'.
        about: One line on what its samples ask.
        facts: What may be asked of a picture, in a repeatable draw.
    """

    name: str
    about: str
    facts: Callable[[WordedClue, About, random.Random], Iterator[Fact]]


@plugins.cached_plugins
def known_tasks() -> dict[str, GenerationTask]:
    """Every task by its name."""
    listed = plugins.instances(tasks, "TASK", GenerationTask)
    return {task.name: task for task in listed}


def candidates(
    clues: Sequence[Clue], about: About, names: Sequence[str], per_image: int, seed: int
) -> Iterator[Candidate]:
    """Makes at most `per_image` samples for each picture, of its tasks in turn.

    Args:
        clues: The pictures, in the order of the samples.
        about: Counts over all clues and settings that hold for the whole set.
        names: The tasks, of `known_tasks()`; their order changes nothing.
        per_image: The most samples of one picture.
        seed: With a picture's file name, decides every draw of that picture.

    Yields:
        The samples, those of a picture together.

    Raises:
        TemplateError: A task has no templates, or they cannot be used.
    """
    for clue in clues:
        yield from _of_picture(clue, about, names, per_image, seed)


def _of_picture(clue: Clue, about: About, names: Sequence[str], per_image: int, seed: int) -> Iterator[Candidate]:
    draw = random.Random(f"{seed}/{clue.file_name}")
    order = sorted(names)
    draw.shuffle(order)
    picture = WordedClue(clue, list(of_clue(clue)), surely_absent(clue))
    facts = {name: list(_facts(name, picture, about, seed)) for name in order}
    used_wordings: set[tuple[str, str]] = set()
    count = 0
    for turn in range(max(map(len, facts.values()), default=0)):
        for name in order:
            if count == per_image or turn >= len(facts[name]):
                continue
            fact = facts[name][turn]
            wording = templates.word(about.pools[name], name, fact.situation, fact.slots, draw, about.brief)
            if (wording.instruction, wording.response) in used_wordings:
                continue
            used_wordings.add((wording.instruction, wording.response))
            count += 1
            yield _candidate(clue, about, name, fact, wording, seed)


def _facts(name: str, picture: WordedClue, about: About, seed: int) -> Iterator[Fact]:
    """The facts of a task, drawn by a seed of their own, so that other tasks change nothing."""
    if name not in about.pools:
        raise templates.TemplateError(f"There are no templates for the task {name}.")
    draw = random.Random(f"{seed}/{picture.clue.file_name}/{name}")
    yield from known_tasks()[name].facts(picture, about, draw)


def _candidate(clue: Clue, about: About, name: str, fact: Fact, wording: templates.Wording, seed: int) -> Candidate:
    return Candidate(
        image=clue.file_name,
        messages=(("human", wording.instruction), ("gpt", wording.response)),
        task=name,
        clue=clue,
        mode=MODE,
        flavour=fact.flavour,
        prompt_version=wording.template,
        settings=about.settings,
        seed=seed,
    )
