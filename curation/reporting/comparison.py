"""Sets of samples of one snapshot, side by side, and what dataset indicators read of all of them.

What depends on the size of a set is read from equal draws: as many turns and as many different images from every set,
at most DRAW and at most what the smallest set has (Li et al., TMLR 2024, section 5, compares sets of equal size).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from curation.filtering import groups
from curation.filtering.snapshot import Snapshot
from curation.reporting import labelled_turns
from curation.reporting.drawn_set import DrawnSet
from curation.reporting.draws import Draws
from curation.reporting.labelled_turns import LabelledTurns
from curation.workspace import Workspace, cache
from scoring import clusters
from scoring.arrays import Mask, Numbers
from storage import datasets, indicators

DRAW = 2_000
"""Turns and images that are drawn from a set, at most."""
COVERED = 0.9
"""Share of all turns or images that must have a vector before a feature stands for the workspace."""


@dataclass(frozen=True)
class DrawSizes:
    """How many turns, different images and, for shares of tasks, turns with a task are drawn from every set."""

    turns: int
    images: int
    labelled_turns: int


@dataclass(frozen=True, eq=False)
class SetComparison:
    """The sets, each True for its samples, and what reading them has in common."""

    workspace: Workspace
    snapshot: Snapshot
    sets: tuple[Mask, ...]
    _radii: dict[tuple[str, int], float | None] = field(default_factory=dict)
    _scored: dict[str, bool] = field(default_factory=dict)

    def drawn(self, members: Mask) -> DrawnSet:
        """One of the sets, for indicators."""
        number = next(number for number, each in enumerate(self.sets) if each is members)
        return self._drawn_sets[number]

    def tasks(self, members: Mask) -> dict[str, int]:
        """Turns per task, of every task that one of the sets has.

        Args:
            members: True for the samples that count.

        Returns:
            Counts by name, 0 for tasks that only other sets have.
        """
        return {
            task: count
            for task, count, occurs in zip(
                self._labelled.tasks, self._labelled.counts(members).tolist(), self._occurs, strict=True
            )
            if occurs
        }

    def common_tasks(self, least: int) -> frozenset[str]:
        """The tasks of which every set's draw has so many turns.

        Args:
            least: How many.

        Returns:
            Their names.
        """
        each = [
            {task for task, count in drawn.tasks_with_turns.items() if count >= least}
            for drawn in self._drawn_sets
            if drawn.members.any()
        ]
        return frozenset.intersection(*map(frozenset, each)) if each else frozenset()

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

    def near(self, feature: str, neighbours: int) -> float | None:
        """Computes the radius that all sets share, from a draw of the same size from the whole workspace.

        Args:
            feature: A stored feature.
            neighbours: Which neighbour's distance is looked at.

        Returns:
            A distance; None for too few different vectors.
        """
        key = (feature, neighbours)
        if key not in self._radii:
            everything = DrawnSet(self, np.ones(self.snapshot.count, dtype=bool))
            self._radii[key] = clusters.radius(everything.subset().vectors(feature), neighbours)
        return self._radii[key]

    @cached_property
    def draws(self) -> Draws:
        """Where turns and images are drawn from."""
        return Draws(self.workspace, self.snapshot)

    @cached_property
    def limits(self) -> DrawSizes:
        """What is drawn from every set; sets without any do not count."""
        turns = [self.draws.count_turns(members) for members in self._filled]
        images = [self.draws.images(members).height for members in self._filled]
        labelled = [self._labelled.count(members) for members in self._filled]
        return DrawSizes(
            min([DRAW, *filter(None, turns)]),
            min([DRAW, *filter(None, images)]),
            min(filter(None, labelled), default=0),
        )

    @cached_property
    def image_groups(self) -> Numbers:
        """The group of each sample: those that share a picture."""
        everything = np.ones(self.snapshot.count, dtype=bool)
        return cache.recall(
            self.workspace.store,
            f"samples by image, {self.snapshot.count}",
            lambda store: groups.by_image(store, everything),
        )

    @cached_property
    def stored(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(number, newest run) of the vectors of every feature and version."""
        return cache.recall(self.workspace.store, "stored vectors", indicators.stored_vectors)

    @cached_property
    def annotated(self) -> pl.DataFrame:
        """image_no and kinds."""
        return cache.recall(self.workspace.store, "kinds of objects", indicators.kinds_of_objects)

    @cached_property
    def _drawn_sets(self) -> list[DrawnSet]:
        return [DrawnSet(self, members) for members in self.sets]

    @cached_property
    def _labelled(self) -> LabelledTurns:
        return labelled_turns.of_snapshot(self.workspace, self.snapshot)

    @cached_property
    def _occurs(self) -> list[bool]:
        """For each task, whether any of the sets has a turn of it."""
        counts = sum((self._labelled.counts(members) for members in self.sets), np.zeros(1, dtype=np.int64))
        return [bool(count) for count in np.broadcast_to(counts, len(self._labelled.tasks))]

    @cached_property
    def _totals(self) -> dict[str, int]:
        return cache.recall(self.workspace.store, "totals", datasets.totals)

    @cached_property
    def _filled(self) -> list[Mask]:
        return [members for members in self.sets if members.any()]
