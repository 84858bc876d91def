from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation.containers import registry, splitting
from curation.containers.container import DatasetSource, RawRow, UnreadableFileError

TRICKY = [
    {"a": 'quote " brace } bracket ] backslash \\ end'},
    {"a": "\\", "b": ["[", {"c": '\\"'}]},
    {"a": "line\nbreak", "nested": [[1, 2], {"x": {}}]},
    {"ü": "snow ☃ and emoji 🐕"},
]


def _rows(path: Path) -> list[RawRow]:
    return list(registry.find(path).read(DatasetSource(path, lambda *_: "")))


def _texts(path: Path) -> list[str]:
    return [row.data.decode() for row in _rows(path)]


def _parsed(path: Path) -> list[object]:
    return [json.loads(text) for text in _texts(path)]


@pytest.mark.parametrize("indent", [None, 2])
def test_read__list__every_row_as_written(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(TRICKY, indent=indent, ensure_ascii=False))
    assert _parsed(path) == TRICKY


def test_read__lines__every_row_as_written(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in TRICKY) + "\n\n")
    assert _parsed(path) == TRICKY


def test_read__objects_one_after_the_other__every_row(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("\n".join(json.dumps(one, indent=2) for one in TRICKY))
    assert registry.find(path).name == "objects"
    assert _parsed(path) == TRICKY


def test_read__byte_order_mark__is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(TRICKY).encode())
    assert _parsed(path) == TRICKY


def test_read__row_text_is_verbatim(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[ {"n": 1.50,  "n": 2, "u": "\\u00e9"} ,\n{"b":1e5}]')
    assert _texts(path) == ['{"n": 1.50,  "n": 2, "u": "\\u00e9"}', '{"b":1e5}']


def test_read__rows_over_chunk_borders__none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "CHUNK_BYTES", 7)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(TRICKY * 5, indent=1, ensure_ascii=False))
    assert _parsed(path) == TRICKY * 5


def test_read__truncated_list__rows_before_it_then_a_named_outcome(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(TRICKY)[:-30])
    found = _rows(path)
    assert [json.loads(row.data) for row in found[:-1]] == TRICKY[:3]
    assert found[-1].problem == "truncated_file"
    assert "in the middle of a row" in found[-1].detail


def test_read__list_without_its_end__is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1}, ')
    assert [row.problem for row in _rows(path)] == ["", "truncated_file"]


def test_read__something_between_the_rows__is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1}, 17, {"b": 2}] and more')
    assert [row.problem for row in _rows(path)] == ["", "not_an_object", "", "broken_json"]


def test_read__row_longer_than_allowed__is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LONGEST_ROW_BYTES", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": "' + "x" * 5000 + '"}\n{"a": 2}\n')
    assert [row.problem for row in _rows(path)] == ["", "row_too_long", ""]


def test_read__ten_megabyte_line__is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"a": "x" * 10_000_000}) + '\n{"a": 2}\n')
    assert [len(row.data) > 10_000_000 for row in _rows(path)] == [True, False]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"   \n ", "is empty"),
        ('[{"a": 1}]'.encode("utf-16"), "is UTF-16 text"),
        ('[{"a": 1}]'.encode("utf-32"), "is UTF-32 text"),
        (b"id,image\n1,a.jpg", "it isn't one of"),
    ],
)
def test_layout__file_that_is_no_dataset__one_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match=sentence):
        registry.find(path)


def test_layout__no_such_file__one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Cannot read"):
        registry.find(tmp_path / "nowhere.json")
