"""Finds plug-ins by walking their folder: a file dropped in is all it takes."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

Contract = TypeVar("Contract")


def instances(package: ModuleType, attribute: str, contract: type[Contract]) -> list[Contract]:
    """What the files of a package declare under one name, in the order of the files.

    Args:
        package: The package; its files that declare nothing of the kind are passed over.
        attribute: The name that each file gives to its plug-in, such as FORMAT.
        contract: The class that a plug-in is an instance of.
    """
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return [value for module in modules if isinstance(value := vars(module).get(attribute), contract)]
