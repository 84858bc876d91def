"""The report page: which sets there are, their indicators side by side, and the work of computing what takes time."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from curation.app import board
from curation.app.jobs import Job
from curation.app.server import Server
from curation.balancing import export_plan
from curation.exporting import export
from curation.exporting.export_folder import ExportError
from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import Board, standing_verdicts
from curation.recipes import saved_recipes
from curation.recipes.recipe import Recipe, RecipeError
from curation.reporting import correlation, report, sample_sets, tables
from curation.reporting.correlation import Correlations
from curation.reporting.sample_sets import NamedSet
from curation.reporting.tables import Line
from curation.views.export import exports
from curation.views.thresholds import recipes

KIND = "report"
GROUPS = {"dataset": "Datasets", "recipe": "Recipes", "export": "Exports", "ablation": "Ablations"}
MOST_EACH = 12
MOST_TABLES = 32
"""How many tables of the same sets are remembered."""
"""Datasets, recipes and exports that are listed, the newest exports first; the others are counted."""


@dataclass(frozen=True, eq=False)
class Sets:
    """All sets that can be compared, the raw one first, and in sentences what cannot be shown."""

    snapshot: Snapshot
    all: tuple[NamedSet, ...]
    notes: tuple[str, ...]

    def of(self, groups: Sequence[str], without: Sequence[str] = ()) -> tuple[NamedSet, ...]:
        """The raw set and those of these groups, less the ones named; what is empty is left out."""
        wanted = ("raw", *groups)
        return tuple(one for one in self.all if one.kind in wanted and one.name not in without and one.size)


@dataclass(frozen=True)
class Table:
    """A line per set, comparable between them; `waiting` values take time and are not computed yet."""

    lines: tuple[Line, ...]
    equal: bool
    seed: int
    waiting: int
    note: str


@dataclass(frozen=True, eq=False)
class _Kept:
    board: Board
    asked: tuple[object, ...]
    sets: Sets


_lock = threading.Lock()
_sets: weakref.WeakKeyDictionary[Server, _Kept] = weakref.WeakKeyDictionary()
_tables: weakref.WeakKeyDictionary[Sets, dict[tuple[object, ...], Table]] = weakref.WeakKeyDictionary()


def count(server: Server) -> int:
    """How many samples there are."""
    return board.current(server).snapshot.count


def recipes_of(server: Server) -> list[str]:
    """What the ablations may be of: the draft, and the recipes with a name."""
    return [recipes.DRAFT, *(one.name for one in recipes.listing(server))]


def sets(server: Server, draft: Recipe, ablated: str = recipes.DRAFT, *, ablations: bool = True) -> Sets:
    """Every set there is under the decisions of now; looking again costs nothing until something changes."""
    now = board.current(server)
    past = tuple((one.export_no, one.here) for one in exports.past(server))
    asked = (draft, tuple(recipes.listing(server)), past, ablated, ablations, now.snapshot.decisions.height)
    with _lock:
        kept = _sets.get(server)
    if kept is None or kept.board is not now or kept.asked != asked:
        kept = _Kept(now, asked, _all(server, now, draft, ablated if ablations else ""))
        with _lock:
            _sets[server] = kept
    return kept.sets


def table(server: Server, known: Sets, chosen: Sequence[NamedSet], *, equal: bool, seed: int = 0) -> Table:
    """The indicators of these sets at once; what takes time is there if it was computed before."""
    key = (*map(id, chosen), equal, seed, sum(job.state != "running" for job in jobs(server)))
    with _lock:
        kept = _tables.setdefault(known, {})
    shown = kept.get(key)
    if shown is None:
        drawn = _drawn(known, chosen, equal, seed)
        rows = report.rows(server.workspace, known.snapshot, [one.members for one in drawn], heavy=False, means=False)
        shown = _table(chosen, drawn, rows, equal, seed)
        with _lock:
            kept[key] = shown
            while len(kept) > MOST_TABLES:
                del kept[next(iter(kept))]
    return shown


def compute(server: Server, known: Sets, chosen: Sequence[NamedSet], *, equal: bool, seed: int = 0) -> Job:
    """Computes in the background what takes time, set by set; every value is kept under what it hangs on."""

    def work(progress: export.Progress) -> str:
        drawn = _drawn(known, chosen, equal, seed)
        report.rows(server.workspace, known.snapshot, [one.members for one in drawn], means=False, progress=progress)
        return f"The indicators of {len(drawn)} sets are computed."

    return server.in_background("Indicators", KIND, work)


def jobs(server: Server) -> list[Job]:
    """Computations of this server process, the newest first."""
    return [job for job in reversed(server.jobs) if job.kind == KIND]


def paper() -> Correlations:
    """The paper's own correlation of indicators and scores."""
    return correlation.of_paper()


def correlate(indicators: bytes, performance: bytes) -> Correlations:
    """The correlation of two uploaded tables. Raises CorrelationError, also for what is no text."""
    try:
        texts = [data.decode("utf-8-sig") for data in (indicators, performance)]
    except UnicodeDecodeError as error:
        raise correlation.CorrelationError("A table is not a CSV file in UTF-8.") from error
    return correlation.correlate(correlation.read_indicators(texts[0]), correlation.read_performance(texts[1]))


def _all(server: Server, now: Board, draft: Recipe, ablated: str) -> Sets:
    snapshot = now.snapshot
    notes: list[str] = []
    datasets = sample_sets.of_datasets(snapshot)
    only = f" (all of {datasets[0].name})" if len(datasets) == 1 else ""
    found = [NamedSet(f"{sample_sets.RAW}{only}", "raw", np.ones(snapshot.count, dtype=bool), "all samples")]
    found += _most([] if only else datasets, "dataset", notes)
    found += _of_recipes(server, now, draft, notes)
    found += _of_exports(server, snapshot, notes)
    if ablated:
        found += _of_ablations(server, now, recipes.by_name(server, ablated, draft), notes)
    notes += [f"{one.name} holds no sample and is not shown." for one in found if not one.size]
    return Sets(snapshot, tuple(_told_apart(found)), tuple(notes))


def _of_recipes(server: Server, now: Board, draft: Recipe, notes: list[str]) -> list[NamedSet]:
    named = _most(saved_recipes.listing(server.workspace), "recipe", notes)
    wanted = [("draft recipe", draft), *((f"recipe {one.name}", one.recipe) for one in named)]
    found = []
    for name, each in wanted:
        try:
            planned = export_plan.make_plan(server.workspace, _live(now.snapshot, each), now)
            found.append(NamedSet(name, "recipe", planned.selected, "what it takes, with the decisions of now"))
        except RecipeError as error:
            notes.append(f"The {name} is not shown. {error}")
    return found


def _of_exports(server: Server, snapshot: Snapshot, notes: list[str]) -> list[NamedSet]:
    found = []
    for one in _most(exports.past(server), "export", notes):
        try:
            keys = exports.keys(server, one.export_no)
        except ExportError as error:
            notes.append(str(error))
            continue
        members = snapshot.samples["key"].is_in(pl.Series(list(keys), dtype=pl.String).implode()).to_numpy()
        gone = len(keys) - int(np.count_nonzero(members))
        note = f"approved by {one.who}" if one.who else "approved"
        note += f"; {gone:,} of its rows are no longer in the workspace" if gone else ""
        found.append(NamedSet(f"export {one.export_no}: {one.name}", "export", members, note))
    return found


def _of_ablations(server: Server, now: Board, of: Recipe, notes: list[str]) -> list[NamedSet]:
    try:
        _raw, *rest = sample_sets.of_ablations(server.workspace, now.snapshot, _live(now.snapshot, of))
    except RecipeError as error:
        notes.append(f"There are no ablations. {error}")
        return []
    return rest


def _live(snapshot: Snapshot, draft: Recipe) -> Recipe:
    """The recipe over everything there is, with the decisions of now."""
    return replace(draft, datasets={}, decisions=standing_verdicts(snapshot))


def _most(found: Sequence[Any], word: str, notes: list[str]) -> list[Any]:
    if len(found) > MOST_EACH:
        notes.append(f"{len(found) - MOST_EACH:,} more {word}s are not shown.")
    return list(found[:MOST_EACH])


def _told_apart(found: Sequence[NamedSet]) -> list[NamedSet]:
    """No two sets of one name: a dataset may be called as another set is."""
    seen: set[str] = set()
    unlike = []
    for one in found:
        name = one.name if one.name not in seen else f"{one.name} ({one.kind})"
        seen.add(name)
        unlike.append(replace(one, name=name))
    return unlike


def _drawn(known: Sets, chosen: Sequence[NamedSet], equal: bool, seed: int) -> list[NamedSet]:
    return sample_sets.equal(known.snapshot, chosen, seed) if equal else list(chosen)


def _table(
    chosen: Sequence[NamedSet], drawn: Sequence[NamedSet], rows: Sequence[list[report.Row]], equal: bool, seed: int
) -> Table:
    lines = tuple(
        Line(of, part.size, tuple(found)) for of, part, found in zip(chosen, drawn, rows, strict=True) if found
    )
    smallest = min(chosen, key=lambda one: one.size).name if chosen else ""
    note = "Every set counts with all of its samples."
    if equal and lines:
        note = f"Every row rests on {lines[0].drawn:,} samples, the size of “{smallest}”, drawn with seed {seed}."
    return Table(lines, equal, seed, tables.missing(lines), note)
