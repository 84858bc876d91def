"""The export page: what a recipe takes per axis, which floors cannot be met, and what goes in and out."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.balancing import cells, export_plan, ledger, relaxations, sampling
from curation.balancing.allocation import Unmet
from curation.balancing.export_plan import ExportPlan
from curation.balancing.ledger import Ledger
from curation.balancing.mixing import WEIGHT
from curation.balancing.relaxations import Advice
from curation.exporting import card, export
from curation.filtering.thresholds import Board, standing_verdicts
from curation.maps import layouts
from curation.maps.layouts import Plane
from curation.recipes import edits, quotas
from curation.recipes.recipe import Recipe
from curation.reporting.indicators import LATER
from curation.workspace import cache
from scoring import shares
from storage import image_files, samples

AXES = {"task": "Task", "dataset": "Dataset", "cluster": "Cluster", "complexity": "Complexity"}
ADVISED = 3
"""Unmet floors that are explained; the others are counted."""
CARDS = 24


@dataclass(frozen=True)
class Evenness:
    """How even the shares of an axis are: entropy 0 to 1, variance in percent points squared."""

    entropy: float
    variance: float


@dataclass(frozen=True)
class AxisView:
    """One axis. `rows` has value, before, available, taken, floor, cap and unmet, most available first.

    `floor` and `cap` are those of every value; evenness is of all samples, of those that pass, and of those taken.
    """

    axis: str
    title: str
    rows: pl.DataFrame
    floor: int | None
    cap: int | None
    before: Evenness
    available: Evenness
    after: Evenness


@dataclass(frozen=True)
class ExportView:
    """What would be exported under the decisions of now; `maps` are those that there are, with their titles."""

    planned: ExportPlan
    ledger: Ledger
    axes: tuple[AxisView, ...]
    advice: tuple[Advice, ...]
    unmet: int
    maps: Mapping[str, str]
    edited: export.Edited
    worked_out: dict[str, Any] = field(default_factory=dict, repr=False)
    """What was asked of it and takes time."""

    @property
    def size(self) -> int:
        """Samples that go out."""
        return self.planned.size

    @property
    def total(self) -> int:
        """Samples in the workspace."""
        return self.planned.outcome.snapshot.count

    @property
    def available(self) -> int:
        """Samples that pass the filters."""
        return int(np.count_nonzero(self.planned.among))


_views: weakref.WeakKeyDictionary[Server, tuple[Board, Plane | None, Recipe, ExportView]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Card:
    """One sample of the preview; `reasons` keep it out, empty when it goes out."""

    sample_no: int
    image_no: int | None
    words: str
    task: str
    dataset: str
    row: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class EditedRow:
    """A row that leaves with edits: per turn its number, side, old text, and new text or None where it is dropped."""

    sample_no: int
    key: str
    changes: tuple[tuple[int, str, str, str | None], ...]


def count(server: Server) -> int:
    """How many samples there are."""
    return board.current(server).snapshot.count


def view(server: Server, recipe: Recipe) -> ExportView:
    """The plan of a recipe with the decisions of now; looking at it again costs nothing."""
    now, plane = board.current(server), layouts.plane(server.workspace, recipe.quota.map)
    kept = _views.get(server)
    if kept is None or kept[0] is not now or kept[1] is not plane or kept[2] != recipe:
        kept = (now, plane, recipe, _view(server, recipe, now))
        _views[server] = kept
    return kept[3]


def _view(server: Server, recipe: Recipe, now: Board) -> ExportView:
    whole = replace(recipe, datasets={}, decisions=standing_verdicts(now.snapshot))
    planned = export_plan.make_plan(server.workspace, whole, now)
    parts = {axis: _coded(server, planned, axis) for axis in planned.cells.axes}
    unmet = planned.allotment.unmet
    return ExportView(
        planned=planned,
        ledger=ledger.ledger(planned),
        axes=tuple(_axis(planned, axis, *parts[axis]) for axis in planned.cells.axes),
        advice=tuple(relaxations.advice(planned, one, _members(parts, one)) for one in unmet[:ADVISED]),
        unmet=len(unmet),
        maps={name: title for name, title in layouts.MAPS.items() if layouts.plane(server.workspace, name)},
        edited=export.edited(planned),
    )


def _members(parts: Mapping[str, cells.Coded], one: Unmet) -> np.ndarray:
    """True for the samples that an unmet floor or share is about."""
    values, codes = parts["dataset" if one.axis == WEIGHT else one.axis]
    members: np.ndarray = codes == values.index(one.value)
    return members


def complexities(server: Server) -> dict[str, str]:
    """The metrics that may say how complex a sample is: those with values, by name with their titles."""
    snapshot = board.current(server).snapshot
    return {name: snapshot.columns[name].title for name, one in snapshot.values.items() if one.histogram.any()}


def coverage(server: Server, shown: ExportView) -> tuple[float, float] | None:
    """Share of the map's occupied squares that the chosen samples touch, and that a random draw of as many would.

    None without a map.
    """
    if "coverage" not in shown.worked_out:
        shown.worked_out["coverage"] = _coverage(server, shown.planned)
    found: tuple[float, float] | None = shown.worked_out["coverage"]
    return found


def _coverage(server: Server, planned: ExportPlan) -> tuple[float, float] | None:
    snapshot, recipe = planned.outcome.snapshot, planned.recipe
    places = cells.map_positions(server.workspace, snapshot, recipe.quota)
    if places is None or not planned.size:
        return None
    drawn = sampling.draw(sampling.identities_of(snapshot.samples), recipe.seed)
    given = planned.allotment.amounts
    random = sampling.choose_by_cell(drawn, planned.outcome.approved, planned.cell_of, given)
    among = planned.among
    first, second = sampling.coverage(places[among], planned.size, planned.selected[among], random[among])
    return first, second


def table_of(planned: ExportPlan, rows: str, columns: str) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Two axes crossed: values of the rows and of the columns, most available first, available and taken (R, C)."""
    made = planned.cells
    places = [made.axes.index(axis) for axis in (rows, columns)]
    shape = tuple(len(made.values[axis]) for axis in (rows, columns))
    available, taken = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    at = (made.codes[places[0]], made.codes[places[1]])
    np.add.at(available, at, made.available)
    np.add.at(taken, at, planned.allotment.amounts)
    order = [np.argsort(-available.sum(axis=side), kind="stable") for side in (1, 0)]
    order = [one[available.sum(axis=side)[one] > 0] for one, side in zip(order, (1, 0), strict=True)]
    names = [[made.values[axis][place] for place in one] for axis, one in zip((rows, columns), order, strict=True)]
    grid = np.ix_(*order)
    return names[0], names[1], available[grid], taken[grid]


def cards(server: Server, shown: ExportView, members: np.ndarray, seed: int) -> list[Card]:
    """Some of these samples, drawn by the seed."""
    numbers = ledger.some(shown.planned, members, CARDS, seed).tolist()
    store, snapshot = server.workspace.store, shown.planned.outcome.snapshot
    pictures = cache.recall(store, "first images", image_files.first_images)
    images = dict(pictures.filter(pl.col("sample_no").is_in(numbers)).iter_rows())
    words = samples.first_words(store, numbers, "instruction") if numbers else {}
    rows = snapshot.samples.select("dataset", "row_index")[numbers].rows() if numbers else []
    return [
        Card(
            number,
            images.get(number),
            words.get(number, "").replace(edits.IMAGE, "").strip()[:160],
            snapshot.tasks[snapshot.task_codes[number]],
            dataset,
            row,
            ledger.reasons(shown.planned, shown.ledger, number),
        )
        for number, (dataset, row) in zip(numbers, rows, strict=True)
    ]


def edited_rows(server: Server, planned: ExportPlan, most: int = 5) -> list[EditedRow]:
    """The first of the rows that leave with edits, with what changes."""
    changed = edits.of_decisions(planned.recipe.decisions)
    going = pl.Series(planned.selected) & pl.col("key").is_in(list(changed))
    rows = planned.outcome.snapshot.samples.filter(going).head(most).select("sample_no", "key").rows()
    return [EditedRow(number, key, _changes(server, number, changed[key])) for number, key in rows]


def indicators(server: Server, planned: ExportPlan, *, heavy: bool) -> tuple[pl.DataFrame, bool]:
    """The indicators before and after, and whether some are not computed yet."""
    found = export.indicators(server.workspace, planned, heavy=heavy)
    return found, bool(found["detail"].str.contains(LATER.detail, literal=True).any())


def whole(server: Server, planned: ExportPlan) -> Recipe:
    """The recipe as an export keeps it: with dataset hashes, scorer versions and decisions."""
    return export_plan.complete_recipe(server.workspace, planned.outcome.snapshot, planned.recipe)


def card_text(server: Server, planned: ExportPlan) -> str:
    """The dataset card of what would be written now, as Markdown; data in it is escaped."""
    rows = export.indicators(server.workspace, planned, heavy=False).to_dicts()
    return card.text(export.manifest(server.workspace, replace(planned, recipe=whole(server, planned)), rows))


def with_bound(old: Recipe, axis: str, value: str, side: str, number: int | None) -> Recipe:
    """The recipe with another floor or cap (`side`) for a value of an axis; the empty value is every one."""
    change = quotas.with_floor if side == "floor" else quotas.with_cap
    return replace(old, quota=change(old.quota, axis, value, number))


def _coded(server: Server, planned: ExportPlan, axis: str) -> cells.Coded:
    snapshot = planned.outcome.snapshot
    return cells.coded(server.workspace, snapshot, planned.recipe.quota, axis, np.ones(snapshot.count, dtype=bool))


def _axis(planned: ExportPlan, axis: str, values: list[str], codes: np.ndarray) -> AxisView:
    quota = planned.recipe.quota
    before = np.bincount(codes, minlength=len(values))
    counts = planned.by_axis(axis)
    unmet = {one.value for one in planned.allotment.unmet if one.axis == axis}
    frame = pl.DataFrame({"value": values, "before": before}).filter(pl.col("before") > 0)
    rows = frame.join(counts, on="value", how="left").fill_null(0).sort("available", "value", descending=[True, False])
    own = [quotas.bounds(quota, axis, value) for value in rows["value"]]
    rows = rows.with_columns(
        pl.Series("floor", [floor for floor, _ in own], dtype=pl.Int64),
        pl.Series("cap", [cap for _, cap in own], dtype=pl.Int64),
        pl.Series("unmet", [value in unmet for value in rows["value"]], dtype=pl.Boolean),
    )
    floor, cap = quotas.bounds(quota, axis)
    sides = [_evenness(rows[name]) for name in ("before", "available", "taken")]
    return AxisView(axis, AXES[axis], rows, floor, cap, *sides)


def _evenness(counts: pl.Series) -> Evenness:
    numbers = counts.to_numpy()
    return Evenness(shares.entropy(numbers), shares.variance(numbers))


def _changes(server: Server, sample_no: int, changed: edits.Edits) -> tuple[tuple[int, str, str, str | None], ...]:
    found = samples.one(server.workspace.store, sample_no)
    rows: list[tuple[int, str, str, str | None]] = []
    for turn in found["turns"] if found else ():
        edit = changed.get(turn["turn_index"])
        for side in ("instruction", "response") if edit else ():
            new = None if edit is None or edit.drop else getattr(edit, side)
            if edit and (edit.drop or (new is not None and new != turn[side])):
                rows.append((turn["turn_index"], side, turn[side], new))
    return tuple(rows)
