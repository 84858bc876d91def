"""Importing MIMIC-IT instructions with a 10 GB images file of base64, in a process of its own; tar shards beside it."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
from PIL import Image

from benchmarks import Row

GIGABYTES = float(os.environ.get("WINNOW_BENCH_GIGABYTES", "10"))

_IMPORT = """
import resource, sys, time
from pathlib import Path
from curation.importing import importer
from curation.workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
started = time.perf_counter()
report = importer.import_file(workspace, Path(sys.argv[2]))
seconds = time.perf_counter() - started
kept = sum(1 for _ in workspace.kept_images.glob("*"))
workspace.close()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(seconds, before, peak, report.imported, kept)
"""


def run() -> Iterator[Row]:
    """Makes each kind of file, imports it, and reports seconds, peak memory, and that nothing was unpacked."""
    with tempfile.TemporaryDirectory() as folder:
        for make in (_mimic, _shard):
            path, count, size = make(Path(folder), _picture(), int(GIGABYTES * 1e9))
            command = [sys.executable, "-c", _IMPORT, f"{folder}/workspace-{make.__name__}", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, before, peak, imported, kept = map(float, done.stdout.split())
            assert (int(imported), int(kept)) == (count, 0)
            what = path.suffix.removeprefix(".")
            yield f"{what}: {count:,} images in {size / 1e9:,.1f} GB", f"{float(seconds):.0f} s", ""
            yield f"{what}: peak memory", f"{peak:,.0f} MB", f"{before:,.0f} MB before, at most 1,500 MB"
            for file in Path(folder).glob("*.*"):
                file.unlink()


def _picture() -> bytes:
    """A JPEG of about half a megabyte."""
    draw = np.random.default_rng(0)
    buffer = io.BytesIO()
    Image.fromarray(draw.integers(0, 255, (900, 900, 3), dtype=np.uint8)).save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def _mimic(folder: Path, picture: bytes, size: int) -> tuple[Path, int, int]:
    count = max(1, size // (len(picture) * 4 // 3))
    with (folder / "LA.json").open("wb") as file:
        for number in range(count):
            text = base64.urlsafe_b64encode(picture + number.to_bytes(4, "big"))
            file.write((b"," if number else b"{") + b'"LA_IMG_%d":"%b"' % (number, text))
        file.write(b"}")
    rows = {
        f"LA_INS_{number}": {
            "instruction": "What is it?",
            "answer": f"Noise number {number}.",
            "image_ids": [f"LA_IMG_{number}"],
            "rel_ins_ids": [],
        }
        for number in range(count)
    }
    path = folder / "LA_instructions.json"
    path.write_bytes(orjson.dumps({"meta": {}, "data": rows}))
    return path, count, (folder / "LA.json").stat().st_size


def _shard(folder: Path, picture: bytes, size: int) -> tuple[Path, int, int]:
    path, count = folder / "shard.tar", max(1, size // len(picture))
    with tarfile.open(path, "w") as archive:
        for number in range(count):
            for ending, data in (("jpg", picture + number.to_bytes(4, "big")), ("txt", b"Noise number %d." % number)):
                info = tarfile.TarInfo(f"{number:08d}.{ending}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return path, count, path.stat().st_size
