"""An error that reaches a user is one sentence: every such class has one base."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import curation
import storage
from curation.__main__ import main
from curation.common.errors import WinnowError

INTERNAL = {"AmbiguousError", "RejectedRowError", "Unreadable", "BadRecord"}
"""Raised and caught within one package: their texts become outcomes of rows and answers."""


def _classes() -> set[type[Exception]]:
    classes = set()
    for package in (curation, storage):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if info.name.endswith("__main__"):
                continue
            for value in vars(importlib.import_module(info.name)).values():
                if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == info.name:
                    classes.add(value)
    return classes


def test_errors__have_one_base() -> None:
    others = {one.__name__ for one in _classes() if not issubclass(one, WinnowError)}
    assert others == INTERNAL
    assert len(_classes()) > 20


def test_main__any_of_them_is_one_sentence(capsys: object, monkeypatch: object) -> None:
    assert main(["flags", "--workspace", "/proc/nowhere/workspace"]) == 1
