"""Tables as one JSON object, as pandas and `datasets` write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from curation.containers import registry
from curation.containers.container import DatasetSource, UnreadableFileError
from curation.images.inline import Pictures
from curation.importing.importer import import_file
from curation.workspace import Workspace

ROWS = [{"image": "a.png", "question": "What?", "answer": "A cat."}, {"image": None, "question": "Who?", "answer": "B"}]
TABLES = {
    "columns": {name: {str(number): row[name] for number, row in enumerate(ROWS)} for name in ROWS[0]},
    "lists": {name: [row[name] for row in ROWS] for name in ROWS[0]},
    "index": {str(number): row for number, row in enumerate(ROWS)},
    "split": {"columns": list(ROWS[0]), "index": [0, 1], "data": [list(row.values()) for row in ROWS]},
}
NO_TABLES: list[object] = [
    {"images": ["a.png"], "texts": [{"user": "What?", "assistant": "A cat."}]},
    {"image": ["a.png", "b.png"], "question": "What?", "answer": "A cat."},
    {"messages": [{"role": "user", "content": "What?"}], "images": ["a.png"]},
    {"a": {"0": 1}, "b": {"1": 2}}, {"columns": ["a"], "data": [[1, 2]]}, {"a": [1, 2], "b": [1]},
]  # fmt: skip


def _no_picture(_data: bytes, _extension: str) -> str:
    raise AssertionError


@pytest.mark.parametrize("orientation", TABLES)
def test_frame__rows_come_in_and_go_out_as_they_were(orientation: str, tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text(json.dumps(TABLES[orientation]))
    kind = registry.find(path)
    source = DatasetSource(path, _no_picture)
    rows = [row.data.decode() for row in kind.read(source)]
    assert (kind.name, [json.loads(row) for row in rows]) == ("frame", ROWS)
    (written,) = kind.write(rows, tmp_path, "out", source.envelope, Pictures(tmp_path))
    assert json.loads(written.read_text()) == TABLES[orientation]


@pytest.mark.parametrize("value", NO_TABLES)
def test_frame__object_that_is_a_row__is_none(value: object, tmp_path: Path) -> None:
    path = tmp_path / "row.json"
    path.write_text(json.dumps(value))
    assert registry.find(path).name != "frame"


def test_frame__lines_of_rows_that_begin_with_a_list__are_lines(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    line = json.dumps({"images": ["a.png"], "texts": ["x" * 1000]})
    path.write_text(f"{line}\n" * 3000)
    assert registry.find(path).name == "lines"


def test_frame__columns_of_other_lengths_beyond_the_first_megabyte__one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text(json.dumps({"a": ["x" * 100] * 20_000, "b": ["y"]}))
    with pytest.raises(UnreadableFileError, match="differ in length"):
        list(registry.find(path).read(DatasetSource(path, _no_picture)))


def test_import__nan_in_a_frame__is_absent(workspace: Workspace, photo: Callable[..., Path], tmp_path: Path) -> None:
    photo("a.png")
    path = tmp_path / "table.json"
    path.write_text(json.dumps({**TABLES["columns"], "score": {"0": 0.5, "1": float("nan")}}))
    assert import_file(workspace, path).imported == 2
    assert workspace.store.frame("SELECT instruction, response FROM turn ORDER BY turn_no").rows() == [
        ("What?", "A cat."), ("Who?", "B"),
    ]  # fmt: skip
