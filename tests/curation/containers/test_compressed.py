"""Compressed text files come in like the files they hold, and go out compressed again."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from support import row

from curation.balancing import export_plan
from curation.containers import compressed
from curation.exporting import export
from curation.filtering import snapshot as snapshots
from curation.importing.importer import ImportFailedError, import_file
from curation.workspace import Workspace
from storage import datasets, samples

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}
TEXTS = [row("What?", "A dog."), row("Who?", "A man, with a hat.")]
FILES = {
    "rows.json": json.dumps(TEXTS).encode(),
    "rows.jsonl": b"".join(json.dumps(text).encode() + b"\n" for text in TEXTS),
    "rows.csv": b'id,image,question,answer\n1,a.jpg,What?,A dog.\n2,b.jpg,Who?,"A man, with a hat."\n',
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", COMPRESS)
def test_import__compressed_text__rows_come_in_and_go_out_compressed(
    workspace: Workspace, photo: Callable[..., Path], tmp_path: Path, kind: str, name: str
) -> None:
    for number, picture in enumerate(("a.jpg", "b.jpg")):
        photo(picture, seed=number)
    path = tmp_path / f"{name}.{kind}"
    path.write_bytes(COMPRESS[kind](FILES[name]))
    report = import_file(workspace, path)
    assert (report.imported, report.rejected) == (2, 0)
    assert datasets.listing(workspace.store)["layout"].to_list() == ["compressed"]
    plan = export_plan.replay(workspace, export_plan.default_recipe(workspace, snapshots.build(workspace)))
    export.write(workspace, plan, tmp_path / "out", approved=False)
    (written,) = (tmp_path / "out").rglob(f"*.{kind}")
    (tmp_path / "again").mkdir()
    written.rename(tmp_path / "again" / path.name)
    before = samples.rows(workspace.store, [0, 1])["raw"].to_list()
    assert import_file(workspace, tmp_path / "again" / path.name).imported == 2
    assert samples.rows(workspace.store, [2, 3])["raw"].to_list() == before


@pytest.mark.parametrize("kind", COMPRESS)
def test_import__cut_off__is_said_in_a_sentence(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    data = COMPRESS[kind](FILES["rows.jsonl"] + bytes(range(256)) * 40)
    (tmp_path / f"rows.jsonl.{kind}").write_bytes(data[: len(data) // 2])
    with pytest.raises(ImportFailedError, match="damaged or cut off"):
        import_file(workspace, tmp_path / f"rows.jsonl.{kind}")


def test_import__bomb__is_refused_before_it_fills_the_disk(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed, "RATIO_FROM", 1 << 20)
    (tmp_path / "rows.jsonl.xz").write_bytes(lzma.compress(b" " * (64 << 20)))
    with pytest.raises(ImportFailedError, match="would grow to more than 500 times"):
        import_file(workspace, tmp_path / "rows.jsonl.xz")


def test_import__pictures_in_a_compressed_file__say_to_unpack_it(workspace: Workspace, tmp_path: Path) -> None:
    frame = pl.DataFrame({"question": ["What?"], "answer": ["A dog."]})
    frame.write_parquet(tmp_path / "rows.parquet")
    (tmp_path / "rows.parquet.gz").write_bytes(gzip.compress((tmp_path / "rows.parquet").read_bytes()))
    with pytest.raises(ImportFailedError, match="unpack it and import that"):
        import_file(workspace, tmp_path / "rows.parquet.gz")
