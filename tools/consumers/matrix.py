"""Runs programs over exports and says of each whether it read every row as it is meant."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import tools.consumers.programs
from curation.exporting import conversion
from tools.consumers.exports import Export
from tools.consumers.programs import reading
from tools.consumers.sets import Row

REPOSITORY = Path(__file__).resolve().parents[2]
_ROLES = {
    "tool_call": "call", "function_call": "call",
    "function": "call", "call": "call",
    "tool_response": "tool", "observation": "tool", "tool": "tool",
}  # fmt: skip
_MARK = re.compile(r"\s*<image>\s*")
"""Blank space beside a picture is no text: formats of parts have none there."""
_DROPPED = {"(system messages)": "system", "(calls of tools)": "call", "(results of tools)": "tool"}


@dataclass(frozen=True)
class Cell:
    """What a program made of an export: rows that it read as meant, of how many, and the first thing that is wrong."""

    program: str
    export: Export
    kind: str
    right: int
    rows: int
    fault: str = ""


def programs() -> dict[str, ModuleType]:
    """The programs by the names of their files."""
    names = sorted(info.name for info in pkgutil.iter_modules(tools.consumers.programs.__path__))
    modules = {name: importlib.import_module(f"tools.consumers.programs.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "PROGRAM")}


def environment(home: Path, name: str, module: ModuleType) -> Path:
    """The Python that runs a program: one of its own where it is a package, which is made the first time.

    Args:
        home: Folder of environments.
        name: Name of the program's file.
        module: The file.

    Returns:
        Path of the interpreter.
    """
    if not module.PACKAGES:
        return Path(sys.executable)
    folder = home / getattr(module, "ENVIRONMENT", name)
    python, made = folder / "bin" / "python", folder / "made"
    asked = "\n".join((*module.PACKAGES, *module.ALONE))
    if not made.exists() or made.read_text(encoding="utf-8") != asked:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *module.PACKAGES], check=True)
        if module.ALONE:
            subprocess.run([*pip, "--no-deps", *module.ALONE], check=True)
        made.write_text(asked, encoding="utf-8")
    return python


def cells(home: Path, name: str, module: ModuleType, exports: Sequence[Export]) -> list[Cell]:
    """Has one program read all exports of its formats, in one process.

    Args:
        home: Folder of environments, and of what the program keeps for itself.
        name: Name of the program's file.
        module: The file.
        exports: Exports of all formats.

    Returns:
        A cell for every file of rows of every export.
    """
    work = [
        (export, job)
        for export in exports
        if export.format in module.FORMATS
        for job in export.jobs
        if job["program"] == module.PROGRAM
    ]
    if not work:
        return []
    quiet = {"HF_HOME": str(home / "cache"), "MODELSCOPE_CACHE": str(home / "cache"), "HF_HUB_OFFLINE": "1"}
    run = subprocess.run(
        [environment(home, name, module), "-m", f"tools.consumers.programs.{name}"],
        input="".join(json.dumps(job) + "\n" for _, job in work), text=True, stdout=subprocess.PIPE,
        stderr=(home / f"{name}.log").open("w"), cwd=REPOSITORY, check=False,
        env=os.environ | quiet | {"PYTHONPATH": str(REPOSITORY), "PYTHONSAFEPATH": "1"},
    )  # fmt: skip
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    answers += [{"error": "the program ended"}] * (len(work) - len(answers))
    return [_cell(name, export, job["kind"], answer) for (export, job), answer in zip(work, answers, strict=True)]


def _cell(program: str, export: Export, kind: str, answer: Mapping[str, Any]) -> Cell:
    expected = [_expected(row, export, kind) for row in export.case.rows]
    read = answer.get("rows", [])
    fault = answer.get("error", "")
    if not fault and len(read) != len(expected):
        fault = f"{len(read)} of {len(expected)} rows"
    right = 0
    for given, wanted in zip(read, expected, strict=False):
        if conversion.PLACES in export.lost:
            given, wanted = _unplaced(given), _unplaced(wanted)
        differing = [name for name, value in wanted.items() if _canonical(name, given.get(name)) != value]
        right += not differing
        if differing and not fault:
            name = differing[0]
            fault = f"{name}: {_canonical(name, given.get(name))!r} instead of {wanted[name]!r}"
    return Cell(program, export, kind, right, len(expected), fault)


def _expected(row: Row, export: Export, kind: str) -> dict[str, Any]:
    """What a program has to give for a row: all of it but what the export itself says is lost."""
    lost = set(export.lost)
    images = Path(export.jobs[0]["root"]).parents[2] / "source" / "images"
    dropped = {role for name, role in _DROPPED.items() if name in lost}
    texts = [[message["role"], message["content"]] for message in row["messages"]]
    named = row.get("images", [])
    wanted: dict[str, Any] = {
        "texts": _canonical("texts", [text for text in texts if _ROLES.get(text[0], text[0]) not in dropped]),
        "images": [reading.pixels(images / name) for name in named],
    }
    if row.get("videos") and not {conversion.VIDEOS, "videos"} & lost:
        wanted["videos"] = [reading.content(str(images / name)) for name in row["videos"]]
    if row.get("tools") and "tools" not in lost:
        wanted["tools"] = True
    if kind == "dpo":
        wanted["rejected"] = row["rejected_response"]
    if kind == "kto":
        wanted["desired"] = row["label"]
    return wanted


def _unplaced(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = [[role, text.replace("<image>", "")] for role, text in row["texts"]]
    return {**row, "texts": _canonical("texts", texts)}


def _canonical(name: str, value: Any) -> Any:
    if name == "tools":
        return "zoom" in str(value)
    if name != "texts" or value is None:
        return value
    return [
        [role, "" if role == "call" else _MARK.sub("<image>", " ".join(text.replace("<video>", "").split()))]
        for role, text in ((_ROLES.get(role, role), text) for role, text in value)
    ]
