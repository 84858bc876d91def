"""Which split every exported sample goes into: whole groups, so that no image or source is in two splits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.balancing import export_plan, sampling
from curation.balancing.export_plan import DUPLICATES, ExportPlan
from curation.filtering import groups
from curation.filtering.snapshot import Snapshot
from curation.formats import column_mapping
from curation.recipes.recipe import TRAIN, RecipeError
from curation.workspace import Workspace
from scoring.arrays import Mask, Numbers
from storage import datasets, samples

_ODD = re.compile(r"\W+")


@dataclass(frozen=True, eq=False)
class Splitting:
    """`codes` has the position of every sample's split in `names`, (N,); `groups` counts those that went out."""

    names: tuple[str, ...]
    codes: Numbers
    groups: int


def assign(workspace: Workspace, plan: ExportPlan) -> Splitting:
    """Puts every group of samples into one split, so that what goes out comes as near to the shares as groups allow.

    Args:
        workspace: Open workspace.
        plan: Plan of the export, whose recipe has shares, kind of groups and seed.

    Returns:
        The splits; samples that do not go out have one too.

    Raises:
        RecipeError: The groups are of duplicates, which were not searched for yet.
    """
    snapshot, splits = plan.outcome.snapshot, plan.recipe.splits
    if splits.by == "field":
        return _by_field(workspace, plan)
    if not splits.shares:
        return Splitting((TRAIN,), np.zeros(snapshot.count, dtype=np.int64), plan.size)
    group_of = _GROUPS[splits.by](workspace, snapshot, export_plan.in_datasets(snapshot, plan.recipe))
    names = tuple(sorted(splits.shares, key=lambda name: (-splits.shares[name], name)))
    shares = np.array([splits.shares[name] for name in names])
    sizes = np.bincount(group_of[plan.selected], minlength=int(group_of.max(initial=-1)) + 1)
    split_of_group = np.zeros(len(sizes), dtype=np.int64)
    reached = np.zeros(len(names))
    for group in _drawn(plan, group_of, sizes).tolist():
        split = int(np.argmax(shares * plan.size - reached))
        split_of_group[group] = split
        reached[split] += sizes[group]
    return Splitting(names, split_of_group[group_of], int(np.count_nonzero(sizes)))


def own_splits(workspace: Workspace) -> pl.DataFrame:
    """sample_no and split of the samples whose rows name one."""
    return samples.own_splits(workspace.store, _mapped_splits(workspace))


def _drawn(plan: ExportPlan, group_of: Numbers, sizes: Numbers) -> Numbers:
    """The groups that go out in the order of a draw, which other samples in the workspace do not change."""
    drawn = sampling.draw(sampling.identities_of(plan.outcome.snapshot.samples), plan.recipe.seed)
    first = np.full(len(sizes), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(first, group_of[plan.selected], drawn[plan.selected])
    order: Numbers = np.argsort(first, kind="stable")
    return order[sizes[order] > 0]


def _by_image(workspace: Workspace, _: Snapshot, within: Mask) -> Numbers:
    return groups.by_image(workspace.store, within)


def _by_duplicates(workspace: Workspace, snapshot: Snapshot, within: Mask) -> Numbers:
    """Samples that share an image or say nearly the same."""
    if DUPLICATES not in snapshot.values or np.isnan(snapshot.values[DUPLICATES].low).all():
        raise RecipeError("The recipe splits by groups of duplicates: run `score --metrics duplicates` first.")
    return groups.by_image_and_duplicates(workspace.store, within)


def _by_dataset(_: Workspace, snapshot: Snapshot, _within: Mask) -> Numbers:
    return snapshot.samples["dataset"].rank("dense").to_numpy().astype(np.int64) - 1


def _by_field(workspace: Workspace, plan: ExportPlan) -> Splitting:
    """The splits that the rows name themselves; those that name none are training rows."""
    values = own_splits(workspace)
    named = plan.outcome.snapshot.samples.select("sample_no").join(values, on="sample_no", how="left")["split"]
    clean = [_ODD.sub("_", name).strip("_") or TRAIN if name else TRAIN for name in named.to_list()]
    names = tuple(sorted(set(clean), key=lambda name: (name != TRAIN, name))) or (TRAIN,)
    positions: Mapping[str, int] = {name: position for position, name in enumerate(names)}
    codes = np.array([positions[name] for name in clean], dtype=np.int64)
    return Splitting(names, codes, plan.size)


def _mapped_splits(workspace: Workspace) -> dict[int, tuple[str, str]]:
    """Where the rows of mapped datasets name their split: as a key of the row, or within it."""
    pointers = {}
    for number, format_name in datasets.listing(workspace.store).select("dataset_no", "format").iter_rows():
        mapping = column_mapping.of_format(format_name)
        if mapping and "split" in mapping.columns:
            key = mapping.columns["split"].replace("~", "~0").replace("/", "~1")
            pointers[int(number)] = (f"/{key}", "/" + key.replace(".", "/"))
    return pointers


_GROUPS: Mapping[str, Callable[[Workspace, Snapshot, Mask], Numbers]] = {
    "image": _by_image,
    DUPLICATES: _by_duplicates,
    "dataset": _by_dataset,
}
