"""What pages read is kept, but never without a bound."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from curation import memo
from curation.workspace import Workspace

ROOT = Path(__file__).parents[2]
SOURCES = [path for room in ("curation", "pages", "scoring", "storage") for path in (ROOT / room).rglob("*.py")]


def test_recall__many_names__remembers_those_asked_for_last(workspace: Workspace) -> None:
    store, calls = workspace.store, []
    for number in range(3 * memo.MOST_NAMES):
        memo.recall(store, "used all the time", lambda _: calls.append("used"))
        memo.recall(store, f"name {number}", lambda _, n=number: n)
    assert memo.remembered(store) == memo.MOST_NAMES
    assert calls == ["used"]


def test_recall_each__many_keys__remembers_as_many_as_told(workspace: Workspace) -> None:
    for number in range(100):
        assert memo.recall_each(workspace.store, "squares", number, lambda _, n=number: n * n, most=7) == number**2
    assert memo.remembered(workspace.store) == 7


def test_recall_each__what_was_read_again_is_the_newest(workspace: Workspace) -> None:
    store, calls = workspace.store, []
    for key in (1, 2, 1, 3, 1):
        memo.recall_each(store, "things", key, lambda _, key=key: calls.append(key), most=2)
    assert calls == [1, 2, 3]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_caches__of_functions_with_arguments__have_a_bound(path: Path) -> None:
    """`functools.cache` keeps all that it was ever asked: only a function whose arguments are few may have it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            arguments = node.args.args + node.args.kwonlyargs
            endless = [one for one in node.decorator_list if _is_endless(one)]
            assert not (endless and arguments), (
                f"{path.name}:{node.lineno}: give {node.name} an lru_cache with a maxsize"
            )


def _is_endless(decorator: ast.expr) -> bool:
    text = ast.unparse(decorator)
    return text in ("cache", "functools.cache") or "maxsize=None" in text
