"""The figures of `language.py` get no worse."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
from language import ROOT, VAGUE_TYPES, defined_types, files, measure

PACKAGES = ("curation", "scoring", "storage", "pages", "winnow")

MOST_VAGUE = {"curation": 0.003, "scoring": 0.001, "storage": 0.003, "pages": 0.0, "winnow": 0.0, "app.py": 0.0}
"""Share of vague names in each package: lowered whenever names are mended."""


@pytest.mark.parametrize("package", MOST_VAGUE)
def test_names__are_no_vaguer_than_they_were(package: str) -> None:
    figures = measure(files(package))
    assert figures.names
    assert figures.vague_share <= MOST_VAGUE[package], figures.vague.most_common(5)


def test_any__stands_no_more_often_than_it_did() -> None:
    figures = measure([path for package in ("curation", "scoring", "storage", "pages") for path in files(package)])
    assert figures.anys_per_1000_lines <= 3


@pytest.mark.parametrize("package", PACKAGES)
def test_docstrings__have_sections(package: str) -> None:
    figures = measure(files(package))
    assert figures.public
    assert figures.section_share >= 0.9


def _files_by_type() -> dict[str, list[str]]:
    files_by_type: dict[str, list[str]] = defaultdict(list)
    for path in (path for package in PACKAGES for path in files(package)):
        for name in defined_types(ast.parse(path.read_text(encoding="utf-8"))):
            files_by_type[name].append(str(path.relative_to(ROOT)))
    return files_by_type


def test_types__have_a_name_of_their_own() -> None:
    assert {name: paths for name, paths in _files_by_type().items() if len(paths) > 1} == {}


def test_types__say_what_they_hold() -> None:
    types = _files_by_type()
    assert sorted(name for name in types if name.strip("_").lower() in VAGUE_TYPES) == []


def test_glossary__names_classes_that_exist() -> None:
    names = set(re.findall(r"`([A-Z][A-Za-z]*)`", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")))
    assert names
    assert names <= _files_by_type().keys()


def test_defined_types__are_classes_and_aliases_but_no_constants_and_type_variables() -> None:
    lines = ("class _Row:", "    class Part: ...", "Rows = list[int]", "ROWS = 3", 'Kind = TypeVar("Kind")')
    assert sorted(defined_types(ast.parse("\n".join(lines)))) == ["Part", "Row", "Rows"]


def test_measure__counts_what_is_bound_and_how_functions_are_described(tmp_path: Path) -> None:
    lines = (
        "def add(one: int, samples: Any) -> int:",
        '    """Adds.',
        "",
        "    Args:",
        "        one: A number.",
        '    """',
        "    _found = 1",
        "",
    )
    (tmp_path / "a.py").write_text("\n".join(lines))
    figures = measure([tmp_path / "a.py"])
    assert (figures.names, dict(figures.vague)) == (4, {"one": 1, "found": 1})
    assert (figures.anys, figures.public, figures.with_sections) == (1, 1, 1)
