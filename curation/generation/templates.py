"""The pools of questions and answers, one editable file per task; a workspace's own files come before the shipped.

A file has situations ("present", "absent"), each with `answer` and, where it asks, `ask` or `questions_of` (another
situation's questions). `brief` are endings that ask for the `short` answers. {slots} are filled by the task.
"""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from curation.common import program
from curation.common.errors import WinnowError
from scoring import plugins
from scoring.json_types import JsonObject
from scoring.plain_files import plain

FOLDER = program.ROOT / "assets" / "templates"
LISTS = ("ask", "answer", "brief", "short")
_SLOT = re.compile(r"\{(\w+)\}")


class TemplateError(WinnowError):
    """A template file cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Situation:
    """The pool of one situation; every list may be empty but `answer`."""

    ask: tuple[str, ...]
    answer: tuple[str, ...]
    brief: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """An instruction and its response; `template` names both templates and the version of their text."""

    instruction: str
    response: str
    template: str


Pool = Mapping[str, Situation]


def load(custom_folder: Path | None = None) -> dict[str, Pool]:
    """Reads every task's pool.

    Args:
        custom_folder: The workspace's own templates, which come before those of plug-ins and those before the shipped
            ones of the same name; None for none.

    Returns:
        Pool by task.

    Raises:
        TemplateError: A file cannot be used.
    """
    folders = (FOLDER, *plugins.folders(), *([custom_folder] if custom_folder else []))
    files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    return {task: _read(path) for task, path in files.items()}


def word(
    pool: Pool, task: str, situation: str, slots: Mapping[str, str], draw: random.Random, brief: float = 0.5
) -> Wording:
    """Draws one of the pool's ways to ask and one to answer.

    Args:
        pool: The task's templates.
        task: Its name, for messages and the version.
        situation: One of the pool's.
        slots: What fills the templates' slots.
        draw: Random numbers.
        brief: The share of short answers, 0 to 1, where the situation has some.

    Returns:
        The instruction, the response, and the version of both templates.

    Raises:
        TemplateError: The pool lacks the situation or its questions, or a slot is unknown.
    """
    wordings = _of(pool, task, situation)
    if not wordings.ask:
        raise TemplateError(f"The templates of {task} need questions under [{situation}].")
    question = draw.randrange(len(wordings.ask))
    question_template = wordings.ask[question]
    short = bool(wordings.short) and draw.random() < brief
    answers = wordings.short if short else wordings.answer
    answer = draw.randrange(len(answers))
    ending = draw.choice(wordings.brief) if short and wordings.brief else ""
    name = f"{task}/{situation}/{question}-{'short' if short else 'answer'}-{answer}"
    version = hashlib.blake2b(
        "\n".join((question_template, ending, answers[answer])).encode(), digest_size=4
    ).hexdigest()
    instruction = f"{fill(question_template, slots, name)} {ending}".strip()
    return Wording(instruction, fill(answers[answer], slots, name), f"{name}@{version}")


def phrase(pool: Pool, situation: str, slots: Mapping[str, str], draw: random.Random) -> str:
    """Draws one of the answers of a situation that asks nothing: a part of a longer answer.

    Args:
        pool: The task's templates.
        situation: One of the pool's.
        slots: What fills the template's slots.
        draw: Random numbers.

    Returns:
        The text.

    Raises:
        TemplateError: The pool lacks the situation, or a slot is unknown.
    """
    return fill(draw.choice(_of(pool, "this task", situation).answer), slots, situation)


def fill(template: str, slots: Mapping[str, str], name: str) -> str:
    """Fills the slots of a template.

    Args:
        template: Text with {slots}.
        slots: Text by slot.
        name: The template's name, for the message.

    Returns:
        The text.

    Raises:
        TemplateError: The task does not have such a slot.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in slots:
            slot_names = ", ".join(f"{{{slot}}}" for slot in sorted(slots))
            raise TemplateError(f"The template {name} has the slot {{{match[1]}}}; it may use {slot_names}.")
        return slots[match[1]]

    return _SLOT.sub(value, template)


def _of(pool: Pool, task: str, situation: str) -> Situation:
    if situation not in pool:
        raise TemplateError(f"The templates of {task} have no [{situation}].")
    return pool[situation]


def _read(path: Path) -> Pool:
    try:
        tables = tomllib.loads(plain(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TemplateError(f"The templates {path} cannot be read: {error}.") from error
    return {name: _situation(path, name, tables) for name in tables}


def _situation(path: Path, name: str, tables: JsonObject) -> Situation:
    table = tables[name]
    if not isinstance(table, dict) or not table.get("answer"):
        raise TemplateError(f"The templates {path} need a list `answer` under [{name}].")
    other = table.get("questions_of")
    if other is not None and not isinstance(tables.get(other), dict):
        raise TemplateError(f"The templates {path} have no [{other}] to take the questions of [{name}] from.")
    asking = {**table, "ask": tables[other].get("ask", [])} if other else table
    return Situation(**{key: _texts(path, f"{name}.{key}", asking.get(key, [])) for key in LISTS})


def _texts(path: Path, where: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise TemplateError(f"The templates {path} need a list of texts for {where}.")
    return tuple(values)
