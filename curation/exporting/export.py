"""From a recipe to a curated split: which rows, in what quantity, written losslessly with a manifest and a card.

Equal recipes over equal data give equal bytes: nothing written depends on the clock or the machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl

from curation.balancing import cells, mixing, sampling
from curation.balancing.allocation import Allotment, Cells
from curation.balancing.mixing import Mix
from curation.exporting import accounting, card, export_folder, row_writer
from curation.exporting.export_folder import ExportError
from curation.exporting.field_loss import for_manifest as not_carried
from curation.exporting.row_writer import Form
from curation.filtering.snapshot import TASK, Snapshot, build
from curation.filtering.thresholds import Board, Outcome, standing_verdicts, suggested_cuts
from curation.recipes import edits, quotas
from curation.recipes import recipe as recipes
from curation.recipes.recipe import Cut, Quota, Recipe, RecipeError
from curation.reporting import report
from curation.workspace import Workspace, tags
from scoring import shares
from storage import datasets, disk, exports, samples

MANIFEST_VERSION = 1
SAMPLES = "samples.txt"
"""The keys of the rows that were written, in their order."""
AS_IT_CAME = Form()
Progress = Callable[[str, int, int], None]
"""Called with what is being done, rows done, and rows in all."""
LINT_KINDS = (
    "empty_response",
    "image_missing",
    "image_broken",
    "image_too_large",
    "image_outside_root",
    "image_token_count",
    "role_order",
)


@dataclass(frozen=True)
class Edited:
    """Rows that leave with edits by people: with a text written anew, with a turn dropped, or both."""

    rows: int
    rewritten: int
    shortened: int


@dataclass(frozen=True)
class ExportPlan:
    """What an export would hold: of the samples in `among`, which pass the filters, those in `chosen` go out.

    `cell_of` is the place of each sample's cell, -1 for those that do not pass; `mix` what weights of datasets made.
    """

    recipe: Recipe
    outcome: Outcome
    chosen: np.ndarray
    among: np.ndarray
    cells: Cells
    cell_of: np.ndarray
    allotment: Allotment
    mix: Mix | None = None

    @property
    def size(self) -> int:
        """Number of samples that go out."""
        return int(np.count_nonzero(self.chosen))

    def by_task(self) -> pl.DataFrame:
        """Per task: before, available (after filters) and taken (after quotas)."""
        snapshot = self.outcome.snapshot
        taken = np.bincount(snapshot.task_codes[self.chosen], minlength=len(snapshot.tasks))
        counts = self.outcome.by_task().rename({"after": "available"})
        return counts.join(pl.DataFrame({"task": snapshot.tasks, "taken": taken}), on="task", maintain_order="left")

    def by_axis(self, axis: str) -> pl.DataFrame:
        """value, available and taken for each value of an axis of the cells, most available first."""
        codes, values = self.cells.codes[self.cells.axes.index(axis)], list(self.cells.values[axis])
        available, taken = (
            np.bincount(codes, weights=counts, minlength=len(values)).astype(np.int64)
            for counts in (self.cells.available, self.allotment.given)
        )
        found = pl.DataFrame({"value": values, "available": available, "taken": taken}).filter(pl.col("available") > 0)
        return found.sort("available", "value", descending=[True, False])

    def indicators(self, workspace: Workspace, *, heavy: bool = True) -> pl.DataFrame:
        """The indicators of all samples beside those of the export; without `heavy`, only what takes no time."""
        everything = np.ones(self.outcome.snapshot.count, dtype=bool)
        return report.table(workspace, self.outcome.snapshot, everything, self.chosen, heavy=heavy)


def default_recipe(workspace: Workspace, snapshot: Snapshot, name: str = "curated") -> Recipe:
    """Every metric's suggested cut, structural flags dropped, no quota: a place to start from."""
    present = set(snapshot.flags["kind"].unique())
    kinds = [*LINT_KINDS, *sorted(present - set(LINT_KINDS))]
    return complete(
        workspace,
        snapshot,
        Recipe(
            name=name,
            cuts=suggested_cuts(snapshot),
            drop_flags=tuple(kind for kind in kinds if kind in present),
        ),
    )


def experiment_recipe(workspace: Workspace, snapshot: Snapshot) -> Recipe:
    """The suggested recipe with every group of principles in force, for comparisons: no task has more samples than the
    median task has after the filters, chosen so that they spread over the map of responses where there is one."""
    recipe = default_recipe(workspace, snapshot, "suggested")
    counts = plan(workspace, recipe, Board(snapshot)).by_task()["available"].to_numpy()
    counts = counts[counts > 0]
    cap = int(np.median(counts)) if len(counts) else None
    quota = Quota(cap=cap, choice="spread", map="map_responses")
    spread = cells.places(workspace, snapshot, quota) is not None
    return complete(workspace, snapshot, replace(recipe, quota=quota if spread else Quota(cap=cap)))


def complete(workspace: Workspace, snapshot: Snapshot, recipe: Recipe) -> Recipe:
    """The recipe with the dataset hashes, scorer versions and standing decisions of now."""
    used = {cut.metric for cut in recipe.cuts} | set(snapshot.flags["metric"].unique())
    used |= set(recipe.quota.axes) & {TASK}
    used |= {recipe.quota.map} if quotas.uses_map(recipe.quota) else set()
    used |= {recipe.quota.complexity} if quotas.uses_complexity(recipe.quota) else set()
    return Recipe(
        name=recipe.name,
        datasets=dataset_hashes(workspace),
        cuts=recipe.cuts,
        drop_flags=recipe.drop_flags,
        quota=recipe.quota,
        seed=recipe.seed,
        scorers={name: column.version for name, column in snapshot.columns.items() if name in used},
        decisions=standing_verdicts(snapshot),
    )


def dataset_hashes(workspace: Workspace) -> dict[str, str]:
    """One hash per dataset, over the contents of its samples in row order."""
    found = {}
    for row in datasets.listing(workspace.store).iter_rows(named=True):
        digest = hashlib.sha256()
        for content in samples.contents(workspace.store, row["dataset_no"]):
            digest.update(content.encode())
        found[row["name"]] = digest.hexdigest()
    return found


def plan(workspace: Workspace, recipe: Recipe, board: Board) -> ExportPlan:
    """Filters, then quotas: which samples the recipe takes from the board's snapshot."""
    snapshot = board.snapshot
    outcome = board.evaluate(recipe, recipe.decisions)
    within = _in_datasets(snapshot, recipe)
    among = outcome.kept & within
    made, cell_of = cells.cells(workspace, snapshot, recipe.quota, among, within)
    allotment, mix = mixing.allot(made, recipe.quota)
    drawn = sampling.draw(sampling.identities_of(snapshot.samples), recipe.seed)
    places = cells.places(workspace, snapshot, recipe.quota) if recipe.quota.choice == "spread" else None
    if places is None:
        chosen = sampling.choose_by_cell(drawn, outcome.approved, cell_of, allotment.given)
    else:
        chosen = _spread(drawn, outcome.approved, cell_of, made.available, allotment.given, places)
    return ExportPlan(recipe, outcome, chosen, among, made, cell_of, allotment, mix)


def _spread(
    drawn: np.ndarray, approved: np.ndarray, cell_of: np.ndarray, available: np.ndarray, given: np.ndarray,
    places: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """True for the chosen, spread over the map within each cell."""
    chosen = cell_of >= 0
    members = _members(cell_of, len(available))
    for cell in np.flatnonzero(given < available):
        mine = members[cell]
        taken = sampling.choose(drawn[mine], approved[mine], int(given[cell]), places[mine])
        chosen[np.delete(mine, taken)] = False
    return chosen


def _members(cell_of: np.ndarray, count: int) -> list[np.ndarray]:
    """The samples of each cell, ascending."""
    order = np.argsort(cell_of, kind="stable")
    sizes = np.bincount(cell_of[cell_of >= 0], minlength=count)
    return np.split(order[np.count_nonzero(cell_of < 0) :], np.cumsum(sizes)[:-1]) if count else []


def replay(workspace: Workspace, recipe: Recipe) -> ExportPlan:
    """Plans a recipe from a file against the workspace.

    Raises RecipeError when a dataset is absent or changed, or when a metric was not scored in the version
    that the recipe names.
    """
    present = dataset_hashes(workspace)
    for name, wanted in recipe.datasets.items():
        if name not in present:
            raise RecipeError(f"The recipe is about the dataset {name!r}, which is not in this workspace.")
        if present[name] != wanted:
            raise RecipeError(f"The dataset {name!r} is not the one that the recipe was made for: its contents differ.")
    snapshot = build(workspace, dict(recipe.scorers))
    for cut in recipe.cuts:
        _check_cut(snapshot, cut, recipe)
    _check_map(workspace, recipe)
    return plan(workspace, recipe, Board(snapshot))


def _silent(_doing: str, _done: int, _total: int) -> None:
    """Says nothing."""


def write(
    workspace: Workspace, planned: ExportPlan, out: Path, *, approved: bool, who: str = "", note: str = "",
    form: Form = AS_IT_CAME, progress: Progress = _silent,
) -> dict[str, Any]:  # fmt: skip
    """Writes split, lists of samples and images, recipe, manifest and card into `out`; returns the manifest.

    Everything is written aside first and then takes the place of an earlier export. With `approved`, the workspace
    records it with who did and why. Raises UnknownFormatError for a form that cannot be written, ExportError when the
    folder cannot be written or holds something else.
    """
    export_folder.refuse_foreign(out)
    row_writer.target_of(form)
    approval = {"who": who, "note": note} if approved else None
    try:
        with export_folder.replacing(out) as part:
            manifest = _write_files(workspace, planned, part, approval, form, progress)
    except Exception as error:  # Polars and Arrow have their own errors for a full disk
        if not isinstance(error, OSError) and not disk.refusal(str(error)):
            raise
        raise ExportError(f"The export cannot be written: {disk.explained(error, out)}") from error
    if approved:
        text = recipes.dumps(planned.recipe).decode()
        exports.add(workspace.store, who, str(out), text, orjson.dumps(manifest).decode())
    return manifest


def _write_files(
    workspace: Workspace,
    planned: ExportPlan,
    folder: Path,
    approval: dict[str, str] | None,
    form: Form,
    progress: Progress,
) -> dict[str, Any]:
    numbers = samples.in_row_order(workspace.store, np.flatnonzero(planned.chosen))
    written = row_writer.write(
        workspace, numbers, decided(planned.recipe), planned.recipe.name, folder, form,
        lambda done: progress("writing rows", done, len(numbers)),
    )  # fmt: skip
    keys = planned.outcome.snapshot.samples["key"].gather(numbers)
    (folder / SAMPLES).write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")
    images = samples.image_refs(workspace.store, numbers)
    (folder / "images.txt").write_text("".join(f"{ref}\n" for ref in images), encoding="utf-8")
    (folder / "recipe.json").write_bytes(recipes.dumps(planned.recipe))
    progress("computing indicators", len(numbers), len(numbers))
    indicators = planned.indicators(workspace).to_dicts()
    accounting.write(workspace, planned, folder / accounting.FILE)
    own = [SAMPLES, "images.txt", "recipe.json", accounting.FILE]
    names = [*(path.relative_to(folder).as_posix() for path in written.files), *own]
    made = manifest(workspace, planned, indicators, approval) | {
        "format": form.format,
        "images": {"form": form.images, "missing": written.missing_images},
        "rows": dict(written.rows),
        "files": {name: _sha256(folder / name) for name in names},
        "folders": list(written.folders),
        "not_carried": not_carried(workspace, numbers, form),
    }
    (folder / "README.md").write_text(card.text(made), encoding="utf-8")
    (folder / export_folder.MANIFEST).write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2) + b"\n")
    return made


def decided(recipe: Recipe) -> row_writer.Decided:
    """What people changed and said, by sample."""
    by_subject = {
        subject: [(one.key, one.verdict) for one in recipe.decisions if one.subject == subject]
        for subject in ("sample", "span")
    }
    return row_writer.Decided(
        edits=edits.of_decisions(recipe.decisions),
        spans=row_writer.spans_of(by_subject["span"]),
        verdicts=dict(by_subject["sample"]),
    )


def manifest(
    workspace: Workspace, planned: ExportPlan, indicators: list[dict[str, Any]], approval: dict[str, str] | None = None
) -> dict[str, Any]:
    """Everything that is said of an export beside its rows; `approval` is who approved it and why, None for a draft."""
    recipe, outcome = planned.recipe, planned.outcome
    known = planned.outcome.snapshot.columns
    return {
        "manifest_version": MANIFEST_VERSION,
        "name": recipe.name,
        "status": "approved" if approval else "draft",
        "approval": approval,
        "samples": planned.size,
        "samples_before": outcome.snapshot.count,
        "datasets": dict(recipe.datasets),
        "tags": tags.for_manifest(workspace, list(recipe.datasets)),
        "accounting": accounting.for_manifest(workspace, planned),
        "scorers": {
            name: {"version": recipe.scorers[name], "title": known[name].title}
            for name in sorted(recipe.scorers)
            if name in known
        },
        "thresholds": [{"metric": cut.metric, "low": cut.low, "high": cut.high} for cut in recipe.cuts],
        "drop_flags": list(recipe.drop_flags),
        "quota": asdict(recipe.quota),
        "unmet": [asdict(one) for one in planned.allotment.unmet],
        "balance": balance_rows(planned),
        "seed": recipe.seed,
        "decisions": _decision_counts(recipe),
        "edits": asdict(edited(planned)),
        "funnel": outcome.funnel().to_dicts(),
        "tasks": planned.by_task().to_dicts(),
        "indicators": indicators,
    }


def balance_rows(planned: ExportPlan) -> list[dict[str, Any]]:
    """Per axis, after the filters and after the quota: entropy (0 to 1) and variance (percent points squared)."""
    rows = []
    for axis in planned.cells.axes:
        counts = planned.by_axis(axis)
        before, after = counts["available"].to_numpy(), counts["taken"].to_numpy()
        rows.append(
            {
                "axis": axis,
                "entropy_before": shares.entropy(before),
                "entropy_after": shares.entropy(after),
                "variance_before": shares.variance(before),
                "variance_after": shares.variance(after),
            }
        )
    return rows


def edited(planned: ExportPlan) -> Edited:
    """How many of the rows that go out people changed."""
    changed = edits.of_decisions(planned.recipe.decisions)
    keys = planned.outcome.snapshot.samples.filter(pl.Series(planned.chosen) & pl.col("key").is_in(list(changed)))
    here = [changed[key].values() for key in keys["key"]]
    rewritten = [any(not one.drop for one in turns) for turns in here]
    shortened = [any(one.drop for one in turns) for turns in here]
    return Edited(len(here), sum(rewritten), sum(shortened))


def _decision_counts(recipe: Recipe) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in recipe.decisions:
        name = f"{one.subject} {one.verdict}"
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_datasets(snapshot: Snapshot, recipe: Recipe) -> np.ndarray:
    if not recipe.datasets:
        return np.ones(snapshot.count, dtype=bool)
    return snapshot.samples["dataset"].is_in(list(recipe.datasets)).to_numpy()


def _check_cut(snapshot: Snapshot, cut: Cut, recipe: Recipe) -> None:
    version = recipe.scorers.get(cut.metric, "")
    if cut.metric not in snapshot.values:
        raise RecipeError(f"The recipe cuts on {cut.metric!r}, a metric that this Winnow does not know.")
    if np.isnan(snapshot.values[cut.metric].low).all():
        raise RecipeError(f"{cut.metric!r} has no scores of version {version!r} here: run `score` first.")


def _check_map(workspace: Workspace, recipe: Recipe) -> None:
    name = recipe.quota.map
    if not quotas.uses_map(recipe.quota) or name not in recipe.scorers:
        return
    present = cells.plane_of(workspace, recipe.quota)
    if present is None or present.version != recipe.scorers[name]:
        raise RecipeError(
            f"The recipe uses the map {name!r} of version {recipe.scorers[name]}, which is not here: "
            f"run `score --metrics {name}` first."
        )
