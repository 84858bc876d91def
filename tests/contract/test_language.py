"""The figures of `language.py` get no worse."""

from __future__ import annotations

from pathlib import Path

import pytest
from language import files, measure

MOST_VAGUE = {"curation": 0.111, "scoring": 0.061, "storage": 0.004, "pages": 0.149, "winnow": 0.0, "app.py": 0.0}
"""Share of vague names in each package: lowered with every package whose names are mended."""


@pytest.mark.parametrize("package", MOST_VAGUE)
def test_names__are_no_vaguer_than_they_were(package: str) -> None:
    figures = measure(files(package))
    assert figures.names
    assert figures.vague_share <= MOST_VAGUE[package], figures.vague.most_common(5)


def test_any__stands_no_more_often_than_it_did() -> None:
    figures = measure([path for package in ("curation", "scoring", "storage", "pages") for path in files(package)])
    assert figures.anys_per_1000_lines <= 6


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
