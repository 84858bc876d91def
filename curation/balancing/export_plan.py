"""From a recipe to a plan of an export: which samples pass the filters, and which of them the quotas take."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from curation.balancing import cells, mixing, sampling
from curation.balancing.allocation import Allotment, Cells
from curation.balancing.mixing import Mix
from curation.filtering.snapshot import TASK, Snapshot, build
from curation.filtering.thresholds import Board, Outcome, standing_verdicts, suggested_cuts
from curation.recipes import quotas
from curation.recipes.recipe import Cut, Quota, Recipe, RecipeError
from curation.workspace import Workspace
from storage import datasets, samples

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


def suggested_filters(snapshot: Snapshot, name: str = "curated") -> Recipe:
    """Every metric's suggested cut, structural flags dropped, no quota; of the workspace it takes only the snapshot."""
    present = set(snapshot.flags["kind"].unique())
    kinds = [*LINT_KINDS, *sorted(present - set(LINT_KINDS))]
    return Recipe(name=name, cuts=suggested_cuts(snapshot), drop_flags=tuple(kind for kind in kinds if kind in present))


def default_recipe(workspace: Workspace, snapshot: Snapshot, name: str = "curated") -> Recipe:
    """The suggested filters with dataset hashes, scorer versions and decisions of now: a place to start from."""
    return complete_recipe(workspace, snapshot, suggested_filters(snapshot, name))


def experiment_recipe(workspace: Workspace, snapshot: Snapshot) -> Recipe:
    """The suggested recipe with every group of principles in force, for comparisons: no task has more samples than the
    median task has after the filters, chosen so that they spread over the map of responses where there is one."""
    recipe = default_recipe(workspace, snapshot, "suggested")
    counts = make_plan(workspace, recipe, Board(snapshot)).by_task()["available"].to_numpy()
    counts = counts[counts > 0]
    cap = int(np.median(counts)) if len(counts) else None
    quota = Quota(cap=cap, choice="spread", map="map_responses")
    spread = cells.places(workspace, snapshot, quota) is not None
    return complete_recipe(workspace, snapshot, replace(recipe, quota=quota if spread else Quota(cap=cap)))


def complete_recipe(workspace: Workspace, snapshot: Snapshot, recipe: Recipe) -> Recipe:
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


def make_plan(workspace: Workspace, recipe: Recipe, board: Board) -> ExportPlan:
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
    return make_plan(workspace, recipe, Board(snapshot))


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
