"""CSV for spreadsheets: no text of the data becomes a formula, numbers stay numbers, and there is one writer."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import polars as pl
import pytest
from support import row

from curation.balancing import export_plan
from curation.common import spreadsheets
from curation.exporting import accounting
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Recipe
from curation.reporting import correlation
from curation.workspace import Workspace

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|'/C calc'!A0", "＝1", "-"]
PLAIN = ["a", "", "a=b", " =1", "'", "'a", "1", "é"]
ROOT = Path(__file__).parents[3]
DATA = {"curation/containers/table.py"}
"""Writes datasets, whose rows go out as they came: they are for programs."""


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_would_be_a_formula__has_an_apostrophe_and_can_be_read_back(text: str) -> None:
    lines = text.replace("\r", "\n")
    assert spreadsheets.neutral(text) == f"'{lines}"
    assert spreadsheets.original(f"'{lines}") == lines


@pytest.mark.parametrize("text", PLAIN)
def test_other_text__stays(text: str) -> None:
    assert spreadsheets.neutral(text) == spreadsheets.original(text) == text


def test_both_writers__agree_and_leave_numbers() -> None:
    texts = FORMULAS + PLAIN[:1]
    numbers = [-1.5 + place for place in range(len(texts))]
    written = spreadsheets.text(["=name", "value"], zip(texts, numbers, strict=True))
    frame = pl.DataFrame({"=name": texts, "value": numbers})
    for table in (written, spreadsheets.of_frame(frame).decode()):
        head, *lines = csv.reader(io.StringIO(table, newline=""))
        assert head == ["'=name", "value"]
        assert [spreadsheets.original(name) for name, _ in lines] == [text.replace("\r", "\n") for text in texts]
        assert not any(name[:1] and name[0] in spreadsheets.TRIGGERS for name, _ in lines)
        assert [float(value) for _, value in lines] == numbers


def test_accounting__dataset_named_as_a_formula__is_text(workspace: Workspace, llava: object) -> None:
    import_file(workspace, llava([row("q", "a")]), ImportOptions(name="=HYPERLINK(1)"))  # type: ignore[operator]
    path = workspace.folder / "accounting.csv"
    accounting.write(workspace, export_plan.replay(workspace, Recipe()), path)
    assert path.read_text().splitlines()[1].startswith("'=HYPERLINK(1),0,")


def test_correlation__reads_what_was_made_harmless(tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(spreadsheets.text(["dataset", "a"], [("=x", -1.0), ("y", 2.0), ("z", 0.5)]))
    assert list(correlation.read_indicators(tmp_path / "i.csv").rows) == ["=x", "y", "z"]


def test_csv__only_one_module_writes_it_for_people() -> None:
    writers = set()
    for path in (one for room in ("curation", "pages", "scoring", "storage") for one in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in (
                "write_csv",
                "to_csv",
                "sink_csv",
                "writer",
                "DictWriter",
            ):
                writers.add(path.relative_to(ROOT).as_posix())
    assert writers - DATA == {"curation/common/spreadsheets.py"}
