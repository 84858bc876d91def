"""Every field that people type into keeps what is typed, or says here why it need not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"
FIELDS = ("text_input", "text_area", "number_input")
NO_DRAFT = {
    "person": "the browser keeps the name in a cookie",
    "map_search": "searched at once, and then in the address",
    "query_key": "a query: it is in the address",
    "report_seed": "applied at once, and one number of a comparison that stores nothing",
}


def _modules() -> list[Path]:
    return sorted(PAGES.rglob("*.py"))


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def _field_keys(tree: ast.Module) -> list[str]:
    """How each field's key is written in the source; an empty text for one without a key."""
    calls = [call for name in FIELDS for call in _calls(tree, name)]
    return [
        next((ast.unparse(word.value).strip("'") for word in call.keywords if word.arg == "key"), "") for call in calls
    ]


def _drafts(tree: ast.Module) -> set[str]:
    """What is handed to `drafts.field`: as it is written, or each of the tuple that a loop goes through."""
    loops: dict[str, list[str]] = {}
    tuples: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and isinstance(node.targets[0], ast.Name):
            tuples[node.targets[0].id] = [ast.unparse(one).strip("'") for one in node.value.elts]
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Name) and list(_calls(node, "field")):
            loops.setdefault(ast.unparse(node.target), []).append(node.iter.id)
    written = [ast.unparse(call.args[0]).strip("'") for call in _calls(tree, "field")]
    looped = [key for name in written for group in loops.get(name, []) for key in tuples.get(group, [])]
    return {*written, *looped}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PAGES)))
def test_fields__keep_what_is_typed_as_a_draft(path: Path) -> None:
    tree = ast.parse(path.read_text())
    written = _drafts(tree)
    same = {"field_key": "_field_key(name, key)"}
    forgotten = [key for key in _field_keys(tree) if not {key, same.get(key, key)} & written and key not in NO_DRAFT]
    assert forgotten == [], "Call drafts.field for it, or say in NO_DRAFT why it needs no draft."


def test_fields__the_list_of_exceptions_names_only_what_there_is() -> None:
    keys = {key for path in _modules() for key in _field_keys(ast.parse(path.read_text()))}
    assert NO_DRAFT.keys() <= keys
