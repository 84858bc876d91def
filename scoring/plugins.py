"""Finds plug-ins: the files of a package, of the folders that `--plugins` names, and of installed packages.

A file dropped into its package is all that a built-in plug-in takes. Files from elsewhere are code, so they are loaded
only where a user named their folder or installed their package (entry points of the group `winnow.plugins`).
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable
from functools import _lru_cache_wrapper, cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

FOLDERS = "WINNOW_PLUGINS"
"""Environment variable with the folders, separated as those of PATH; workers inherit it."""
GROUP = "winnow.plugins"
"""Group of the entry points of installed packages; each names a module."""
_NAMESPACE = "winnow_plugins"
"""Files from folders are modules of this name, so that none hides a module of the same name."""

Contract = TypeVar("Contract")
Found = TypeVar("Found")


_remembered: list[_lru_cache_wrapper[Any]] = []


def cached_plugins(find: Callable[[], Found]) -> _lru_cache_wrapper[Found]:
    """Keeps what a function finds until other folders of plug-ins are named."""
    remembered = cache(find)
    _remembered.append(remembered)
    return remembered


def forget() -> None:
    """Lets plug-ins be looked for anew."""
    for remembered in _remembered:
        remembered.cache_clear()


class PluginError(Exception):
    """A plug-in cannot be loaded, or lacks something; the message says which file and what."""


def instances(package: ModuleType, attribute: str, contract: type[Contract]) -> list[Contract]:
    """Collects what files declare under one name.

    Args:
        package: The package; its files that declare nothing of the kind are passed over.
        attribute: The name that each file gives to its plug-in, such as FORMAT.
        contract: The class that a plug-in is an instance of.

    Returns:
        The plug-ins: first those of the package in the order of its files, then those from elsewhere.
    """
    modules = (*of_package(package), *external())
    return [value for module in modules if isinstance(value := vars(module).get(attribute), contract)]


def of_package(package: ModuleType) -> list[ModuleType]:
    """Every module of a package, in the order of the files."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


@cached_plugins
def external() -> tuple[ModuleType, ...]:
    """Loads the plug-ins from elsewhere, once: those of folders in the order of their names, then installed ones.

    Raises:
        PluginError: A folder is not there, or a file cannot be imported.
    """
    loaded = [from_file(path) for folder in folders() for path in _files(folder)]
    return (*loaded, *(_installed(entry) for entry in sorted(importlib.metadata.entry_points(group=GROUP))))


def use(paths: Iterable[Path]) -> None:
    """Names folders, or single files, to load plug-ins from, in this process and its workers.

    Raises:
        PluginError: There is nothing of the kind at a path.
    """
    named = [path.resolve() for path in paths]
    for path in named:
        _files(path)
    new = [path for path in named if path not in folders()]
    if new:
        os.environ[FOLDERS] = os.pathsep.join(map(str, (*folders(), *new)))
        forget()


def folders() -> list[Path]:
    """The folders and files that plug-ins are loaded from."""
    return [Path(folder) for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder]


def from_file(path: Path) -> ModuleType:
    """Loads one plug-in file.

    Raises:
        PluginError: The file is not there or cannot be imported.
    """
    name = f"{_NAMESPACE}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise PluginError(f"There is no plug-in at {path}: it is a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses of a module look their types up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise PluginError(f"The plug-in {path} cannot be loaded: {type(error).__name__}: {error}.") from error
    return module


def _files(folder: Path) -> list[Path]:
    if folder.suffix == ".py":
        return [folder]
    if not folder.is_dir():
        raise PluginError(f"There is no folder of plug-ins at {folder}.")
    return sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))


def _installed(entry: importlib.metadata.EntryPoint) -> ModuleType:
    try:
        module = entry.load()
    except Exception as error:
        package = entry.dist.name if entry.dist else entry.value
        raise PluginError(f"The plug-in of {package} cannot be loaded: {type(error).__name__}: {error}.") from error
    if not isinstance(module, ModuleType):
        raise PluginError(f"The entry point {entry.name} of {GROUP} names {entry.value}, which is no module.")
    return module
