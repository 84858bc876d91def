"""The task list of the paper's Table 10 and the rules that recognise its tasks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scoring.item import TurnItem
from scoring.text import markup, words

_TASKS = Path(__file__).parents[2] / "assets" / "tasks.json"
_IMAGE = re.compile(r"<(?:image|img|video|ImageHere)", re.IGNORECASE)
_OCR_TOKENS = re.compile(r"\breference ocr tokens?:[^\n]*", re.IGNORECASE)
"""Text that was read from a picture and is given to help with another task."""
_REFERENCE = re.compile(r"<(?:ref|phrase|p)>|<\|object_ref_start\|>", re.IGNORECASE)
_LONG = 30
"""Words from which the answer to "describe this" is a detailed description and no caption."""


UNCLEAR = "unclear"
"""The label of instructions of which the rules are not sure."""
SURE, LIKELY, UNSURE = 0.95, 0.75, 0.3
"""Confidence where one telling rule applies, where several or only a general one do, where none does."""
GENERIC = frozenset(["description", "visual question answering", "complex reasoning", "conversation"])
"""Tasks whose rules instructions of other tasks meet as well."""
MOST_MARKS, MOST_WORDS = 50, 3


class TaskLabel(NamedTuple):
    """A task by name, and how sure the rules are of it, 0 to 1."""

    name: str
    confidence: float


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


def label(item: TurnItem) -> TaskLabel:
    """Tells the task that a turn's instruction sets, by the first rule that applies.

    Args:
        item: The turn.

    Returns:
        The task; UNCLEAR where no rule applies, or only one that many kinds of instructions meet.
    """
    if not item.sample.images and not _mentions_image(item):
        return TaskLabel("text only", SURE)
    instruction = _OCR_TOKENS.sub(" ", markup.mask(item.turn.instruction)).strip().lower()
    if markup.regions(item.turn.instruction) or _REFERENCE.search(item.turn.instruction) or _only_regions(item):
        return TaskLabel("region understanding", SURE)
    if not instruction:  # sets such as MiniGPT-4's have none: the response just describes
        return TaskLabel(_by_length(item), LIKELY)
    matching = [task.name for task in load() if task.pattern and task.pattern.search(instruction)]
    if not matching:
        later = TaskLabel("conversation", LIKELY)
        return later if item.turn.index else TaskLabel(UNCLEAR, UNSURE)
    specific = [name for name in matching if name not in GENERIC]
    name = _by_length(item) if matching[0] == "description" else matching[0]
    return TaskLabel(name, SURE if len(specific) == 1 else LIKELY)


def _only_regions(item: TurnItem) -> bool:
    """Whether the response gives regions and hardly anything else."""
    marks = markup.regions(item.turn.answer)
    if not marks:
        return False
    left = markup.mask(item.turn.answer)
    for mark in marks[:MOST_MARKS]:
        left = left.replace(mark, " ")
    return len(words.words(left)) <= MOST_WORDS


def _by_length(item: TurnItem) -> str:
    long = len(words.words(item.turn.answer)) >= _LONG
    return "detailed description" if long else "captioning"


def _mentions_image(item: TurnItem) -> bool:
    """Whether any turn has an image mark: its file may just be missing."""
    return any(_IMAGE.search(turn.instruction) for turn in item.sample.turns)


def _pattern(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns), re.DOTALL) if patterns else None
