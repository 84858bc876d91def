"""How plainly the code speaks: `python tests/language.py` prints the figures that `test_language.py` holds."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("curation", "scoring", "storage", "pages", "benchmarks", "tests", "app.py")
VAGUE = frozenset(
    "found one said made mine known wanted given place places at there here planned shown what those own chosen taken "
    "held around asked told kept beside whole rest".split()
)
"""Names that do not say what the value is."""
VAGUE_TYPES = VAGUE | frozenset(
    "where gathered still past last keep keeps done added again ask asking tried used sent saved combined explained "
    "coded answered better things wrong good now then next".split()
)
"""Words that, alone, do not say of a type what it holds."""
_SECTIONS = ("Args:", "Returns:", "Yields:", "Raises:")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Figures:
    """What was counted in some files; `vague` by name."""

    lines: int = 0
    names: int = 0
    vague: Counter[str] = field(default_factory=Counter)
    anys: int = 0
    public: int = 0
    with_sections: int = 0

    @property
    def vague_share(self) -> float:
        """Share of bound names that are vague, 0 to 1."""
        return self.vague.total() / max(self.names, 1)

    @property
    def anys_per_1000_lines(self) -> float:
        """How often `Any` stands in annotations and casts, per 1,000 lines."""
        return 1000 * self.anys / max(self.lines, 1)

    @property
    def section_share(self) -> float:
        """Share of the public functions with more than one argument whose docstring has Args, Returns or Raises."""
        return self.with_sections / max(self.public, 1)


def measure(paths: Iterator[Path] | list[Path]) -> Figures:
    """The figures of some Python files together."""
    figures = Figures()
    for path in paths:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        figures.lines += source.count("\n")
        for name in bound_names(tree):
            figures.names += 1
            if name.strip("_") in VAGUE:
                figures.vague[name.strip("_")] += 1
        figures.anys += sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))
        for function in _public_functions(tree):
            figures.public += 1
            figures.with_sections += any(section in (ast.get_docstring(function) or "") for section in _SECTIONS)
    return figures


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module binds: assigned, defined, a parameter, or the name of a caught error."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, _Function | ast.ClassDef) or (isinstance(node, ast.ExceptHandler) and node.name):
            yield node.name


def defined_types(tree: ast.Module) -> Iterator[str]:
    """The names of a module's classes and type aliases without leading underscores; no type variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name.lstrip("_")
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or isinstance(node.value, ast.Call):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = target.id.lstrip("_") if isinstance(target, ast.Name) else ""
            if name[:1].isupper() and not name.isupper():
                yield name


def files(package: str) -> list[Path]:
    """The Python files of a package, or one file."""
    path = ROOT / package
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _public_functions(tree: ast.Module) -> Iterator[_Function]:
    """Functions and methods without an underscore and with more than one argument besides `self` and `cls`."""
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")]
    for node in (node for body in bodies for node in body):
        if isinstance(node, _Function) and not node.name.startswith("_"):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            if sum(argument.arg not in ("self", "cls") for argument in arguments) > 1:
                yield node


def main() -> None:
    """Prints the figures of each package, and of the folders named on the command line."""
    names = sys.argv[1:] or PACKAGES
    print(f"{'package':<28}{'lines':>8}{'vague names':>13}{'Any / 1,000':>13}{'docstrings with sections':>26}")
    for name in names:
        figures = measure(files(name))
        most = ", ".join(f"{word} {count}" for word, count in figures.vague.most_common(3))
        print(
            f"{name:<28}{figures.lines:>8,}{figures.vague_share:>13.2%}{figures.anys_per_1000_lines:>13.1f}"
            f"{figures.section_share:>26.0%}  {most}"
        )


if __name__ == "__main__":
    main()
