"""The system prompts of Self-Instruct and the examples shown with them: editable files, named by their content.

The prompts follow the nine requirements of Li et al., TMLR 2024, appendix A.3.2; the texts are Winnow's own. A file
`instruct_FLAVOUR.txt` in the workspace's folder `prompts`, and any file of its folder `examples`, replaces the
shipped one of the same name; one of another name is another flavour. Conversation, detail and reasoning are the three
kinds of LLaVA (Liu et al., 2023, https://arxiv.org/abs/2304.08485), in words of Winnow's own.
"""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from curation.common import names, program
from curation.common.errors import WinnowError
from scoring.json_types import JsonObject
from scoring.plain_files import plain

ASSETS = program.ROOT / "assets"
DEFAULT = "global"
_PREFIX = "instruct_"
DRAWN = 2
"""How many examples are shown in one question."""


class PromptError(WinnowError):
    """A prompt or an example cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Prompt:
    """The rules of a flavour, with a place for `$examples`; `version` is a name and a hash of the text."""

    text: str
    version: str


@dataclass(frozen=True)
class PromptExample:
    """A clue as `data`, and the conversation that a person wrote for it, as (question, answer) turns."""

    version: str
    flavours: tuple[str, ...]
    data: JsonObject
    turns: tuple[tuple[str, str], ...] = field(default=())


def flavours(workspace_folder: Path | None = None) -> tuple[str, ...]:
    """Every flavour that has a prompt: the shipped ones, and those of files in the workspace's folder `prompts`."""
    folders = [folder for folder in reversed(_paths(workspace_folder, "prompts", "")) if folder.is_dir()]
    flavour_names = {path.stem.removeprefix(_PREFIX) for folder in folders for path in folder.glob(f"{_PREFIX}*.txt")}
    return tuple(sorted(flavour_names, key=lambda name: (name != DEFAULT, name)))


def load(name: str, workspace_folder: Path | None = None) -> Prompt:
    """Reads a prompt.

    Args:
        name: Name of its file, without ".txt".
        workspace_folder: Its folder `prompts` goes before the shipped one; None for the shipped one only.

    Returns:
        The prompt, with a version that follows from its text.

    Raises:
        PromptError: There is no such prompt, or it cannot be read.
    """
    path = next((path for path in _paths(workspace_folder, "prompts", f"{name}.txt") if path.is_file()), None)
    if path is None:
        raise PromptError(f"There is no prompt {name}.txt.")
    text = _read(path)
    return Prompt(text, f"{name}@{_hash(text)}")


def of_flavour(flavour: str, workspace_folder: Path | None = None) -> Prompt:
    """Reads the prompt of a flavour.

    Args:
        flavour: One of `flavours`.
        workspace_folder: Its folder `prompts` goes before the shipped one; None for the shipped one only.

    Returns:
        A prompt with the placeholder `$examples` and no other.

    Raises:
        UnknownNameError: There is no such flavour.
        PromptError: It cannot be read, or its placeholders are others.
    """
    names.check("flavour", [flavour], flavours(workspace_folder))
    prompt = load(f"{_PREFIX}{flavour}", workspace_folder)
    try:
        filled = Template(prompt.text).substitute(examples="")
    except (KeyError, ValueError) as error:
        raise PromptError(f"The prompt instruct_{flavour}.txt has another $placeholder than $examples.") from error
    if filled == prompt.text:
        raise PromptError(f"The prompt instruct_{flavour}.txt has no place for $examples.")
    return prompt


def examples(flavour: str, workspace_folder: Path | None = None) -> list[PromptExample]:
    """Reads the examples of a flavour.

    Args:
        flavour: One of `flavours`.
        workspace_folder: Files of its folder `examples` replace shipped ones of the same name.

    Returns:
        The pool, by name of file.

    Raises:
        PromptError: There are too few, or one cannot be read.
    """
    folders = [folder for folder in _paths(workspace_folder, "examples", "") if folder.is_dir()]
    files = {path.name: path for folder in reversed(folders) for path in sorted(folder.glob("*.toml"))}
    flavour_names = flavours(workspace_folder)
    pool = [example for name in sorted(files) if flavour in (example := _example(files[name], flavour_names)).flavours]
    if len(pool) < DRAWN:
        raise PromptError(f"The flavour {flavour} needs {DRAWN} examples or more; it has {len(pool)}.")
    return pool


def draw(pool: Sequence[PromptExample], seed: str) -> list[PromptExample]:
    """Draws the examples of one question.

    Args:
        pool: DRAWN examples or more.
        seed: The same seed draws the same examples.

    Returns:
        DRAWN different examples.
    """
    return random.Random(seed).sample(pool, DRAWN)


def format_examples(drawn: Sequence[PromptExample]) -> str:
    """The examples as a question shows them."""
    return "\n\n".join(_format_example(number, example) for number, example in enumerate(drawn, 1))


def _format_example(number: int, example: PromptExample) -> str:
    spoken = [(role, text) for turn in example.turns for role, text in zip(("User", "AI"), turn, strict=True)]
    pairs = ", ".join(f"{json.dumps(role)}: {json.dumps(text, ensure_ascii=False)}" for role, text in spoken)
    data = json.dumps(example.data, ensure_ascii=False, indent=1)
    return f"Example {number}\n<data>\n{data}\n</data>\n{{{pairs}}}"


def _example(path: Path, flavour_names: Collection[str]) -> PromptExample:
    text = _read(path)
    try:
        table = tomllib.loads(text)
        of_flavours = tuple(table.pop("flavours"))
        turns = tuple((str(ask), str(answer)) for ask, answer in table["turns"])
        del table["turns"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PromptError(f"The example {path} needs flavours, picture and turns of two texts each.") from error
    if not turns or "picture" not in table or not set(of_flavours) <= set(flavour_names):
        raise PromptError(f"The example {path} needs a picture, turns, and flavours out of {', '.join(flavour_names)}.")
    return PromptExample(f"{path.stem}@{_hash(text)}", of_flavours, table, turns)


def _paths(workspace_folder: Path | None, folder: str, name: str) -> list[Path]:
    return [root / folder / name for root in (workspace_folder, ASSETS) if root]


def _read(path: Path) -> str:
    try:
        return plain(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The file {path} cannot be read: {error}.") from error


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
