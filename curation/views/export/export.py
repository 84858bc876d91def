"""The export page: what a recipe takes per axis, which floors cannot be met, and what goes in and out."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
from curation.recipes.strategies import spread
from curation.reporting.indicators import LATER
from curation.workspace import first_images
from scoring import shares
from scoring.arrays import Mask, Numbers
from scoring.json_types import JsonObject
from storage import samples

AXES = {"task": "Task", "dataset": "Dataset", "cluster": "Cluster", "complexity": "Complexity", "language": "Language"}
ADVISED = 3
"""Unmet floors that are explained; the others are counted."""
CARDS = 24
SMALL_SHARE = 0.1


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
class Evening:
    """A cap for every value of an axis that makes it more even, and how many samples it keeps."""

    axis: str
    cap: int
    kept: int


@dataclass(frozen=True)
class ExportView:
    """What would be exported under the decisions of now; `maps` are those that there are, with their titles."""

    plan: ExportPlan
    ledger: Ledger
    axes: tuple[AxisView, ...]
    advice: tuple[Advice, ...]
    unmet: int
    maps: Mapping[str, str]
    edited: export.Edited
    worked_out: JsonObject = field(default_factory=dict, repr=False)
    """What was asked of it and takes time."""

    @property
    def size(self) -> int:
        """Samples that go out."""
        return self.plan.size

    @property
    def total(self) -> int:
        """Samples in the workspace."""
        return self.plan.outcome.snapshot.count

    @property
    def available(self) -> int:
        """Samples that pass the filters."""
        return int(np.count_nonzero(self.plan.among))

    @property
    def leaves_most_out(self) -> bool:
        """True where quotas leave at most a tenth of the samples that pass the filters."""
        return self.size < self.available and self.size <= SMALL_SHARE * self.available


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
    """Returns the plan of a recipe under the decisions of now, from memory when nothing changed.

    Args:
        server: Its board and maps are used.
        recipe: Cuts, quota and seed of the page's draft; its decisions are replaced by those that stand.
    Returns:
        The plan with what the page shows of it.
    """
    now, plane = board.current(server), layouts.plane(server.workspace, recipe.quota.map)
    cached = _views.get(server)
    if cached is None or cached[0] is not now or cached[1] is not plane or cached[2] != recipe:
        cached = (now, plane, recipe, _view(server, recipe, now))
        _views[server] = cached
    return cached[3]


def _view(server: Server, recipe: Recipe, now: Board) -> ExportView:
    complete = replace(recipe, datasets={}, decisions=standing_verdicts(now.snapshot))
    plan = export_plan.make_plan(server.workspace, complete, now)
    parts = {axis: _coded(server, plan, axis) for axis in plan.cells.axes}
    unmet = plan.allotment.unmet
    return ExportView(
        plan=plan,
        ledger=ledger.ledger(plan),
        axes=tuple(_axis(plan, axis, *parts[axis]) for axis in plan.cells.axes),
        advice=tuple(relaxations.advice(plan, floor, _members(parts, floor)) for floor in unmet[:ADVISED]),
        unmet=len(unmet),
        maps={name: title for name, title in layouts.MAPS.items() if layouts.plane(server.workspace, name)},
        edited=export.edited(plan),
    )


def _members(parts: Mapping[str, cells.CodedAxis], floor: Unmet) -> Mask:
    """True for the samples that an unmet floor or share is about."""
    values, codes = parts["dataset" if floor.axis == WEIGHT else floor.axis]
    members: Mask = codes == values.index(floor.value)
    return members


def evening(export_view: ExportView) -> Evening | None:
    """Offers a cap where an axis is balanced but nothing is left out, so that balancing does nothing.

    Args:
        export_view: The plan.
    Returns:
        A cap on the first axis of several values: as many as its value in the middle has. None where it would keep all.
    """
    if export_view.size < export_view.available:
        return None
    for axis_view in export_view.axes:
        counts = axis_view.rows["available"].filter(axis_view.rows["available"] > 0)
        if len(counts) > 1 and counts.min() != counts.max():
            cap = int(counts.sort()[(len(counts) - 1) // 2])
            return Evening(axis_view.axis, cap, int(counts.clip(upper_bound=cap).sum()))
    return None


def complexities(server: Server) -> dict[str, str]:
    """The metrics that may say how complex a sample is: those with values, by name with their titles."""
    snapshot = board.current(server).snapshot
    return {name: snapshot.columns[name].title for name, column in snapshot.values.items() if column.histogram.any()}


def coverage(server: Server, export_view: ExportView) -> tuple[float, float] | None:
    """Computes how much of the map the exported samples cover, against a random draw of as many.

    Args:
        server: Its workspace holds the map.
        export_view: The plan; the answer is remembered in it.
    Returns:
        Shares 0 to 1 of the map's occupied squares that are touched: by the export, by the
        random draw. None without a map.
    """
    if "coverage" not in export_view.worked_out:
        export_view.worked_out["coverage"] = _coverage(server, export_view.plan)
    shares_touched: tuple[float, float] | None = export_view.worked_out["coverage"]
    return shares_touched


def _coverage(server: Server, plan: ExportPlan) -> tuple[float, float] | None:
    snapshot, recipe = plan.outcome.snapshot, plan.recipe
    map_points = cells.map_positions(server.workspace, snapshot, recipe.quota)
    if map_points is None or not plan.size:
        return None
    drawn = sampling.draw(sampling.identities_of(snapshot.samples), recipe.seed)
    samples_per_cell = plan.allotment.amounts
    random = sampling.choose_by_cell(drawn, plan.outcome.approved, plan.cell_of, samples_per_cell)
    among = plan.among
    first, second = spread.coverage(map_points[among], plan.size, plan.selected[among], random[among])
    return first, second


def table_of(plan: ExportPlan, rows: str, columns: str) -> tuple[list[str], list[str], Numbers, Numbers]:
    """Counts samples over two crossed axes.

    Args:
        plan: The plan whose cells are counted.
        rows: Axis of the rows.
        columns: Axis of the columns.
    Returns:
        Values of the rows and of the columns, most available first, then the samples available and taken, both (R, C).
    """
    cells_used = plan.cells
    axis_numbers = [cells_used.axes.index(axis) for axis in (rows, columns)]
    shape = tuple(len(cells_used.values[axis]) for axis in (rows, columns))
    available, exported = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    cell_codes = (cells_used.codes[axis_numbers[0]], cells_used.codes[axis_numbers[1]])
    np.add.at(available, cell_codes, cells_used.available)
    np.add.at(exported, cell_codes, plan.allotment.amounts)
    order = [np.argsort(-available.sum(axis=side), kind="stable") for side in (1, 0)]
    order = [positions[available.sum(axis=side)[positions] > 0] for positions, side in zip(order, (1, 0), strict=True)]
    names = [
        [cells_used.values[axis][position] for position in positions]
        for axis, positions in zip((rows, columns), order, strict=True)
    ]
    grid = np.ix_(*order)
    return names[0], names[1], available[grid], exported[grid]


def cards(server: Server, export_view: ExportView, members: Mask, seed: int) -> list[Card]:
    """Draws samples for the preview.

    Args:
        server: Its workspace holds the texts and images.
        export_view: The plan, from which the reasons come.
        members: True for the samples to draw from, (N,).
        seed: Another seed draws other samples.
    Returns:
        At most CARDS cards.
    """
    numbers = ledger.some(export_view.plan, members, CARDS, seed).tolist()
    store, snapshot = server.workspace.store, export_view.plan.outcome.snapshot
    images = first_images.of(store, numbers)
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
            ledger.reasons(export_view.plan, export_view.ledger, number),
        )
        for number, (dataset, row) in zip(numbers, rows, strict=True)
    ]


def edited_rows(server: Server, plan: ExportPlan, most: int = 5) -> list[EditedRow]:
    """Lists the first of the rows that leave with edits, with what changes.

    Args:
        server: Its workspace holds the texts.
        plan: The plan whose decisions hold the edits.
        most: At most so many rows.
    Returns:
        One entry per row, in the order of the samples.
    """
    changed = edits.of_decisions(plan.recipe.decisions)
    going = pl.Series(plan.selected) & pl.col("key").is_in(list(changed))
    rows = plan.outcome.snapshot.samples.filter(going).head(most).select("sample_no", "key").rows()
    return [EditedRow(number, key, _changes(server, number, changed[key])) for number, key in rows]


def indicators(server: Server, plan: ExportPlan, *, heavy: bool) -> tuple[pl.DataFrame, bool]:
    """Computes the indicators before and after the export.

    Args:
        server: Its workspace is measured.
        plan: The plan that gives the samples after.
        heavy: True computes also those that take long.
    Returns:
        One row per indicator, and True when some are not computed yet.
    """
    frame = export.indicators(server.workspace, plan, heavy=heavy)
    return frame, bool(frame["detail"].str.contains(LATER.detail, literal=True).any())


def complete_recipe(server: Server, plan: ExportPlan) -> Recipe:
    """Returns the recipe as an export stores it: with dataset hashes, scorer versions and decisions.

    Args:
        server: Its workspace knows the datasets and scorers.
        plan: The plan whose recipe is completed.
    Returns:
        A recipe that replays to the same rows.
    """
    return export_plan.complete_recipe(server.workspace, plan.outcome.snapshot, plan.recipe)


def card_text(server: Server, plan: ExportPlan) -> str:
    """Writes the dataset card of what would be exported now.

    Args:
        server: Its workspace is described.
        plan: The plan of the export.
    Returns:
        Markdown in which data are escaped.
    """
    rows = export.indicators(server.workspace, plan, heavy=False).to_dicts()
    return card.text(export.manifest(server.workspace, replace(plan, recipe=complete_recipe(server, plan)), rows))


def with_bound(old: Recipe, axis: str, value: str, side: str, number: int | None) -> Recipe:
    """Returns the recipe with another floor or cap for a value of an axis.

    Args:
        old: The recipe to start from; it stays as it is.
        axis: One of AXES.
        value: A value of the axis; empty means every value.
        side: "floor" or "cap".
        number: Samples; None removes the bound.
    """
    change = quotas.with_floor if side == "floor" else quotas.with_cap
    return replace(old, quota=change(old.quota, axis, value, number))


def _coded(server: Server, plan: ExportPlan, axis: str) -> cells.CodedAxis:
    snapshot = plan.outcome.snapshot
    return cells.coded(server.workspace, snapshot, plan.recipe.quota, axis, np.ones(snapshot.count, dtype=bool))


def _axis(plan: ExportPlan, axis: str, values: list[str], codes: Numbers) -> AxisView:
    quota = plan.recipe.quota
    before = np.bincount(codes, minlength=len(values))
    counts = plan.by_axis(axis)
    unmet = {floor.value for floor in plan.allotment.unmet if floor.axis == axis}
    frame = pl.DataFrame({"value": values, "before": before}).filter(pl.col("before") > 0)
    rows = frame.join(counts, on="value", how="left").fill_null(0).sort("available", "value", descending=[True, False])
    bounds = [quotas.bounds(quota, axis, value) for value in rows["value"]]
    rows = rows.with_columns(
        pl.Series("floor", [floor for floor, _ in bounds], dtype=pl.Int64),
        pl.Series("cap", [cap for _, cap in bounds], dtype=pl.Int64),
        pl.Series("unmet", [value in unmet for value in rows["value"]], dtype=pl.Boolean),
    )
    floor, cap = quotas.bounds(quota, axis)
    sides = [_evenness(rows[name]) for name in ("before", "available", "taken")]
    return AxisView(axis, AXES[axis], rows, floor, cap, *sides)


def _evenness(counts: pl.Series) -> Evenness:
    numbers = counts.to_numpy()
    return Evenness(shares.entropy(numbers), shares.variance(numbers))


def _changes(server: Server, sample_no: int, changed: edits.Edits) -> tuple[tuple[int, str, str, str | None], ...]:
    sample = samples.one(server.workspace.store, sample_no)
    rows: list[tuple[int, str, str, str | None]] = []
    for turn in sample["turns"] if sample else ():
        edit = changed.get(turn["turn_index"])
        for side in ("instruction", "response") if edit else ():
            new = None if edit is None or edit.drop else getattr(edit, side)
            if edit and (edit.drop or (new is not None and new != turn[side])):
                rows.append((turn["turn_index"], side, turn[side], new))
    return tuple(rows)
