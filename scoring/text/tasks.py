"""The task list of the paper's Table 10 and the rules that recognise its tasks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scoring.item import TurnItem
from scoring.text import markup, words

_TASKS = Path(__file__).parents[2] / "assets" / "tasks.json"
_IMAGE = re.compile(r"<(?:image|img|video|ImageHere)", re.IGNORECASE)
_LONG = 30
"""Words from which the answer to "describe this" is a detailed description and no caption."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task by name, what it asks for, and the pattern of its instructions (None: never told by rule)."""

    name: str
    description: str
    pattern: re.Pattern[str] | None


@cache
def load() -> tuple[Task, ...]:
    """Every task of `assets/tasks.json`, those whose rules are tried first in front."""
    entries = json.loads(_TASKS.read_text(encoding="utf-8"))
    return tuple(Task(entry["name"], entry["description"], _pattern(entry["patterns"])) for entry in entries)


def label(item: TurnItem) -> str:
    """The task that a turn's instruction sets, by the first rule that applies."""
    if not item.sample.images and not _mentions_image(item):
        return "text only"
    instruction = markup.mask(item.turn.instruction).strip().lower()
    if markup.regions(item.turn.instruction):
        return "region understanding"
    if not instruction:  # sets such as MiniGPT-4's have none: the response just describes
        return _by_length(item)
    for task in load():
        if task.pattern and task.pattern.search(instruction):
            return _by_length(item) if task.name == "description" else task.name
    return "conversation"


def _by_length(item: TurnItem) -> str:
    long = len(words.words(item.turn.answer)) >= _LONG
    return "detailed description" if long else "captioning"


def _mentions_image(item: TurnItem) -> bool:
    """Whether any turn has an image mark: its file may just be missing."""
    return any(_IMAGE.search(turn.instruction) for turn in item.sample.turns)


def _pattern(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns), re.DOTALL) if patterns else None
