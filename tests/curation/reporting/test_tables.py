"""The paper's tables as CSV and Markdown, from lines made by hand."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from curation.reporting import correlation, tables
from curation.reporting.indicators import LATER
from curation.reporting.report import IndicatorRow
from curation.reporting.sample_sets import NamedSet
from curation.reporting.tables import Line
from scoring import registry

MEMBERS = np.ones(4, dtype=bool)


def _line(name: str, **values: float | None) -> Line:
    rows = [IndicatorRow("samples", "n", "Samples", 4.0, "samples", n=4)]
    rows += [
        IndicatorRow(one.name, one.abbreviation, one.title, values.get(one.name), one.unit, one.better,
            "" if one.name in values else "not computed: run it", 4)
        for one in registry.indicators().values()
    ]  # fmt: skip
    return Line(NamedSet(name, "dataset", MEMBERS), 3, tuple(rows))


@pytest.fixture
def lines() -> list[Line]:
    return [
        _line("a|b", text_readability=0.5, balance=2.0, task_count=3.0, visual_complexity=1.0),
        _line("b", text_readability=0.25, balance=1.0, task_count=3.0, visual_complexity=2.0),
        _line("c", text_readability=0.125, balance=4.0, task_count=3.0, visual_complexity=4.0),
    ]


def test_tables__every_indicator_once(lines: list[Line]) -> None:
    assert sorted(tables.names(lines)) == sorted(registry.indicators())
    assert [name for _, group in tables.TABLE_4 for name in group] == [
        "image_readability", "visual_diversity", "object_diversity", "visual_complexity",
    ]  # fmt: skip


def test_best__none_where_intervals_meet(lines: list[Line]) -> None:
    def with_ends(line: Line, low: float, high: float) -> Line:
        rows = tuple(replace(row, low=low, high=high) if row.name == "text_readability" else row for row in line.rows)
        rows = tuple(replace(row, better="high") if row.name == "text_readability" else row for row in rows)
        return Line(line.of, line.drawn, rows)

    apart = [with_ends(_line("a", text_readability=0.5), 0.4, 0.6), with_ends(_line("b", text_readability=0.9), 0.8, 1)]
    near = [apart[0], with_ends(_line("b", text_readability=0.9), 0.55, 1)]
    assert (tables.best(apart, "text_readability"), tables.best(near, "text_readability")) == (0.9, None)
    assert "0.5 (0.4 to 0.6)" in tables.as_markdown(apart, "")


def test_best__by_direction__none_where_all_are_equal(lines: list[Line]) -> None:
    found = [tables.best(lines, name) for name in ("text_readability", "balance", "task_count", "correctness")]
    assert found == [None, 1.0, None, None]


def test_csv__numbers_unrounded__and_correlate_reads_it(lines: list[Line]) -> None:
    text = tables.as_csv(lines)
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["dataset"] for row in rows] == ["a|b", "b", "c"]
    assert (rows[2]["TR"], rows[2]["MD"], rows[2]["samples"], rows[2]["drawn"]) == ("0.125", "", "4", "3")
    assert {"TD", "ID", "RD", "OC", "IC"} <= set(rows[0])
    read = correlation.read_indicators(text)
    assert read.names[:3] == ("TR", "TD", "Bal")
    assert "MD" in read.dropped


def test_markdown__tables_and_explanations__data_is_escaped(lines: list[Line]) -> None:
    text = tables.as_markdown(lines, "A note.")
    assert "| a\\|b | 4 | 3 | 0.5 |" in text
    assert "## Table 4: pictures" in text
    assert "How fluent the responses are: mean readability" in text
    assert "not computed: run it" in text


def test_explained__same_note_once__else_by_set(lines: list[Line]) -> None:
    found = {one.row.name: one for one in tables.explained(lines)}
    assert found["correctness"].notes == ("not computed: run it",)
    assert found["correctness"].about.startswith("How many responses are right")
    assert found["task_count"].notes == ("from task",)
    assert "`" not in "".join(one.more for one in found.values())
    mixed = [lines[0], _line("x")]
    notes = next(one for one in tables.explained(mixed) if one.row.name == "balance").notes
    assert notes == ("x: not computed: run it",)


def test_missing__counts_what_is_left_for_later(lines: list[Line]) -> None:
    assert tables.missing(lines) == 0
    later = IndicatorRow("x", "X", "X", None, "", detail=LATER.detail)
    assert tables.missing([Line(lines[0].of, 3, (later,))]) == 1
