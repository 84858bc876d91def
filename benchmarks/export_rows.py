"""Exporting 420,000 of 665,298 LLaVA-shaped rows without images, as they came and converted.

`python -m benchmarks export_rows --rows 100000` takes fewer rows, and as large a part of them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import Row, import_rows
from curation.importing import importer
from curation.workspace import open_workspace

SHARE = 420_000 / import_rows.ROWS
MOST_SECONDS = {"original": 12, "swift": 16, "llava": 16, "openai": 16}
"""Processor time that is aimed at for all rows, by format."""

_EXPORT = """
import resource, sys, time
from dataclasses import replace
from pathlib import Path
from curation.balancing import export_plan
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.recipes.recipe import Quota
from curation.workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
snapshot = build(workspace)
recipe = replace(export_plan.default_recipe(workspace, snapshot), quota=Quota(total=int(sys.argv[4])))
started = time.process_time()
plan = export_plan.make_plan(workspace, recipe, Board(snapshot))
manifest = export.write(workspace, plan, Path(sys.argv[2]), approved=False, form=Form(sys.argv[3]))
seconds = time.process_time() - started
workspace.close()
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, manifest["rows"]["train"])
"""


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Generates and imports the rows, then exports them in a process of its own for each format."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks export_rows")
    parser.add_argument("--rows", type=int, default=import_rows.ROWS)
    count = parser.parse_args(options).rows
    exported = round(count * SHARE)
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "rows.json", Path(folder) / "workspace"
        import_rows.write_rows(path, count)
        workspace = open_workspace(home)
        assert importer.import_file(workspace, path).imported == count
        workspace.close()
        for form, most in MOST_SECONDS.items():
            command = [sys.executable, "-c", _EXPORT, str(home), f"{folder}/out", form, str(exported)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, peak, rows = done.stdout.split()
            assert int(rows) == exported
            target = f"at most {most} s" if count == import_rows.ROWS else ""
            yield f"{exported:,} rows, {form}: processor time", f"{float(seconds):.1f} s", target
            yield f"{exported:,} rows, {form}: peak memory", f"{float(peak):,.0f} MB", ""
