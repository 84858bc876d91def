"""Whatever stands in a row comes out as it went in; WINNOW_FUZZ_EXAMPLES tries as many rows as it says."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.containers import registry as containers
from curation.containers import row_parser
from curation.containers.container import DatasetSource
from curation.formats import registry
from curation.formats.contract import Format
from curation.images import inline
from curation.images.inline import Pictures
from curation.recipes import edits
from curation.recipes.edits import TurnEdit

MORE = settings(
    max_examples=int(os.environ.get("WINNOW_FUZZ_EXAMPLES", "60")),
    derandomize="WINNOW_FUZZ_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(lambda text: inline.TOKEN not in text)
NUMBER = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUE = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
EXTRA = st.dictionaries(TEXT.map(lambda name: f"x{name}"), VALUE, max_size=4)
TURNS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3)


def _said(turns: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"from": who, "value": text} for turn in turns for who, text in zip(("human", "gpt"), turn, strict=True)]


ROWS = st.lists(
    st.builds(lambda turns, extra: {**extra, "conversations": _said(turns)}, TURNS, EXTRA), min_size=1, max_size=5
)


@pytest.mark.parametrize("name", ["list", "lines", "objects", "parquet"])
@MORE
@given(rows=ROWS, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_rows__through_any_container__are_the_same(
    name: str, rows: list[Any], indent: int | None, ascii_only: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pictures = Pictures(Path(folder) / "kept")
        path = _write(Path(folder), name, rows, indent, ascii_only)
        container = containers.find(path)
        source = DatasetSource(path, pictures.keep)
        texts = [row_parser.parse(raw, pictures.keep, lifted=container.lifts).text for raw in container.read(source)]
        written = container.write(texts, Path(folder), "out", source.envelope, pictures)
        again = [json.loads(raw.data) for raw in container.read(DatasetSource(written[0], pictures.keep))]
    assert [_filled(one) for one in again] == [_filled(one) for one in rows]


def _write(folder: Path, name: str, rows: list[Any], indent: int | None, ascii_only: bool) -> Path:
    if name == "parquet":
        said = [{"conversations": row["conversations"]} for row in rows]
        rows[:] = said
        (path,) = containers.kinds()["parquet"].write(
            [json.dumps(row) for row in said], folder, "in", {}, Pictures(folder / "kept")
        )
        return path
    path = folder / ("in.json" if name != "lines" else "in.jsonl")
    texts = [json.dumps(row, indent=None if name == "lines" else indent, ensure_ascii=ascii_only) for row in rows]
    path.write_text(f"[{', '.join(texts)}]" if name == "list" else "\n".join(texts), encoding="utf-8")
    return path


def _filled(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("dataset_format", registry.formats().values(), ids=registry.formats().keys())
@MORE
@given(extra=EXTRA, text=TEXT.filter(str.strip))
def test_edited_row__keeps_every_other_field(dataset_format: Format, extra: dict[str, Any], text: str) -> None:
    for row in (row for row in _example(dataset_format) if isinstance(row, dict)):  # a list has no other fields
        keyed = dataset_format.name == "mimic_it"
        whole = {name: {**inside, **extra} for name, inside in row.items()} if keyed else {**row, **extra}
        raw = json.dumps(whole)
        changed = edits.apply(raw, {0: TurnEdit(response=text)}, dataset_format.name)
        again = json.loads(changed)
        before, after = (next(iter(one.values())) if keyed else one for one in (whole, again))
        assert {name: after[name] for name in extra} == {name: before[name] for name in extra}
        assert before.keys() == after.keys()


def _example(dataset_format: Format) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_text(dataset_format.example, encoding="utf-8")
        return [json.loads(raw.data) for raw in containers.find(path).read(DatasetSource(path, lambda *_: ""))]
