"""The export page: quotas over tasks, what would go out, and approved exports to download."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from curation import export
from curation.export import ExportPlan
from curation.indicators import LATER
from curation.recipe import Recipe
from curation.server import Server
from curation.thresholds import standing_verdicts
from curation.views import board
from storage import exports


@dataclass(frozen=True)
class ExportView:
    """What would be exported: per task, per indicator, per filter; `waiting` when indicators are not computed yet."""

    size: int
    total: int
    tasks: pl.DataFrame
    indicators: pl.DataFrame
    waiting: bool
    funnel: pl.DataFrame
    past: list[dict[str, Any]]


def view(server: Server, recipe: Recipe, *, heavy: bool = False) -> ExportView:
    """The plan of a recipe with the decisions of now; `heavy` also computes the indicators that take seconds."""
    planned = _plan(server, recipe)
    indicators = planned.indicators(server.workspace, heavy=heavy)
    return ExportView(
        size=planned.size,
        total=planned.outcome.snapshot.count,
        tasks=planned.by_task(),
        indicators=indicators,
        waiting=bool(indicators["detail"].str.contains(LATER.detail, literal=True).any()),
        funnel=planned.outcome.funnel(),
        past=_past(server),
    )


def with_quota(old: Recipe, cap: int | None, total: int | None, caps: Mapping[str, int], seed: int) -> Recipe:
    """The recipe with another quota and seed."""
    return replace(old, quota=replace(old.quota, cap=cap, total=total, caps=dict(caps)), seed=seed)


def approve(server: Server, recipe: Recipe, who: str) -> int:
    """Writes the export into the workspace and records who approved it; returns its number.

    Raises ExportError when it cannot be written.
    """
    workspace, now = server.workspace, board.current(server)
    whole = export.complete(workspace, now.snapshot, recipe)
    folder = _free(workspace.exports, whole.name)
    export.write(workspace, export.plan(workspace, whole, now), folder, approved=True, who=who)
    _zip(folder)
    return int(exports.listing(workspace.store)["export_no"][0])


def archive(server: Server, export_no: int) -> Path | None:
    """The zip of an approved export, made again if it is gone; None when there is no such export here."""
    found = exports.listing(server.workspace.store).filter(pl.col("export_no") == export_no)
    if found.is_empty():
        return None
    folder = Path(found["path"][0])
    target = _archive_path(folder)
    if not target.is_file() and (folder / "manifest.json").is_file():
        _zip(folder)
    return target if target.is_file() else None


def _plan(server: Server, recipe: Recipe) -> ExportPlan:
    now = board.current(server)
    return export.plan(server.workspace, replace(recipe, datasets={}, decisions=standing_verdicts(now.snapshot)), now)


def _past(server: Server) -> list[dict[str, Any]]:
    rows = exports.listing(server.workspace.store).iter_rows(named=True)
    return [
        {
            "export_no": row["export_no"],
            "made_at": row["made_at"],
            "who": row["who"],
            "name": Path(row["path"]).name,
            "samples": orjson.loads(row["manifest"])["samples"],
            "here": Path(row["path"]).is_dir(),
        }
        for row in rows
    ]


def _free(folder: Path, name: str) -> Path:
    """A folder of this name that is not taken."""
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / name, 2
    while path.exists():
        path, number = folder / f"{name}-{number}", number + 1
    return path


def _archive_path(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.zip")


def _zip(folder: Path) -> None:
    part = folder.with_name(f".{folder.name}.zip.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for path in sorted(folder.iterdir()):
            target.write(path, f"{folder.name}/{path.name}")
    shutil.move(part, _archive_path(folder))
