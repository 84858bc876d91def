"""Finds the dataset formats by walking this folder and picks the one that fits a row."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any

import curation.formats


@cache
def modules() -> dict[str, ModuleType]:
    """Format module by format name."""
    names = sorted(info.name for info in pkgutil.iter_modules(curation.formats.__path__))
    found = [importlib.import_module(f"curation.formats.{name}") for name in names]
    return {module.FORMAT.name: module for module in found if hasattr(module, "FORMAT")}


def recognise(row: Any) -> ModuleType | None:
    """The first format that knows this row, or None."""
    return next((module for module in modules().values() if module.recognise(row)), None)
