"""JSON objects of rows by their ids, and what only looks like one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from curation.containers import keyed, registry
from curation.containers.container import DatasetSource
from curation.images.inline import Pictures

QA = {"image": "a.jpg", "question": "What is it?", "answer": "A dog."}


def _read(path: Path) -> list[dict[str, Any]]:
    rows = list(keyed.read(DatasetSource(path, lambda _data, _extension: "")))
    assert [row.problem for row in rows] == [""] * len(rows)
    return [orjson.loads(row.data) for row in rows]


def _stored(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_read__each_row_has_its_key_as_its_id(tmp_path: Path) -> None:
    path = _stored(tmp_path / "a.json", orjson.dumps({"000001": QA, "000002": QA}, option=orjson.OPT_INDENT_2))
    assert registry.find(path).name == "keyed"
    assert _read(path) == [{"id": "000001", **QA}, {"id": "000002", **QA}]


def test_read__a_row_with_an_id_of_its_own_keeps_it(tmp_path: Path) -> None:
    path = _stored(tmp_path / "a.json", orjson.dumps({"x1": {"id": 7, **QA}, "x2": {"id": 8, **QA}}))
    assert _read(path) == [{"__key__": "x1", "id": 7, **QA}, {"__key__": "x2", "id": 8, **QA}]


def test_write__gives_back_the_object_that_was_read(tmp_path: Path) -> None:
    value = {"000001": QA, 'say "2"': {"id": 7, **QA}, "3": {}}
    path = _stored(tmp_path / "a.json", orjson.dumps(value))
    rows = [raw.data.decode() for raw in keyed.read(DatasetSource(path, lambda _data, _extension: ""))]
    (written,) = keyed.write(rows, tmp_path, "b", {}, Pictures(tmp_path))
    assert orjson.loads(written.read_bytes()) == value


def test_read__a_file_that_ends_too_early__gives_every_whole_row(tmp_path: Path) -> None:
    text = orjson.dumps({"1": QA, "2": QA, "3": QA})
    path = _stored(tmp_path / "a.json", text[:-20])
    rows = list(keyed.read(DatasetSource(path, lambda _data, _extension: "")))
    assert [row.problem for row in rows] == ["", "", "truncated_file"]


@pytest.mark.parametrize(
    "text",
    [
        '{"fields": {"image": "a.jpg", "prompt": "What?"}, "responses": {}}',
        '{"1": {"a": 1, "b": 2}, "2": {"a": 1, "b": 2}}\n{"1": {"a": 1, "b": 2}, "2": {"a": 1, "b": 2}}',
        '{"meta": {"a": 1}, "name": "x", "rows_of": {"a": 1}}',
        '{"systemInstruction": {"role": "system", "parts": []}, "contents": [{"role": "user", "parts": []}]}',
        '{"row": {"question": "What?", "answer": "A dog."}}',
    ],
)
def test_find__a_row_of_objects__is_no_object_of_rows(text: str, tmp_path: Path) -> None:
    assert registry.find(_stored(tmp_path / "a.json", text)).name != "keyed"
