"""The system prompts of Self-Instruct and the examples shown with them: editable files, named by their content.

The prompts follow the nine requirements of Li et al., TMLR 2024, appendix A.3.2; the texts are Winnow's own. A file
`instruct_FLAVOUR.txt` in the workspace's folder `prompts`, and any file of its folder `examples`, replaces the
shipped one of the same name.
"""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from curation.common import program
from scoring.plain_files import plain

ASSETS = program.ROOT / "assets"
FLAVOURS = ("global", "region", "negative")
DRAWN = 2
"""How many examples are shown in one question."""


class PromptError(Exception):
    """A prompt or an example cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Prompt:
    """The rules of a flavour, with a place for `$examples`; `version` is a name and a hash of the text."""

    text: str
    version: str


@dataclass(frozen=True)
class Example:
    """A clue as `data`, and the conversation that a person wrote for it, as (question, answer) turns."""

    version: str
    flavours: tuple[str, ...]
    data: Mapping[str, Any]
    turns: tuple[tuple[str, str], ...] = field(default=())


def load(name: str, own: Path | None = None) -> Prompt:
    """The prompt of this name; the folder `own` goes before the shipped one. Raises PromptError."""
    path = next((one for one in _places(own, "prompts", f"{name}.txt") if one.is_file()), None)
    if path is None:
        raise PromptError(f"There is no prompt {name}.txt.")
    text = _read(path)
    return Prompt(text, f"{name}@{_hash(text)}")


def of_flavour(flavour: str, own: Path | None = None) -> Prompt:
    """The prompt of a flavour. Raises PromptError, also for one that has no place for the examples."""
    prompt = load(f"instruct_{flavour}", own)
    try:
        filled = Template(prompt.text).substitute(examples="")
    except (KeyError, ValueError) as error:
        raise PromptError(f"The prompt instruct_{flavour}.txt has another $placeholder than $examples.") from error
    if filled == prompt.text:
        raise PromptError(f"The prompt instruct_{flavour}.txt has no place for $examples.")
    return prompt


def examples(flavour: str, own: Path | None = None) -> list[Example]:
    """The pool of a flavour, by name. Raises PromptError when it has too few, or one that cannot be read."""
    folders = [folder for folder in _places(own, "examples", "") if folder.is_dir()]
    files = {path.name: path for folder in reversed(folders) for path in sorted(folder.glob("*.toml"))}
    pool = [one for name in sorted(files) if flavour in (one := _example(files[name])).flavours]
    if len(pool) < DRAWN:
        raise PromptError(f"The flavour {flavour} needs {DRAWN} examples or more; it has {len(pool)}.")
    return pool


def draw(pool: Sequence[Example], seed: str) -> list[Example]:
    """The examples of one question."""
    return random.Random(seed).sample(pool, DRAWN)


def shown(chosen: Sequence[Example]) -> str:
    """The examples as a question shows them."""
    return "\n\n".join(_shown(number, one) for number, one in enumerate(chosen, 1))


def _shown(number: int, one: Example) -> str:
    spoken = [(role, text) for turn in one.turns for role, text in zip(("User", "AI"), turn, strict=True)]
    pairs = ", ".join(f"{json.dumps(role)}: {json.dumps(text, ensure_ascii=False)}" for role, text in spoken)
    data = json.dumps(one.data, ensure_ascii=False, indent=1)
    return f"Example {number}\n<data>\n{data}\n</data>\n{{{pairs}}}"


def _example(path: Path) -> Example:
    text = _read(path)
    try:
        table = tomllib.loads(text)
        flavours, turns = tuple(table.pop("flavours")), tuple((str(ask), str(answer)) for ask, answer in table["turns"])
        del table["turns"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PromptError(f"The example {path} needs flavours, picture and turns of two texts each.") from error
    if not turns or "picture" not in table or not set(flavours) <= set(FLAVOURS):
        raise PromptError(f"The example {path} needs a picture, turns, and flavours out of {', '.join(FLAVOURS)}.")
    return Example(f"{path.stem}@{_hash(text)}", flavours, table, turns)


def _places(own: Path | None, folder: str, name: str) -> list[Path]:
    return [place / folder / name for place in (own, ASSETS) if place]


def _read(path: Path) -> str:
    try:
        return plain(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The file {path} cannot be read: {error}.") from error


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
