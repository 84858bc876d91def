"""Exports are read by the lines of their cards: here by what needs no environment of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.consumers import matrix, sets
from tools.consumers.exports import exports

CASES = {case.name: case for case in sets.CASES}
HERE = ("imagefolder", "internvl", "llava", "openai", "qwen_vl")


@pytest.mark.parametrize("name", HERE)
def test_export__moved_to_another_folder__is_read_by_the_lines_of_its_card(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = matrix.programs()[name]
    monkeypatch.setattr(matrix, "environment", lambda *_: Path(sys.executable))
    case = CASES["one image" if name == "imagefolder" else "mixed"]
    cells = matrix.cells(tmp_path, name, program, list(exports(case, tmp_path / "work", program.FORMATS)))
    assert cells
    assert [cell.fault for cell in cells if cell.right != cell.rows] == []


def test_export__form_that_nothing_reads__is_refused_with_a_sentence(tmp_path: Path) -> None:
    listed = list(exports(CASES["mixed"], tmp_path / "work", ("imagefolder", "llamafactory")))
    refused = {(export.format, export.images): export.refusal for export in listed if export.refusal}
    assert set(refused) == {("imagefolder", form) for form in ("reference", "copy", "pack")} | {
        ("llamafactory", "pack")
    }
    assert "have no image" in refused["imagefolder", "copy"]
    assert "opens images as files" in refused["llamafactory", "pack"]
