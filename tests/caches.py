"""Finds what modules remember without an end: collections that functions fill, and functions that forget nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

_COLLECTIONS = frozenset(
    [
        "dict",
        "OrderedDict",
        "defaultdict",
        "WeakKeyDictionary",
        "WeakValueDictionary",
        "Counter",
        "set",
        "list",
        "deque",
    ]
)
_ADDING = frozenset(["setdefault", "update", "add", "append", "extend", "insert", "appendleft"])
Node = ast.FunctionDef | ast.AsyncFunctionDef


def unbounded(source: str, module: str) -> Iterator[str]:
    """MODULE.NAME of each collection of the module that functions add to, and of each function that forgets nothing.

    A collection counts when a function adds what comes of its own arguments, under whatever key; a function when it
    has parameters and a cache without a size.
    """
    tree = ast.parse(source)
    collections = {name for statement in tree.body for name in _collections(statement)}
    for function in (node for node in ast.walk(tree) if isinstance(node, Node)):
        if _parameters(function) and any(_is_endless(decorator) for decorator in function.decorator_list):
            yield f"{module}.{function.name}"
        additions = [(name, added) for name, added in _additions(function) if name in collections]
        derived = _derived(function) if additions else set()
        yield from (f"{module}.{name}" for name, added in additions if derived & _names(added))


def modules(root: Path, packages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Source and name of every module of the packages."""
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            yield path.read_text(encoding="utf-8"), name


def _collections(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement of a module binds to a collection that can grow."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return
    value = statement.value
    called = value.func if isinstance(value, ast.Call) else None
    kind = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    if isinstance(value, ast.Dict | ast.List | ast.Set) or kind in _COLLECTIONS:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _is_endless(decorator: ast.expr) -> bool:
    """`@cache`, or `@lru_cache(maxsize=None)`."""
    call = decorator if isinstance(decorator, ast.Call) else None
    named = call.func if call else decorator
    name = named.attr if isinstance(named, ast.Attribute) else named.id if isinstance(named, ast.Name) else ""
    sizes = [word.value for word in call.keywords if word.arg == "maxsize"] + call.args[:1] if call else []
    return name == "cache" or (name == "lru_cache" and any(_is_none(size) for size in sizes))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _parameters(function: Node) -> set[str]:
    words = function.args
    every = [*words.posonlyargs, *words.args, *words.kwonlyargs, words.vararg, words.kwarg]
    return {word.arg for word in every if word is not None}


def _derived(function: Node) -> set[str]:
    """The function's parameters, and the names that it makes of them."""
    names, before = _parameters(function), -1
    while len(names) > before:
        before = len(names)
        for node in ast.walk(function):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For | ast.comprehension):
                value = node.iter if isinstance(node, ast.For | ast.comprehension) else node.value
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if value is not None and names & _names(value):
                    names |= {
                        part.id for target in targets for part in ast.walk(target)
                        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
                    }  # fmt: skip
    return names


def _additions(function: Node) -> Iterator[tuple[str, ast.AST]]:
    """(collection, what is added) for whatever a function adds to something by name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    yield target.value.id, target.slice
                elif isinstance(node, ast.AugAssign) and isinstance(target, ast.Name):
                    yield target.id, node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.attr in _ADDING
        ):
            yield node.func.value.id, ast.Tuple([*node.args, *(word.value for word in node.keywords)])


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
