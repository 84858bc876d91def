"""How a split would be written: the formats to choose from, the files, the first rows, and what is left behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.app.server import Server
from curation.balancing.export_plan import ExportPlan
from curation.exporting import export, export_folder, field_loss, preferences, row_preview
from curation.exporting import form as forms
from curation.exporting.conversion import LeftBehind
from curation.exporting.field_loss import Shapes
from curation.exporting.form import ORIGINAL, Form
from curation.exporting.row_preview import WrittenRow
from curation.formats import registry
from curation.recipes import edits
from curation.recipes.recipe import TRAIN
from curation.views.export.export import ExportView
from curation.workspace import Workspace, cache
from storage import datasets, samples, search
from storage.store import Store

ROWS = 4
"""Rows that are shown; at least one of every dataset that is written to a file of its own."""


@dataclass(frozen=True)
class Choice:
    """A format that can be written; `packs` says that its files hold the images in any case."""

    name: str
    title: str
    about: str
    packs: bool


@dataclass(frozen=True)
class FormView:
    """What a form would give. `came` counts the samples that go out by the format that they came in, most first.

    `files` are names, a folder's with a slash.
    """

    form: Form
    came: dict[str, int]
    files: tuple[str, ...]
    pairs: int
    labels: int
    suggested: str
    problem: str = ""


def choices() -> list[Choice]:
    """The formats of all writers, by title."""
    formats = [
        Choice(name, writer.title, writer.about.replace("`", ""), writer.packs_images)
        for name, writer in registry.writers().items()
    ]
    return sorted(formats, key=lambda choice: choice.title.lower())


def view(server: Server, export_view: ExportView, form: Form) -> FormView:
    """Returns what a form would give for a plan, from memory the second time.

    Args:
        server: Its workspace holds the rows.
        export_view: The plan; the answer is remembered in it.
        form: Format and options of the files.
    Returns:
        Files and counts for the page.
    """
    cached: FormView | None = export_view.worked_out.get(f"form {form}")
    if cached is None:
        cached = export_view.worked_out[f"form {form}"] = _view(server, export_view.plan, form)
    return cached


def first_rows(server: Server, export_view: ExportView, form: Form, most: int = ROWS) -> tuple[WrittenRow, ...]:
    """Returns the first rows as they will be written, from memory the second time.

    Args:
        server: Its workspace holds the rows.
        export_view: The plan; the answer is remembered in it.
        form: Format and options of the files.
        most: Samples that are shown; of many datasets, one of each.
    Returns:
        Rows, at least one of every dataset whose rows the format can hold.
    Raises:
        OSError: They cannot be written for a look.
    """
    name = f"first {most} rows {form}"
    cached: tuple[WrittenRow, ...] | None = export_view.worked_out.get(name)
    if cached is None:
        workspace, plan = server.workspace, export_view.plan
        cached = export_view.worked_out[name] = tuple(
            row_preview.rows(
                workspace, _going(server, export_view), first(workspace, plan, most), export.decided(plan), form
            )
        )
    return cached


def not_carried(server: Server, export_view: ExportView, form: Form) -> dict[str, dict[str, int]]:
    """Counts the rows whose fields a form has no place for; the first call reads every row.

    Args:
        server: Its workspace holds the rows.
        export_view: The plan; only rows that go out count.
        form: Format that would be written; the original format loses nothing.
    Returns:
        Rows by field by dataset.
    """
    if form.format == ORIGINAL:
        return {}
    row_shapes = cache.recall(server.workspace.store, "row shapes", lambda _: _shapes(server), topics=("samples",))
    counts = field_loss.not_carried(row_shapes, form, export_view.plan.selected)
    return field_loss.with_left_behind(counts, _left_behind(server, export_view, form))


def _left_behind(server: Server, export_view: ExportView, form: Form) -> dict[str, LeftBehind]:
    """Why a row that goes out stays behind, by the sample's key, from memory the second time."""
    cached: dict[str, LeftBehind] | None = export_view.worked_out.get(f"left behind {form}")
    if cached is None:
        numbers = _going(server, export_view)
        cached = export_view.worked_out[f"left behind {form}"] = field_loss.left_behind(server.workspace, numbers, form)
    return cached


def _going(server: Server, export_view: ExportView) -> list[int]:
    """All samples that go out, in row order."""
    cached: list[int] | None = export_view.worked_out.get("going")
    if cached is None:
        numbers = np.flatnonzero(export_view.plan.selected)
        cached = export_view.worked_out["going"] = samples.in_row_order(server.workspace.store, numbers)
    return cached


def is_ready(server: Server, form: Form) -> bool:
    """Tells whether `not_carried` can answer without reading rows.

    Args:
        server: Its store is asked for what is in memory.
        form: Format that would be written.
    Returns:
        True when there is nothing to read.
    """
    return form.format == ORIGINAL or cache.fresh(server.workspace.store, "row shapes", topics=("samples",))


def _shapes(server: Server) -> Shapes:
    """The shapes of all samples, in the order of their numbers."""
    store = server.workspace.store
    every = samples.in_row_order(store, np.arange(samples.count(store)))
    shapes = field_loss.shapes(server.workspace, every)
    codes = np.empty_like(shapes.codes)
    codes[np.asarray(every, dtype=np.int64)] = shapes.codes
    return Shapes(shapes.shapes, codes)


def _view(server: Server, plan: ExportPlan, form: Form) -> FormView:
    workspace = server.workspace
    decided = export.decided(plan)
    files: list[str] = []
    without_image = plan.outcome.snapshot.samples["images"].filter(pl.Series(plan.selected)) == 0
    problem = forms.problem(form, rows_without_image=int(without_image.sum()))
    try:
        splits = tuple(plan.recipe.splits.shares) or (TRAIN,)
        files = row_preview.files(workspace, first(workspace, plan), form, splits)
    except OSError as error:
        problem = f"The rows cannot be written: {error.strerror or error}."
    came = _came(server, plan)
    return FormView(
        form=form,
        came=came,
        files=tuple(f"{export_folder.DATA}/{name}" for name in files),
        pairs=row_preview.preference_rows(workspace, _preferring(plan, workspace.store, "dpo"), decided, "dpo"),
        labels=row_preview.preference_rows(workspace, _preferring(plan, workspace.store, "kto"), decided, "kto"),
        problem=problem,
        suggested=next((name for name in came if name in registry.writers()), "swift"),
    )


def first(workspace: Workspace, plan: ExportPlan, most: int = ROWS) -> list[int]:
    """Some samples of every dataset that go out, in row order.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        most: How many samples; of more datasets, one of each.
    Returns:
        Numbers of samples.
    """
    exported = plan.outcome.snapshot.samples.select("sample_no", "dataset").filter(pl.Series(plan.selected))
    each = max(1, most // max(exported["dataset"].n_unique(), 1))
    firsts = exported.group_by("dataset", maintain_order=True).head(each)["sample_no"]
    return samples.in_row_order(workspace.store, firsts.to_numpy())


def _came(server: Server, plan: ExportPlan) -> dict[str, int]:
    format_of = dict(datasets.listing(server.workspace.store).select("name", "format").iter_rows())
    going = plan.outcome.snapshot.samples["dataset"].filter(pl.Series(plan.selected)).value_counts()
    counts: Counter[str] = Counter()
    for name, count in going.iter_rows():
        counts[format_of[name]] += count
    return dict(counts.most_common())


def _preferring(plan: ExportPlan, store: Store, kind: str) -> list[int]:
    """The samples that go out and may give a row of preferences: edited ones, and those that came with one."""
    may = np.zeros(plan.outcome.snapshot.count, dtype=bool)
    may[search.with_text(store, preferences.MEMBERS[kind])] = True
    if kind == "dpo":
        keys = list(edits.of_decisions(plan.recipe.decisions))
        may |= plan.outcome.snapshot.samples["key"].is_in(keys).to_numpy()
    return samples.in_row_order(store, np.flatnonzero(may & plan.selected))
