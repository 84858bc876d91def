"""From a recipe to a plan of an export: which samples pass the filters, and which of them the quotas take."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from curation.balancing import cells, mixing, sampling, selecting
from curation.balancing.allocation import Allotment, Cells
from curation.balancing.mixing import Mix
from curation.decisions import identities
from curation.filtering.snapshot import Snapshot, build
from curation.filtering.thresholds import Board, RecipeOutcome, standing_verdicts, suggested_cuts
from curation.recipes import quotas, strategies
from curation.recipes import recipe as recipes
from curation.recipes.recipe import Cut, Quota, Recipe, RecipeError
from curation.recipes.strategies import Candidates
from curation.workspace import Workspace
from scoring.arrays import Mask, Numbers
from storage import dataset_events, datasets, samples

DUPLICATES = "duplicates"
NOTED_KINDS = ("empty_instruction", "image_remote", "instruction_added", "nan_as_null", "repeated_key")
"""Flags that say how a row was read and nothing of its quality: nothing drops on them before a person chose so."""
LINT_KINDS = (
    "empty_response",
    "image_missing",
    "image_broken",
    "image_too_large",
    "image_ambiguous",
    "image_outside_root",
    "image_token_count",
    "role_order",
)


@dataclass(frozen=True)
class ExportPlan:
    """What an export would hold: of the samples in `among`, which pass the filters, those in `selected` go out.

    `cell_of` is the number of each sample's cell, -1 for those that do not pass; `mix` what weights of datasets made.
    """

    recipe: Recipe
    outcome: RecipeOutcome
    selected: Mask
    among: Mask
    cells: Cells
    cell_of: Numbers
    allotment: Allotment
    mix: Mix | None = None

    @property
    def size(self) -> int:
        """Number of samples that go out."""
        return int(np.count_nonzero(self.selected))

    @property
    def outside(self) -> int:
        """Number of samples outside the recipe's selection; 0 without one."""
        return self.outcome.snapshot.count - self.outcome.total

    def funnel(self) -> pl.DataFrame:
        """The filters in order, as `RecipeOutcome.funnel`; before them what is outside the selection."""
        funnel = self.outcome.funnel()
        if self.recipe.selection is None:
            return funnel
        alone = np.count_nonzero((self.outcome.mask == 0) | self.outcome.approved) - self.outcome.remaining
        row = (selecting.OUTSIDE, "selection", self.outside, self.outside, int(alone), self.outcome.total)
        return pl.concat([pl.DataFrame([row], schema=funnel.schema, orient="row"), funnel])

    def by_task(self) -> pl.DataFrame:
        """Per task: before (of all samples), available (after filters) and taken (after quotas)."""
        snapshot = self.outcome.snapshot
        counts_before, counts_taken = (
            np.bincount(codes, minlength=len(snapshot.tasks))
            for codes in (snapshot.task_codes, snapshot.task_codes[self.selected])
        )
        counts = {
            "task": snapshot.tasks, "before": counts_before, "available": self.outcome.tally.tasks,
            "taken": counts_taken,
        }  # fmt: skip
        return pl.DataFrame(counts).sort("before", descending=True)

    def by_axis(self, axis: str) -> pl.DataFrame:
        """value, available and taken for each value of an axis of the cells, most available first."""
        codes, values = self.cells.codes[self.cells.axes.index(axis)], list(self.cells.values[axis])
        available, amounts = (
            np.bincount(codes, weights=counts, minlength=len(values)).astype(np.int64)
            for counts in (self.cells.available, self.allotment.amounts)
        )
        table = pl.DataFrame({"value": values, "available": available, "taken": amounts}).filter(
            pl.col("available") > 0
        )
        return table.sort("available", "value", descending=[True, False])


def default_filters(snapshot: Snapshot, name: str = "curated") -> Recipe:
    """Makes the filters that are in force before anyone chose: flags of errors, no cut and no quota.

    A cut would also drop good rows that are unlike those it was made for: one-word answers, another language.

    Args:
        snapshot: All samples; nothing else of the workspace is read.
        name: Name of the recipe.

    Returns:
        A recipe without dataset hashes, scorer versions and decisions.
    """
    present = set(snapshot.flags["kind"].unique())
    remarks = {kind for column in snapshot.columns.values() for kind in column.remarks}
    kinds = [*LINT_KINDS, *sorted(present - {*LINT_KINDS, *NOTED_KINDS, *remarks})]
    return Recipe(name=name, drop_flags=tuple(kind for kind in kinds if kind in present))


def default_recipe(workspace: Workspace, snapshot: Snapshot, name: str = "curated") -> Recipe:
    """Makes the recipe to start from: flags of errors drop, nothing else.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        name: Name of the recipe.

    Returns:
        A recipe with the dataset hashes, scorer versions and decisions of now.
    """
    return complete_recipe(workspace, snapshot, default_filters(snapshot, name))


def experiment_recipe(workspace: Workspace, snapshot: Snapshot) -> Recipe:
    """Makes a recipe with every group of principles in force, for comparisons: all suggested cuts are.

    No task has more samples than the median task has after the filters, selected so that they spread over the map of
    responses where there is one.

    Args:
        workspace: Open workspace.
        snapshot: All samples.

    Returns:
        A recipe with the dataset hashes, scorer versions and decisions of now.
    """
    recipe = replace(default_recipe(workspace, snapshot, "suggested"), cuts=suggested_cuts(snapshot))
    counts = make_plan(workspace, recipe, Board(snapshot)).by_task()["available"].to_numpy()
    counts = counts[counts > 0]
    cap = int(np.median(counts)) if len(counts) else None
    quota = Quota(cap=cap, choice="spread", map="map_responses")
    spread = cells.map_positions(workspace, snapshot, quota) is not None
    return complete_recipe(workspace, snapshot, replace(recipe, quota=quota if spread else Quota(cap=cap)))


def complete_recipe(workspace: Workspace, snapshot: Snapshot, recipe: Recipe) -> Recipe:
    """Adds the dataset hashes, scorer versions and standing decisions of now to a recipe.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        recipe: Name, filters, quota and seed.

    Returns:
        A recipe that can be replayed; it names the versions of those scorers only that it uses.
    """
    used = {cut.metric for cut in recipe.cuts} | set(snapshot.flags["metric"].unique())
    used |= {snapshot.task_axis} if "task" in recipe.quota.axes else set()
    used |= {recipe.quota.map} if quotas.uses_map(recipe.quota) else set()
    used |= {cells.INFORMATION} if recipe.quota.choice == "informative" else set()
    used |= {recipe.quota.complexity} if quotas.uses_complexity(recipe.quota) else set()
    used |= {DUPLICATES} if recipe.splits.by == DUPLICATES and recipe.splits.shares else set()
    return Recipe(
        name=recipe.name,
        datasets=dataset_hashes(workspace, snapshot),
        cuts=recipe.cuts,
        drop_flags=recipe.drop_flags,
        quota=recipe.quota,
        seed=recipe.seed,
        splits=recipe.splits,
        only_approved=recipe.only_approved,
        selection=recipe.selection,
        scorers={name: column.version for name, column in snapshot.columns.items() if name in used},
        decisions=standing_verdicts(snapshot),
    )


def dataset_hashes(workspace: Workspace, snapshot: Snapshot | None = None) -> dict[str, str]:
    """Hashes each dataset, over the contents of its samples in row order.

    Args:
        workspace: Open workspace.
        snapshot: Takes only what it has: an import may have added datasets and samples since; None takes all.

    Returns:
        Hashes by name.
    """
    counts = None if snapshot is None else dict(snapshot.samples.group_by("dataset").len().iter_rows())
    hashes = {}
    for row in datasets.listing(workspace.store).iter_rows(named=True):
        contents = samples.contents(workspace.store, row["dataset_no"])
        if counts is not None and contents:
            contents = contents[: counts.get(row["name"], 0)]
            if not contents:
                continue
        digest = hashlib.sha256()
        for content in contents:
            digest.update(content.encode())
        hashes[row["name"]] = digest.hexdigest()
    return hashes


def make_plan(workspace: Workspace, recipe: Recipe, board: Board) -> ExportPlan:
    """Decides which samples a recipe takes: of its selection, those that pass the filters, then the quotas.

    Args:
        workspace: Open workspace.
        recipe: Recipe whose decisions count, not those of the workspace.
        board: Board with the snapshot.

    Returns:
        The plan of an export.
    """
    snapshot = board.snapshot
    outcome = board.evaluate(recipe, recipe.decisions, within=selecting.members(snapshot, recipe.selection))
    within = in_datasets(snapshot, recipe)
    among = outcome.passing & within
    if recipe.only_approved:
        among &= outcome.approved
    occurring_cells, cell_of = cells.cells(workspace, snapshot, recipe.quota, among, within)
    allotment, mix = mixing.allot(occurring_cells, recipe.quota)
    drawn = sampling.draw(sampling.identities_of(snapshot.samples), recipe.seed)
    candidates = cells.candidates(workspace, snapshot, recipe.quota, drawn, outcome.approved)
    if candidates is None:
        selected = sampling.choose_by_cell(drawn, outcome.approved, cell_of, allotment.amounts)
    else:
        choose = strategies.kinds()[recipe.quota.choice].choose
        selected = _chosen_by(candidates, choose, cell_of, occurring_cells.available, allotment.amounts)
    return ExportPlan(recipe, outcome, selected, among, occurring_cells, cell_of, allotment, mix)


def _chosen_by(
    candidates: Candidates,
    choose: Callable[[Candidates, int], Numbers],
    cell_of: Numbers,
    available: Numbers,
    amounts: Numbers,
) -> Mask:
    """True for the chosen, by the strategy within each cell that cannot give all."""
    selected = cell_of >= 0
    members = _members(cell_of, len(available))
    for cell in np.flatnonzero(amounts < available):
        amount = int(amounts[cell])
        picked = choose(candidates.only(members[cell]), amount) if amount else np.empty(0, dtype=np.int64)
        selected[np.delete(members[cell], picked)] = False
    return selected


def _members(cell_of: Numbers, count: int) -> list[Numbers]:
    """The samples of each cell, ascending."""
    order = np.argsort(cell_of, kind="stable")
    sizes = np.bincount(cell_of[cell_of >= 0], minlength=count)
    return np.split(order[np.count_nonzero(cell_of < 0) :], np.cumsum(sizes)[:-1]) if count else []


def replay(workspace: Workspace, recipe: Recipe) -> ExportPlan:
    """Plans a recipe from a file against the workspace.

    Args:
        workspace: Open workspace.
        recipe: Recipe with dataset hashes and scorer versions.

    Returns:
        The plan of an export.

    Raises:
        RecipeError: A dataset is absent or changed, samples of the selection are not here, or a metric or map is
            missing in the version that the recipe names.
    """
    snapshot = build(workspace, dict(recipe.scorers))
    present = dataset_hashes(workspace, snapshot)
    later_names = _present_names(workspace, [*recipe.datasets, *recipe.quota.weights], present)
    recipe = recipes.with_datasets(recipe, later_names)
    for name, expected_hash in recipe.datasets.items():
        if name not in present:
            raise RecipeError(f"The recipe is about the dataset {name!r}, which is not in this workspace.")
        if present[name] != expected_hash:
            raise RecipeError(f"The dataset {name!r} is not the one that the recipe was made for: its contents differ.")
    names = identities.arriving(workspace, ((decision.subject, decision.key) for decision in recipe.decisions))
    decisions = (replace(one, key=names.renamed(one.subject, one.key)) for one in recipe.decisions)
    selection = selecting.arriving(workspace, recipe.selection) if recipe.selection else None
    recipe = replace(recipe, decisions=tuple(decisions), selection=selection)
    for cut in recipe.cuts:
        _check_cut(snapshot, cut, recipe)
    _check_map(workspace, recipe)
    return make_plan(workspace, recipe, Board(snapshot))


def _present_names(workspace: Workspace, names: Iterable[str], present: Collection[str]) -> dict[str, str]:
    """What datasets are called now that were renamed since a recipe named them."""
    later = dataset_events.renamings(workspace.store)
    present_names = {}
    for name in names:
        now, steps = name, 0
        while now not in present and now in later and steps < len(later):
            now, steps = later[now], steps + 1
        if now in present:
            present_names[name] = now
    return present_names


def in_datasets(snapshot: Snapshot, recipe: Recipe) -> Mask:
    """Finds the samples of a recipe's datasets; of all, when it names none.

    Args:
        snapshot: All samples.
        recipe: The recipe.

    Returns:
        True for its samples, (N,).
    """
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
