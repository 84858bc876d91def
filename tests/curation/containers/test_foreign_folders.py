"""Folders that only their own library reads: a sentence says how to write them otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.containers import registry
from curation.containers.container import UnreadableFileError


def test_find__lance_dataset__says_what_converts_it(tmp_path: Path) -> None:
    for name in ("_versions", "_transactions", "data"):
        (tmp_path / "set.lance" / name).mkdir(parents=True)
    with pytest.raises(UnreadableFileError, match=r"set\.lance is a Lance dataset\. .* \(pip install pylance"):
        registry.find(tmp_path / "set.lance")


@pytest.mark.parametrize("shard", ["shard.00000.mds", "train/shard.00000.mds.zstd"])
def test_find__mds_shards__say_what_converts_them(tmp_path: Path, shard: str) -> None:
    (tmp_path / shard).parent.mkdir(exist_ok=True)
    (tmp_path / shard).write_bytes(b"x")
    (tmp_path / "index.json").write_text('{"shards": [], "version": 2}')
    with pytest.raises(UnreadableFileError, match=r"holds MDS shards .* \(pip install mosaicml-streaming"):
        registry.find(tmp_path)
