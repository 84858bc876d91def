"""Sets of samples of one snapshot, side by side, as dataset indicators read them (`scoring.indicator.Subset`).

What depends on the size of a set is read from equal draws: as many turns and as many different images from every set,
at most DRAW and at most what the smallest set has (Li et al., TMLR 2024, section 5, compares sets of equal size).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import polars as pl

from curation.filtering.snapshot import NO_TASK, Snapshot
from curation.reporting.draws import Draws
from curation.workspace import Workspace, cache
from scoring import clusters
from scoring.arrays import Floats, Mask, Numbers, Vectors
from scoring.indicator import Subset, TaskInstruction
from storage import datasets, indicators

DRAW = 2_000
"""Turns and images that are drawn from a set, at most."""
COVERED = 0.9
"""Share of all turns or images that must have a vector before a feature stands for the workspace."""


@dataclass(frozen=True, eq=False)
class SetComparison:
    """The sets, each True for its samples, and what reading them has in common."""

    workspace: Workspace
    snapshot: Snapshot
    sets: tuple[Mask, ...]
    _radii: dict[tuple[str, int], float | None] = field(default_factory=dict)
    _scored: dict[str, bool] = field(default_factory=dict)

    def subset(self, members: Mask) -> Subset:
        """One of the sets, for an indicator."""
        return Subset(
            tasks=self.tasks(members),
            scored=self.scored,
            embedded=self.embedded,
            values=partial(self.values, members),
            instructions=partial(self.instructions, members),
            vectors=partial(self.vectors, members),
            near=self.near,
            kinds_of_objects=partial(self.kinds_of_objects, members),
        )

    def tasks(self, members: Mask) -> dict[str, int]:
        """Samples per task."""
        counts = np.bincount(self.snapshot.task_codes[members], minlength=len(self.snapshot.tasks)).tolist()
        return {task: n for task, n in zip(self.snapshot.tasks, counts, strict=True) if n and task != NO_TASK}

    def scored(self, metric: str) -> bool:
        """True when every set has values of the metric."""
        if metric not in self._scored:
            metric_values = self.snapshot.values.get(metric)
            in_every_set = metric_values is not None and all(
                (~np.isnan(metric_values.mean[members])).any() for members in self._filled
            )
            self._scored[metric] = in_every_set
        return self._scored[metric]

    def embedded(self, feature: str) -> bool:
        """True when nearly all turns or images of the workspace have this vector."""
        column = self.snapshot.columns[feature]
        count, _run = self.stored.get((feature, column.version), (0, 0))
        return count > 0 and count >= COVERED * self._totals["turns" if column.subject == "turn" else "good_images"]

    def values(self, members: Mask, metric: str) -> Floats:
        """Reads the samples' means of a metric.

        Args:
            members: The set, True for its samples.
            metric: A metric with values in the snapshot.

        Returns:
            The means without NaN, in the order of the samples.
        """
        means = self.snapshot.values[metric].mean[members]
        return means[~np.isnan(means)]

    def instructions(self, members: Mask) -> list[TaskInstruction]:
        """Task and instruction of the drawn turns that have a task."""
        drawn = self.draws.turns(members, self.limits[0]).filter(pl.col("label").is_not_null())
        return list(zip(drawn["label"], drawn["instruction"], strict=True))

    def vectors(self, members: Mask, feature: str) -> Vectors:
        """Reads the vectors of the drawn turns or images.

        Args:
            members: The set, True for its samples.
            feature: A stored feature.

        Returns:
            (N, D) as float32, in the order of the draw; those without a vector are left out.
        """
        column, (turns, images) = self.snapshot.columns[feature], self.limits
        of_turns = column.subject == "turn"
        drawn = (
            self.draws.turns(members, turns)["turn_no"] if of_turns else self.draws.images(members, images)["image_no"]
        )
        stored = indicators.vectors(self.workspace.store, feature, column.version, drawn.to_list())
        order = pl.DataFrame({"subject_no": drawn.cast(pl.Int32)})
        rows = order.join(stored, on="subject_no", how="inner", maintain_order="left")["vector"]
        return np.array(rows.to_list(), dtype=np.float32)

    def near(self, feature: str, neighbours: int) -> float | None:
        """Computes the radius that all sets share: the knee for a draw of the same size from the whole workspace.

        Args:
            feature: A stored feature.
            neighbours: Which neighbour's distance is looked at.

        Returns:
            A distance; None for too few different vectors.
        """
        key = (feature, neighbours)
        if key not in self._radii:
            everything = np.ones(self.snapshot.count, dtype=bool)
            self._radii[key] = clusters.radius(self.vectors(everything, feature), neighbours)
        return self._radii[key]

    def kinds_of_objects(self, members: Mask) -> Numbers:
        """Annotated kinds of objects of each drawn image that has annotations."""
        drawn = self.draws.images(members, self.limits[1])
        return drawn.join(self.annotated, on="image_no", how="inner")["kinds"].to_numpy()

    @cached_property
    def draws(self) -> Draws:
        """Where turns and images are drawn from."""
        return Draws(self.workspace, self.snapshot)

    @cached_property
    def limits(self) -> tuple[int, int]:
        """Turns and images that are drawn from every set; sets without any do not count."""
        turns = [self.draws.count_turns(members) for members in self._filled]
        images = [self.draws.images(members).height for members in self._filled]
        return min([DRAW, *filter(None, turns)]), min([DRAW, *filter(None, images)])

    @cached_property
    def stored(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(number, newest run) of the vectors of every feature and version."""
        return cache.recall(self.workspace.store, "stored vectors", indicators.stored_vectors)

    @cached_property
    def annotated(self) -> pl.DataFrame:
        """image_no and kinds."""
        return cache.recall(self.workspace.store, "kinds of objects", indicators.kinds_of_objects)

    @cached_property
    def _totals(self) -> dict[str, int]:
        return cache.recall(self.workspace.store, "totals", datasets.totals)

    @cached_property
    def _filled(self) -> list[Mask]:
        return [members for members in self.sets if members.any()]
