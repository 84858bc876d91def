"""What every file in curation/containers keeps to: it recognises what it wrote, and gives back the rows of it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import orjson
import pytest

from curation.containers import registry
from curation.containers.container import Container, DatasetSource
from curation.images.inline import Pictures

KINDS = registry.kinds()
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
ROWS = [
    {"id": str(number), "file_name": f"{number}.jpg", "text": text}
    for number, text in enumerate(["A dog.", 'He says "no",\nthen leaves; 1,5 €', "", "日本語 <image> \\ {} []"])
]


def _written(kind: Container, folder: Path, rows: list[dict[str, str]]) -> list[Path]:
    folder.mkdir()
    envelope = {"around": ["", ""], "member": "rows"} if kind.name == "members" else {}
    return kind.write((orjson.dumps(row).decode() for row in rows), folder, "split", envelope, Pictures(folder))


@EVERY
def test_container__says_what_it_is(kind: Container) -> None:
    assert find_spec(f"curation.containers.{kind.name}")
    assert kind.title
    assert all(extension.startswith(".") for extension in kind.extensions)


@EVERY
def test_container__gives_back_the_rows_that_it_wrote(kind: Container, tmp_path: Path) -> None:
    path = next(path for path in _written(kind, tmp_path / "out", ROWS) if path.exists())
    folder = tmp_path / "out" / "split"
    source = folder if folder.is_dir() else path
    # objects on a line each are JSON Lines as well, and rows by the numbers from 0 a table by its index
    known_as = {"objects": "lines", "keyed": "frame"}.get(kind.name, kind.name)
    assert registry.find(source).name == known_as
    raw = list(kind.read(DatasetSource(source, lambda _data, extension: f"kept/0.{extension}")))
    assert [row.problem for row in raw] == [""] * len(ROWS)
    read = [orjson.loads(row.data) for row in raw]
    for row, expected in zip(read, ROWS, strict=True):
        assert str(row.get("text", "")) == expected["text"] or expected["text"] in orjson.dumps(row).decode()
