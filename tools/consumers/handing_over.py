"""Whether the tools that samples are handed to read what is written for them, each in an environment of its own."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl

import tools.consumers.openers
from curation.decisions import decision_log
from curation.filtering.snapshot import build
from curation.handing_over import hand_over, registry
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace, metric_settings, open_workspace
from storage import flags, projection
from tools.consumers import matrix
from tools.consumers.sets import Case, write


@dataclass(frozen=True)
class Opened:
    """What a tool made of a folder: how many samples of those that it can hold it read, and what it refused."""

    title: str
    read: int
    samples: int
    fault: str = ""


def openers() -> dict[str, ModuleType]:
    """The tools by the names of their files."""
    names = sorted(info.name for info in pkgutil.iter_modules(tools.consumers.openers.__path__))
    return {name: importlib.import_module(f"tools.consumers.openers.{name}") for name in names}


def opened(home: Path, folder: Path, case: Case) -> list[Opened]:
    """Hands a set to every tool and has it read that.

    Args:
        home: Folder of environments.
        folder: Folder to work in.
        case: The set.

    Returns:
        What each tool made of it.
    """
    source = folder / "source"
    source.mkdir(parents=True)
    workspace = open_workspace(folder / "workspace")
    try:
        import_file(workspace, write(case, source), ImportOptions(images=source / "images", format_name="swift"))
        _judge(workspace)
        return [_opened(home, workspace, folder / name, name, module) for name, module in openers().items()]
    finally:
        workspace.close()


def _opened(home: Path, workspace: Workspace, folder: Path, name: str, module: ModuleType) -> Opened:
    snapshot, target = build(workspace), registry.named(module.TOOL)
    handed = hand_over.write(workspace, snapshot, np.ones(snapshot.count, dtype=bool), target, folder)
    fitting = int((snapshot.samples["images"] > 0).sum()) if module.TOOL == "fiftyone" else handed.samples
    run = subprocess.run(
        [matrix.environment(home, name, module), "-m", f"tools.consumers.openers.{name}", str(folder)],
        capture_output=True, text=True, cwd=matrix.REPOSITORY, check=False,
        env=os.environ | {"PYTHONPATH": str(matrix.REPOSITORY), "PYTHONSAFEPATH": "1", "FIFTYONE_DO_NOT_TRACK": "true"},
    )  # fmt: skip
    said = run.stdout.split()
    fault = "" if run.returncode == 0 else (run.stderr.strip().splitlines() or ["it ended"])[-1]
    return Opened(module.TITLE, int(said[-1]) if said and not fault else 0, fitting, fault)


def _judge(workspace: Workspace) -> None:
    """A flag on words, one on a whole sample, a verdict, and a map."""
    on_words = (0, "sample", 0, 0, 2, 5, "red", "hallucination", "unsupported", 0.9, "{}", "Not red.", "m", "1", 0)
    whole = (1, "sample", 1, None, None, None, "", "duplicate", "unsure", None, "{}", "Twice.", "m", "1", 0)
    with workspace.store.transaction("samples", "scores") as cursor:
        flags.append(cursor, pl.DataFrame([on_words, whole], schema=list(flags.COLUMNS), orient="row"))
    count = build(workspace).count
    decision_log.decide(workspace, "ann", "sample", build(workspace).samples["key"][0], "approve")
    version = metric_settings.columns(workspace)["map_images"].version
    numbers = pl.Series(range(count), dtype=pl.Int32)
    places = pl.DataFrame({"sample_no": numbers, "cluster": [0] * count}).with_columns(
        stage=pl.lit("map_images"), version=pl.lit(version), run_no=pl.lit(1),
        x=pl.Series(range(count), dtype=pl.Float32), y=pl.Series(range(count), dtype=pl.Float32),
    )  # fmt: skip
    projection.append(workspace.store, places)
