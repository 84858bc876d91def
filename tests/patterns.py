"""Finds every regular expression of the project, and the texts that are worst for each."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _compiler as compiler
from re import _constants as codes
from re import _parser as parser
from types import ModuleType
from typing import Any

_ROOT = Path(__file__).parents[1]
PACKAGES = ("curation", "pages", "scoring", "storage", "winnow")
FUNCTIONS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
ANCHORED = frozenset(["match", "fullmatch"])
COMMON = (
    " ", "\n", "\t", "a", "A", "7", ".", ",", "'", '"', "“", "”", "\\", "<", ">", "[", "(", "{", "-", "_", "*", "#",
    "`", ":", "e\u0301", "\u0301", "<image>", "<img>", "<box>", "<think>", "not a dog ", "no ", "a, ", "a a ", "1.",
    "[1, ", "1 2 3 4 ", "data:image/png;", '"a": "', "Mr. ", "A dog. ", "a The ", "i'm sorry ", "```\n", "$", "|",
    "the ",
)  # fmt: skip
"""Short texts that are repeated to the length asked for."""
CANDIDATES = " aA07_-.,:;!?<>[](){}\"“”'’/\\*#~|@=+&%$^`\n\t\ufffd\u0301é"
_FAILING = "\x01"
_ENDLESS = 20
"""Repetitions from which on a part counts as one without an end."""


@dataclass(frozen=True)
class Use:
    """A regular expression where it stands, and the method that it is used with."""

    place: str
    pattern: re.Pattern[Any]
    method: str


def uses(local: dict[str, Callable[[], list[re.Pattern[Any]]]]) -> Iterator[Use]:
    """Every regular expression of the four packages, read off their sources.

    One that is built from local names cannot be read off: `local` makes it, by "MODULE.FUNCTION".
    Raises LookupError for one that it does not list.
    """
    for package in PACKAGES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            calls = list(_calls(tree))
            if calls:  # a page's script cannot be imported, and holds none
                name = ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")
                yield from _uses(importlib.import_module(name), tree, calls, local)


def _uses(
    module: ModuleType,
    tree: ast.AST,
    calls: list[tuple[str, ast.Call]],
    local: dict[str, Callable[[], list[re.Pattern[Any]]]],
) -> Iterator[Use]:
    called = _methods_by_name(tree)
    for function, call in calls:
        place = f"{module.__name__}:{call.lineno}"
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        try:
            pattern = _compiled(call, module)
        except NameError:
            name = f"{module.__name__}.{function}"
            if name not in local:
                raise LookupError(f"{place}: list how {name} makes its pattern") from None
            yield from (Use(place, each, "finditer") for each in local[name]())
            continue
        if method == "compile":
            methods = called.get(_assigned_to(tree, call), {"finditer"})
            method = "finditer" if not methods <= ANCHORED else min(methods)
        yield Use(place, pattern, method if method in ANCHORED else "finditer")


def _calls(tree: ast.AST, function: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Calls of the module `re` with the name of the function that they stand in."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef) else function
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in FUNCTIONS
        ):
            yield function, node
        yield from _calls(node, inside)


def _compiled(call: ast.Call, module: ModuleType) -> re.Pattern[Any]:
    flags = {word.arg: word.value for word in call.keywords}.get("flags")
    if call.func.attr == "compile" and len(call.args) > 1:  # type: ignore[attr-defined]  # an Attribute, see _calls
        flags = call.args[1]
    return re.compile(_value(call.args[0], module), _value(flags, module) if flags else 0)


def _value(node: ast.expr, module: ModuleType) -> Any:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), dict(vars(module)))


def _assigned_to(tree: ast.AST, call: ast.Call) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and node.value is call and isinstance(node.targets[0], ast.Name):
            return node.targets[0].id
    return ""


def _methods_by_name(tree: ast.AST) -> dict[str, set[str]]:
    """By name of a variable: the attributes that are read of it; "finditer" where it is passed on."""
    methods: dict[str, set[str]] = {}
    owners = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            methods.setdefault(node.id, set()).add(owners.get(id(node), "finditer"))
    return methods


_SCRIPT = re.compile(
    r"//[^\n]*+|/\*.*?\*/|'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\""
    r"|(?:(?<=[=(,:;!&|?\[{}>])|(?<=return))\s*+"
    r"/(?P<source>(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++)/(?P<flags>[a-z]*+)",
    re.DOTALL,
)
"""Comments, texts and regular expressions of JavaScript."""


def in_scripts(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(place, source, flags) of every regular expression that stands in the JavaScript files of a folder."""
    for path in sorted(folder.rglob("*.js")):
        script = path.read_text(encoding="utf-8")
        for match in _SCRIPT.finditer(script):
            if match["source"]:
                line = script.count("\n", 0, match.start("source")) + 1
                yield f"{path.name}:{line}", match["source"], match["flags"]


def worst_texts(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """Texts of about `length` characters: what the pattern repeats, what it almost matches, and the common ones."""
    units = dict.fromkeys(("", unit) for unit in COMMON)
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units |= dict.fromkeys(_pumps(parsed, ""))
    for choice in range(4):
        whole = _sample(parsed, choice)
        units |= dict.fromkeys([("", whole), ("", whole[:-1]), ("", whole[: len(whole) // 2])])
    for prefix, unit in units:
        if unit:
            text = prefix + unit * max(length // len(unit), 1)
            for one in (text, text + _FAILING):
                yield one.encode() if isinstance(pattern.pattern, bytes) else one


def _pumps(items: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """(what stands before, what repeats) for every repetition without an end, and both repeated together."""
    for code, value in items:
        for body in _bodies(code, value):
            if code in _REPEATS and value[1] > _ENDLESS:
                for choice in range(3):
                    unit = _sample(body, choice)
                    yield from ((prefix, unit), ("", prefix + unit), ("", unit), (prefix, unit + " "))
            yield from _pumps(body, prefix)
        prefix += _sample([(code, value)], 0)
    yield "", prefix


_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def _bodies(code: Any, value: Any) -> list[Any]:
    """The parts inside one item of a parsed pattern."""
    if code in _REPEATS:
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.ATOMIC_GROUP:
        return [value]
    if code is codes.BRANCH:
        return list(value[1])
    return [value[1]] if code in (codes.ASSERT, codes.ASSERT_NOT) else []


def _sample(items: Any, choice: int) -> str:
    """A text that the parsed pattern matches, or nearly; `choice` selects among branches and characters."""
    return "".join(_sample_one(code, value, choice) for code, value in items)


def _sample_one(code: Any, value: Any, choice: int) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code in (codes.IN, codes.NOT_LITERAL, codes.ANY):
        return _character(code, value, choice)
    if code in _REPEATS:
        return _sample(value[2], choice) * min(max(value[0], 1), 50)
    if code is codes.BRANCH:
        return _sample(value[1][choice % len(value[1])], choice)
    if code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
        return _sample(_bodies(code, value)[0], choice)
    return ""


def _character(code: Any, value: Any, choice: int) -> str:
    item = parser.SubPattern(parser.State(), [(code, value)])
    item.state.str = ""
    one = compiler.compile(item, 0)
    fitting = [each for each in CANDIDATES if one.match(each)]
    fitting = fitting or [chr(part) for kind, part in value if kind is codes.LITERAL] if code is codes.IN else fitting
    return fitting[choice * 3 % len(fitting)] if fitting else "x"
