"""What a preview reads: a bounded part of a dataset, whatever its container and however large it is."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
import pytest

from curation.containers import registry
from curation.previewing import file_head, preview
from curation.previewing.preview import PreviewError

MOST_BYTES = 4 << 20
SLACK = 64 << 10
ROWS = 400
TEXT = "It shows a street with " + "very " * 6_000 + "many people."


def _rows(count: int = ROWS) -> list[dict[str, object]]:
    return [
        {"id": str(n), "image": f"{n}.jpg", "conversations": [
            {"from": "human", "value": f"<image>\nWhat is {n}?"}, {"from": "gpt", "value": f"{n} {TEXT}"}]}
        for n in range(count)
    ]  # fmt: skip


def _lines() -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in _rows())


def _noise(seed: int) -> bytes:
    return np.random.default_rng(seed).bytes(30_000)


def _frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "image": [{"bytes": _noise(n), "path": f"{n}.jpg"} for n in range(ROWS)],
            "question": [f"What is {n}?" for n in range(ROWS)],
            "answer": [f"It is {n}." for n in range(ROWS)],
        }
    )


def _list(folder: Path) -> Path:
    (folder / "set.json").write_bytes(orjson.dumps(_rows()))
    return folder / "set.json"


def _json_lines(folder: Path) -> Path:
    (folder / "set.jsonl").write_bytes(_lines())
    return folder / "set.jsonl"


def _objects(folder: Path) -> Path:
    (folder / "set.json").write_bytes(b"\n".join(orjson.dumps(row, option=orjson.OPT_INDENT_2) for row in _rows()))
    return folder / "set.json"


def _members(folder: Path) -> Path:
    (folder / "set.json").write_bytes(orjson.dumps({"meta": {}, "data": _rows()}))
    return folder / "set.json"


def _keyed(folder: Path) -> Path:
    (folder / "set.json").write_bytes(orjson.dumps({f"{n:06d}": row for n, row in enumerate(_rows())}))
    return folder / "set.json"


def _frame_of_columns(folder: Path) -> Path:
    columns = {"question": {str(n): "What?" for n in range(ROWS)}, "answer": {str(n): TEXT for n in range(ROWS)}}
    (folder / "set.json").write_bytes(orjson.dumps(columns))
    return folder / "set.json"


def _table(folder: Path) -> Path:
    pl.DataFrame({"question": ["What?"] * ROWS, "answer": [TEXT] * ROWS}).write_csv(folder / "set.csv")
    return folder / "set.csv"


def _compressed(folder: Path) -> Path:
    data = b"".join(orjson.dumps({"question": "What?", "answer": _noise(n).hex()}) + b"\n" for n in range(ROWS))
    (folder / "set.jsonl.gz").write_bytes(gzip.compress(data, 1))
    return folder / "set.jsonl.gz"


def _parquet(folder: Path) -> Path:
    _frame().write_parquet(folder / "set.parquet", row_group_size=ROWS)
    return folder / "set.parquet"


def _arrow(folder: Path) -> Path:
    table = _frame().to_arrow()
    with pa.OSFile(str(folder / "set.arrow"), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    return folder / "set.arrow"


def _tar(folder: Path) -> Path:
    with tarfile.open(folder / "set.tar", "w") as archive:
        for n, row in enumerate(_rows()):
            for ending, data in (("jpg", _noise(n)), ("json", orjson.dumps(row))):
                info = tarfile.TarInfo(f"{n:06d}.{ending}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return folder / "set.tar"


def _folder(folder: Path) -> Path:
    lines = [orjson.dumps({"file_name": f"{n}.jpg", "text": TEXT}) for n in range(ROWS)]
    (folder / "metadata.jsonl").write_bytes(b"\n".join(lines))
    return folder


def _splits(folder: Path) -> Path:
    (folder / "train.json").write_bytes(orjson.dumps(_rows()))
    (folder / "test.json").write_bytes(orjson.dumps(_rows()))
    return folder


MAKERS: dict[str, Callable[[Path], Path]] = {
    "list": _list, "lines": _json_lines, "objects": _objects, "members": _members, "keyed": _keyed,
    "frame": _frame_of_columns, "table": _table, "compressed": _compressed, "parquet": _parquet, "arrow": _arrow,
    "tar": _tar, "folder": _folder, "splits": _splits,
}  # fmt: skip


def test_makers__every_container_has_a_large_file() -> None:
    assert MAKERS.keys() == registry.kinds().keys()


def _bytes_read() -> int:
    return int(Path("/proc/self/io").read_text().split()[1])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts what a process reads")
@pytest.mark.parametrize("name", [name for name in MAKERS if name != "frame"])
def test_preview__of_a_large_dataset__reads_at_most_four_megabytes(name: str, tmp_path: Path) -> None:
    path = MAKERS[name](tmp_path)
    preview.of_file(_list(tmp_path / "warm") if (tmp_path / "warm").mkdir() is None else path)  # loads modules
    (tmp_path / "warm" / "set.json").unlink()
    (tmp_path / "warm").rmdir()
    size = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
    before = _bytes_read()
    shown = preview.of_file(path)
    read = _bytes_read() - before
    assert size > 2 * MOST_BYTES
    assert shown.container
    assert read <= 2 * MOST_BYTES + SLACK, f"{read:,} of {size:,} bytes"  # what is set apart is read again from there


def test_preview__of_a_table_of_columns__is_read_as_a_whole_up_to_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _frame_of_columns(tmp_path)
    assert preview.of_file(path).total == ROWS
    monkeypatch.setattr(file_head, "LARGEST_FRAME", 1000)
    with pytest.raises(PreviewError, match="holds whole columns, too large for a preview; an import reads it"):
        preview.of_file(path)


def test_preview__of_parquet_with_one_group__shows_first_rows_and_counts_all(tmp_path: Path) -> None:
    shown = preview.of_file(_parquet(tmp_path))
    assert (shown.total, shown.is_estimate) == (ROWS, False)
    assert len(shown.rows) == preview.SHOWN
    assert os.path.basename(shown.name) == "set.parquet"


def test_preview__of_splits__estimates_the_rows_of_all(tmp_path: Path) -> None:
    shown = preview.of_file(_splits(tmp_path))
    assert shown.is_estimate
    assert shown.total is not None
    assert 2 * ROWS * 0.9 < shown.total < 2 * ROWS * 1.1
