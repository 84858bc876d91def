"""Every task of Annotation Adaption has its templates and says only what they have slots for."""

from __future__ import annotations

import argparse
import random
import re
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

import pytest

from curation.annotations import Box, Question, Text
from curation.generation import adapt, dataset_writer, negatives, templates
from curation.generation.adapt import About
from curation.generation.clue import Clue, ObjectClass

TASKS = adapt.known_tasks()
POOLS = templates.load()
RICH = Clue(
    "a.jpg",
    captions=("A dog on a couch.", "a brown dog sleeps"),
    objects_with_counts=(
        ObjectClass("dog", 1, True, "animal"),
        ObjectClass("couch", 1, True, "furniture"),
        ObjectClass("cup", 3, True),
    ),
    boxes=(Box("dog", (10, 20, 200, 100), "animal", ("brown",)), Box("couch", (0, 0, 0.9, 0.9))),
    attributes=(("dog", ("brown", "furry")),),
    questions=(
        Question("What is it", {"dog": 8, "cat": 2}),
        Question("Where?", {"on a couch": 3}, rationale="It lies there."),
        Question("Which?", {}, ("cat", "dog"), correct="dog"),
        Question("Disputed?", {"yes": 5, "no": 5}),
    ),
    texts=(Text("STOP", (5, 5, 30, 10)), Text("GO")),
    vocabulary=("airplane", "bear", "couch", "cup", "dog", "fork", "scissors", "tv", "zebra"),
    width=400,
    height=300,
)


def test_tasks_and_templates__belong_together() -> None:
    assert TASKS.keys() == POOLS.keys()


@pytest.mark.parametrize("name", TASKS)
def test_templates__at_least_five_ways_to_ask(name: str) -> None:
    asking = [situation for situation in POOLS[name].values() if situation.ask]
    assert asking
    for situation in POOLS[name].values():
        assert not situation.ask or len(situation.ask) >= 5
        assert len(set(situation.ask)) == len(situation.ask)
        assert bool(situation.brief) == bool(situation.short)
        assert not situation.brief or len(situation.brief) >= 5


@pytest.mark.parametrize("form", ["share", "pixel"])
@pytest.mark.parametrize("name", TASKS)
def test_task__every_template_of_every_fact__reads_well(name: str, form: str) -> None:
    assert find_spec(f"curation.generation.tasks.{name}")
    assert TASKS[name].about
    about = About(negatives.statistics([RICH]), POOLS, boxes=form)
    situations = set()
    for seed in range(30):
        picture = adapt.WordedClue(RICH, list(adapt.of_clue(RICH)), negatives.surely_absent(RICH))
        for fact in TASKS[name].facts(picture, about, random.Random(seed)):
            situations.add(fact.situation)
            situation = POOLS[name][fact.situation]
            for template in (*situation.ask, *situation.answer, *situation.short):
                said = templates.fill(template, fact.slots, template)
                assert said.strip()
                assert not re.search(r"\ba (?:[aeio]|scissors)|\ban [^aeiouh]|  |\bare a \b|\bis two\b", said), said
    assert situations == {key for key, one in POOLS[name].items() if one.ask}


@pytest.mark.parametrize("name", TASKS)
def test_task__nothing_known__nothing_said(name: str) -> None:
    for empty in (Clue("a.jpg", width=4, height=4), replace(RICH, captions=(), questions=(), texts=(), boxes=())):
        picture = adapt.WordedClue(empty, list(adapt.of_clue(empty)), negatives.surely_absent(empty))
        found = list(TASKS[name].facts(picture, About(negatives.statistics([]), POOLS), random.Random(0)))
        assert (not found) or name in ("existence", "counting", "classification")
        assert not found or empty.objects_with_counts


@pytest.mark.parametrize("name", dataset_writer.known_modes())
def test_mode__says_what_it_is(name: str) -> None:
    mode = dataset_writer.known_modes()[name]
    assert len((import_module(f"curation.generation.modes.{name}").__doc__ or "").splitlines()[0]) > 12
    parser = argparse.ArgumentParser()
    mode.add_arguments(parser)
    assert parser.format_help()
