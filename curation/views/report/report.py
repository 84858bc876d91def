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
from curation.common.counts import counted
from curation.common.progress import StepProgress
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
"""Datasets, recipes and exports that are listed, the newest exports first; the others are counted."""
MOST_TABLES = 32
"""How many tables of the same sets are remembered."""


@dataclass(frozen=True, eq=False)
class Sets:
    """All sets that can be compared, the raw one first, and in sentences what cannot be shown."""

    snapshot: Snapshot
    all: tuple[NamedSet, ...]
    notes: tuple[str, ...]

    def of(self, groups: Sequence[str], without: Sequence[str] = ()) -> tuple[NamedSet, ...]:
        """Selects the raw set and those of some groups; empty sets are left out.

        Args:
            groups: Kinds of sets, keys of GROUPS.
            without: Names of sets to leave out.
        Returns:
            Sets in the order of the page.
        """
        kinds = ("raw", *groups)
        return tuple(
            named_set
            for named_set in self.all
            if named_set.kind in kinds and named_set.name not in without and named_set.size
        )


@dataclass(frozen=True)
class Table:
    """A line per set, comparable between them; `waiting` values take time and are not computed yet."""

    lines: tuple[Line, ...]
    equal: bool
    seed: int
    waiting: int
    note: str


@dataclass(frozen=True, eq=False)
class _CachedSets:
    board: Board
    request: tuple[object, ...]
    sets: Sets


_lock = threading.Lock()
_sets: weakref.WeakKeyDictionary[Server, _CachedSets] = weakref.WeakKeyDictionary()
_tables: weakref.WeakKeyDictionary[Sets, dict[tuple[object, ...], Table]] = weakref.WeakKeyDictionary()


def count(server: Server) -> int:
    """How many samples there are."""
    return board.current(server).snapshot.count


def recipes_of(server: Server) -> list[str]:
    """What the ablations may be of: the draft, and the recipes with a name."""
    return [recipes.DRAFT, *(recipe.name for recipe in recipes.listing(server))]


def sets(server: Server, draft: Recipe, ablated: str = recipes.DRAFT, *, ablations: bool = True) -> Sets:
    """Collects every set under the decisions of now, from memory until something changes.

    Args:
        server: Its board, recipes and exports are used.
        draft: The page's recipe.
        ablated: Name of the recipe that ablations are of.
        ablations: False leaves ablations out.
    """
    now = board.current(server)
    past = tuple((past_export.export_no, past_export.folder_present) for past_export in exports.past(server))
    request = (draft, tuple(recipes.listing(server)), past, ablated, ablations, now.snapshot.decisions.height)
    with _lock:
        cached = _sets.get(server)
    if cached is None or cached.board is not now or cached.request != request:
        cached = _CachedSets(now, request, _all(server, now, draft, ablated if ablations else ""))
        with _lock:
            _sets[server] = cached
    return cached.sets


def too_small(offered: Sequence[NamedSet]) -> list[str]:
    """Names of the sets that are left out at first, since every other row would rest on as few samples."""
    return [named_set.name for named_set in sample_sets.too_small(offered)]


def small_sets_left_out(offered: Sequence[NamedSet], without: Sequence[str]) -> list[str]:
    """Says which sets are left out for being small.

    Args:
        offered: Sets that can be compared.
        without: Names of those that are left out.
    Returns:
        A sentence for each.
    """
    return [
        f"{named_set.name} is left out: every row would rest on its {counted(named_set.size, 'sample')}. "
        "“Leave rows out” takes it in again."
        for named_set in sample_sets.too_small(offered)
        if named_set.name in without
    ]


def table(server: Server, all_sets: Sets, selected: Sequence[NamedSet], *, equal: bool, seed: int = 0) -> Table:
    """Returns the indicators of sets at once; what takes time is in it if it was computed before.

    Args:
        server: Its workspace holds computed indicators.
        all_sets: Collection that the sets belong to; the table is remembered with it.
        selected: Sets to compare, one line each.
        equal: True draws as many samples from each set as the smallest has.
        seed: Seed of that draw.
    """
    key = (*map(id, selected), equal, seed, sum(job.state != "running" for job in jobs(server)))
    with _lock:
        tables_by_request = _tables.setdefault(all_sets, {})
    cached = tables_by_request.get(key)
    if cached is None:
        drawn = _drawn(all_sets, selected, equal, seed)
        rows = report.rows(
            server.workspace, all_sets.snapshot, [named_set.members for named_set in drawn], heavy=False, means=False
        )
        cached = _table(selected, drawn, rows, equal, seed)
        with _lock:
            tables_by_request[key] = cached
            while len(tables_by_request) > MOST_TABLES:
                del tables_by_request[next(iter(tables_by_request))]
    return cached


def compute(server: Server, all_sets: Sets, selected: Sequence[NamedSet], *, equal: bool, seed: int = 0) -> Job:
    """Computes in the background what takes time, set by set; every value is stored with what it depends on.

    Args:
        server: Its workspace gets the values.
        all_sets: Collection that the sets belong to.
        selected: Sets to compute.
        equal: True draws as many samples from each set as the smallest has.
        seed: Seed of that draw.
    Returns:
        The background job.
    """

    def work(progress: StepProgress) -> str:
        drawn = _drawn(all_sets, selected, equal, seed)
        report.rows(
            server.workspace,
            all_sets.snapshot,
            [named_set.members for named_set in drawn],
            means=False,
            progress=progress,
        )
        return f"The indicators of {len(drawn)} sets are computed."

    request = (tuple(named_set.name for named_set in selected), equal, seed)
    return server.in_background("Indicators", KIND, request, work)


def jobs(server: Server) -> list[Job]:
    """Computations of this server process, the newest first."""
    return [job for job in reversed(server.jobs) if job.kind == KIND]


def paper() -> Correlations:
    """The paper's own correlation of indicators and scores."""
    return correlation.of_paper()


def correlate(indicators: bytes, performance: bytes) -> Correlations:
    """Correlates two uploaded tables.

    Args:
        indicators: CSV in UTF-8 with the indicators of sets.
        performance: CSV in UTF-8 with the scores of models trained on them.
    Returns:
        The correlations of indicators with scores.
    Raises:
        CorrelationError: When a table is no text or has not the expected form.
    """
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
    named_sets = [NamedSet(f"{sample_sets.RAW}{only}", "raw", np.ones(snapshot.count, dtype=bool), "all samples")]
    named_sets += _most([] if only else datasets, "dataset", notes)
    named_sets += _of_recipes(server, now, draft, notes)
    named_sets += _of_exports(server, snapshot, notes)
    if ablated:
        named_sets += _of_ablations(server, now, recipes.by_name(server, ablated, draft), notes)
    notes += [f"{named_set.name} holds no sample and is not shown." for named_set in named_sets if not named_set.size]
    return Sets(snapshot, tuple(_with_unlike_names(named_sets)), tuple(notes))


def _of_recipes(server: Server, now: Board, draft: Recipe, notes: list[str]) -> list[NamedSet]:
    named = _most(saved_recipes.listing(server.workspace), "recipe", notes)
    named_recipes = [("draft recipe", draft), *((f"recipe {saved.name}", saved.recipe) for saved in named)]
    recipe_sets = []
    for name, each in named_recipes:
        try:
            plan = export_plan.make_plan(server.workspace, _live(now.snapshot, each), now)
            recipe_sets.append(NamedSet(name, "recipe", plan.selected, "what it takes, with the decisions of now"))
        except RecipeError as error:
            notes.append(f"The {name} is not shown. {error}")
    return recipe_sets


def _of_exports(server: Server, snapshot: Snapshot, notes: list[str]) -> list[NamedSet]:
    export_sets = []
    for past_export in _most(exports.past(server), "export", notes):
        try:
            keys = exports.keys(server, past_export.export_no)
        except ExportError as error:
            notes.append(str(error))
            continue
        members = snapshot.samples["key"].is_in(pl.Series(list(keys), dtype=pl.String).implode()).to_numpy()
        gone = len(keys) - int(np.count_nonzero(members))
        note = f"approved by {past_export.who}" if past_export.who else "approved"
        note += f"; {gone:,} of its rows are no longer in the workspace" if gone else ""
        export_sets.append(NamedSet(f"export {past_export.export_no}: {past_export.name}", "export", members, note))
    return export_sets


def _of_ablations(server: Server, now: Board, of: Recipe, notes: list[str]) -> list[NamedSet]:
    try:
        _raw, *ablation_sets = sample_sets.of_ablations(server.workspace, now.snapshot, _live(now.snapshot, of))
    except RecipeError as error:
        notes.append(f"There are no ablations. {error}")
        return []
    return ablation_sets


def _live(snapshot: Snapshot, draft: Recipe) -> Recipe:
    """The recipe over everything there is, with the decisions of now."""
    return replace(draft, datasets={}, decisions=standing_verdicts(snapshot))


def _most(candidates: Sequence[Any], word: str, notes: list[str]) -> list[Any]:
    if len(candidates) > MOST_EACH:
        notes.append(f"{len(candidates) - MOST_EACH:,} more {word}s are not shown.")
    return list(candidates[:MOST_EACH])


def _with_unlike_names(named_sets: Sequence[NamedSet]) -> list[NamedSet]:
    """No two sets of one name: a dataset may be called as another set is."""
    seen: set[str] = set()
    unlike = []
    for named_set in named_sets:
        name = named_set.name if named_set.name not in seen else f"{named_set.name} ({named_set.kind})"
        seen.add(name)
        unlike.append(replace(named_set, name=name))
    return unlike


def _drawn(all_sets: Sets, selected: Sequence[NamedSet], equal: bool, seed: int) -> list[NamedSet]:
    return sample_sets.equal(all_sets.snapshot, selected, seed) if equal else list(selected)


def _table(
    selected: Sequence[NamedSet],
    drawn: Sequence[NamedSet],
    rows: Sequence[list[report.IndicatorRow]],
    equal: bool,
    seed: int,
) -> Table:
    lines = tuple(
        Line(of, part.size, tuple(indicator_rows))
        for of, part, indicator_rows in zip(selected, drawn, rows, strict=True)
        if indicator_rows
    )
    smallest = min(selected, key=lambda named_set: named_set.size).name if selected else ""
    note = "Every set counts with all of its samples."
    if equal and lines:
        note = (
            f"Every row rests on {counted(lines[0].drawn, 'sample')}, the size of “{smallest}”, drawn with seed {seed}."
        )
    return Table(lines, equal, seed, tables.missing(lines), note)
