"""Finds the annotation sources by walking their folder and says which one a file belongs to."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from curation.annotations import sources
from curation.annotations.document import Document
from curation.annotations.model import AnnotationsError
from curation.common.names import unknown


@cache
def modules() -> dict[str, ModuleType]:
    """Source module by source name."""
    names = sorted(info.name for info in pkgutil.iter_modules(sources.__path__))
    found = [importlib.import_module(f"curation.annotations.sources.{name}") for name in names]
    return {module.SOURCE.name: module for module in found if hasattr(module, "SOURCE")}


def recognise(document: Document) -> list[str]:
    """The names of all sources that know such a file."""
    return [name for name, module in modules().items() if module.recognise(document)]


def named(name: str) -> ModuleType:
    """The module of a source. Raises AnnotationsError, listing the names, when there is none."""
    if name not in modules():
        raise AnnotationsError(unknown("annotation format", name, modules()))
    return modules()[name]


def listing() -> str:
    """Every source with its one line, for `--help`."""
    width = max(map(len, modules()))
    return "\n".join(f"  {name.ljust(width)}  {module.SOURCE.about}" for name, module in modules().items())
