"""Keys of decisions say again what they were built from, whatever names and tags look like."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.decisions import keys

SAMPLE = "odd@name #1 (v2)/" + "0f" * 16 + "#3"
"""A key of an earlier version, whose dataset's name may hold anything."""


def _frame(*texts: str) -> pl.DataFrame:
    return pl.DataFrame({"key": texts}, schema={"key": pl.String})


@given(st.text(), st.integers(0, 99), st.integers(0, 999), st.integers(0, 999))
def test_span__is_read_back(dataset: str, turn: int, start: int, end: int) -> None:
    sample = f"{dataset}/{keys.sample('0f' * 16, 0)}"
    assert keys.span_of(keys.span(sample, turn, start, end)) == (sample, turn, start, end)
    assert keys.sample_of("span", keys.span(sample, turn, start, end)) == sample
    assert keys.sample_of("turn", keys.turn(sample, turn)) == sample


@pytest.mark.parametrize("tag", ["good", "a@b", "#2@x", "", "two\nlines"])
def test_tag__is_read_back_with_any_characters(tag: str) -> None:
    sample = keys.sample("0f" * 16, 0)
    key = keys.tag(sample, tag)
    assert keys.sample_of("tag", key) == sample
    assert keys.parts(_frame(key), "tag").select("sample", "tag").rows() == [(sample, tag)]


def test_parts__turns_and_spans_in_a_frame() -> None:
    turns = keys.parts(_frame(keys.turn(SAMPLE, 2), "no key"), "turn")
    assert turns.select("sample", "turn").rows() == [(SAMPLE, 2)]
    spans = keys.parts(_frame(keys.span(SAMPLE, 1, 4, 9)), "span")
    assert spans.select("sample", "turn", "start", "end").rows() == [(SAMPLE, 1, 4, 9)]
    assert keys.parts(_frame(), "tag").columns == ["key", "sample", "tag"]


def test_sample_of__a_flag_names_no_sample_and_a_sample_is_itself() -> None:
    assert keys.sample_of("flag", "f1") == ""
    assert keys.sample_of("note", SAMPLE) == SAMPLE
    assert keys.span_of("no span") is None
