"""Mappings of columns as people say them: read, checked against the rows, and their way into nested values."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.formats import column_mapping
from curation.formats.column_mapping import ABSENT, MappingError


def test_parse__pairs_with_commas_between__columns_may_have_commas_and_blanks() -> None:
    mapping = column_mapping.parse("response=the answer, in full, instruction=q=1")
    assert mapping.columns == {"instruction": "q=1", "response": "the answer, in full"}
    assert column_mapping.of_format(mapping.name) == mapping


def test_parse__file__says_the_same_as_the_option(tmp_path: Path) -> None:
    mapping = column_mapping.parse("instruction=q,response=a")
    (tmp_path / "map.json").write_bytes(mapping.dumps())
    assert column_mapping.parse(str(tmp_path / "map.json")) == mapping


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("instruction=q", "which column holds the response"),
        ("answr=a", "There is no role 'answr'"),
        ("response=a,response=b", "is there twice"),
        ("response=", "is not ROLE=COLUMN"),
        ("messages=m,instruction=q", "leave out instruction"),
        ("response=a,chosen=b", "takes the place of response"),
        ("nowhere.json", "neither ROLE=COLUMN nor a file"),
    ],
)
def test_parse__what_gives_no_conversation__is_one_sentence(text: str, why: str) -> None:
    with pytest.raises(MappingError, match=why):
        column_mapping.parse(text)


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"response": 1}', b'{"response": ""}'])
def test_loads__what_is_no_mapping__is_refused(data: bytes) -> None:
    with pytest.raises(MappingError):
        column_mapping.loads(data)


def test_check__column_that_no_row_has__is_said_with_the_nearest_and_all_that_exist() -> None:
    rows = [{"Question": "q", "answer": "a"}, {"meta": {"asker": "x"}}]
    with pytest.raises(MappingError, match=r"no column 'question'. Did you mean 'Question'\? Known: Question, answer"):
        column_mapping.check(column_mapping.parse("instruction=question,response=answer"), rows)
    with pytest.raises(MappingError, match=r"Did you mean 'meta.asker'"):
        column_mapping.check(column_mapping.parse("response=meta.askr"), rows)


def test_value__dots_lead_into_lists_objects_and_texts_of_json__and_a_key_with_dots_comes_first() -> None:
    row = {"qa": [{"q": "Who?"}], "packed": '{"a": [1, 2]}', "x.y": "whole", "x": {"y": "inner"}}
    assert column_mapping.value(row, "qa.0.q") == "Who?"
    assert column_mapping.value(row, "packed.a.1") == 2
    assert column_mapping.value(row, "x.y") == "whole"
    assert column_mapping.value(row, "qa.1.q") is ABSENT
    assert column_mapping.value(row, "qa.0.q.deeper") is ABSENT


def test_replaced__only_the_place_is_new__text_of_json_stays_text() -> None:
    row = {"qa": [{"q": "Who?", "n": 1}], "packed": '{"a": [1, 2]}'}
    assert column_mapping.replaced(row, "qa.0.q", "What?") == row | {"qa": [{"q": "What?", "n": 1}]}
    assert column_mapping.replaced(row, "packed.a.1", "é") == row | {"packed": '{"a": [1, "é"]}'}
