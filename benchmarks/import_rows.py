"""Importing 665,298 LLaVA-shaped rows without images, in a process of its own."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks import Row

ROWS = 665_298
WORDS = (
    "the a man woman dog table sits near red large image shows kitchen with and in on of to street people while "
    "holding small wooden window light standing front several background there appears scene person also visible"
).split()

_IMPORT = """
import resource, sys, time
from pathlib import Path
from curation.importing import importer
from curation.workspace import open_workspace
started = time.perf_counter()
workspace = open_workspace(Path(sys.argv[1]))
report = importer.import_file(workspace, Path(sys.argv[2]))
workspace.close()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - started, peak, report.rows, report.imported)
"""


def run() -> Iterator[Row]:
    """Generates the file, imports it, and reports seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        size = write_rows(path, ROWS)
        yield f"{ROWS:,} rows", f"{size / 1e6:,.0f} MB", ""
        command = [sys.executable, "-c", _IMPORT, f"{folder}/workspace", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, peak, rows, imported = done.stdout.split()
        assert int(rows) == int(imported) == ROWS
        yield "import", f"{float(seconds):.1f} s", "at most 60 s"
        yield "peak memory", f"{float(peak):,.0f} MB", "at most 2,000 MB"


def write_rows(path: Path, count: int, seed: int = 0) -> int:
    """Writes a LLaVA list of text-only rows shaped like mix665k's (about 5 turns); returns its size in bytes."""
    draw = random.Random(seed)
    sentences = [" ".join(draw.choices(WORDS, k=draw.choice((8, 12, 20, 45)))).capitalize() + "." for _ in range(5000)]
    with path.open("wb") as file:
        file.write(b"[\n")
        for number in range(count):
            messages = []
            for _ in range(draw.choice((1, 1, 3, 5, 8, 10))):
                messages.append({"from": "human", "value": draw.choice(sentences)})
                messages.append({"from": "gpt", "value": draw.choice(sentences)})
            row = {"id": f"{number:09d}", "model": "", "conversations": messages}
            file.write((b",\n" if number else b"") + orjson.dumps(row, option=orjson.OPT_INDENT_2))
        file.write(b"\n]\n")
    return path.stat().st_size
