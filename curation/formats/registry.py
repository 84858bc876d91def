"""Finds the dataset formats by walking this folder and picks the one that fits a file's rows."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

import curation.formats
from curation.common.names import unknown


class UnknownFormatError(Exception):
    """No format fits, or more than one; the message says what to do, `fitting` names those that fit."""

    def __init__(self, message: str, fitting: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.fitting = fitting


@cache
def modules() -> dict[str, ModuleType]:
    """Format module by format name."""
    names = sorted(info.name for info in pkgutil.iter_modules(curation.formats.__path__))
    found = [importlib.import_module(f"curation.formats.{name}") for name in names]
    return {module.FORMAT.name: module for module in found if hasattr(module, "FORMAT")}


def named(name: str) -> ModuleType:
    """The format of this name. Raises UnknownFormatError, listing those that there are."""
    if name not in modules():
        raise UnknownFormatError(unknown("format", name, modules()))
    return modules()[name]


def writers() -> dict[str, ModuleType]:
    """The formats that conversations of any other format can be written in."""
    return {name: module for name, module in modules().items() if hasattr(module, "write")}


def recognise(rows: Sequence[Any], container: str) -> ModuleType:
    """The format of a file's first rows: the one that knows most of them, of equals the one of such containers.

    Raises UnknownFormatError when none knows any, and when two know them equally well.
    """
    counts = _counts(rows, general=False)
    counts = counts if any(counts.values()) else _counts(rows, general=True)
    most = max(counts.values(), default=0)
    if not most:
        raise UnknownFormatError(f"none of its first rows has a known format ({', '.join(modules())})")
    fitting = [name for name, count in counts.items() if count == most]
    usual = [name for name in fitting if container in modules()[name].FORMAT.containers] or fitting
    first = [name for name in usual if modules()[name].FORMAT.containers[0] == container] or usual
    if len(first) > 1:
        listed = " or ".join(f"{name} ({modules()[name].FORMAT.title})" for name in first)
        raise UnknownFormatError(f"its rows can be read as {listed}; say which by --format NAME", tuple(first))
    return modules()[first[0]]


def _counts(rows: Sequence[Any], general: bool) -> dict[str, int]:
    """How many of the rows each format knows."""
    asked = {name: module for name, module in modules().items() if module.FORMAT.general == general}
    return {name: sum(map(module.recognise, rows)) for name, module in asked.items()}
