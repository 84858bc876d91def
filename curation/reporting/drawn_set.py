"""One set of a comparison as indicators read it (`scoring.indicator.Subset`): its values, and an equal draw from it.

The draw is made once; what indicators say without a part of the samples is read from what is left of the same draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from curation.filtering.snapshot import NO_TASK
from curation.reporting import uncertainty
from scoring.arrays import Floats, Mask, Numbers, Vectors
from scoring.indicator import Subset, TaskInstruction, TextField
from scoring.item import without_thought
from storage import indicators

if TYPE_CHECKING:
    from curation.reporting.comparison import SetComparison


@dataclass(frozen=True, eq=False)
class DrawnSet:
    """A set, True for its samples, of a comparison."""

    comparison: SetComparison
    members: Mask
    _scores: dict[str, pl.DataFrame] = field(default_factory=dict)
    _vectors: dict[str, tuple[Vectors, Numbers]] = field(default_factory=dict)

    def subset(self, remaining: Mask | None = None) -> Subset:
        """Shows the set to an indicator.

        Args:
            remaining: True for the samples of the workspace that count; None for all.

        Returns:
            What indicators read.
        """
        members = self.members if remaining is None else self.members & remaining
        return Subset(
            tasks=self.comparison.tasks(members),
            drawn=self._drawn(members),
            scored=self.comparison.scored,
            embedded=self.comparison.embedded,
            values=partial(self._values, members),
            turn_values=partial(self._turn_values, members),
            instructions=partial(self._instructions, members),
            texts=partial(self._texts, members),
            common_tasks=self.comparison.common_tasks,
            vectors=partial(self._kept_vectors, members),
            near=self.comparison.near,
            kinds_of_objects=partial(self._kinds_of_objects, members),
        )

    def _drawn(self, members: Mask) -> int:
        """Turns with a task of the equal draw; of a part of the set as large a part of them."""
        size = int(np.count_nonzero(self.members))
        part = int(np.count_nonzero(members)) / size if size else 0.0
        return max(1, round(self.comparison.limits.labelled_turns * part)) if size else 0

    def _values(self, members: Mask, metric: str) -> Floats:
        """The samples' means of a metric without NaN, in the order of the samples."""
        means = self.comparison.snapshot.values[metric].mean[members]
        return means[~np.isnan(means)]

    def _turn_values(self, members: Mask, metric: str) -> Floats:
        """The values of a metric of turns, without gaps, in the order of the turns."""
        if metric not in self._scores:
            version = self.comparison.snapshot.columns[metric].version
            self._scores[metric] = indicators.turn_values(self.comparison.workspace.store, metric, version)
        return _of(self._scores[metric], members)["value"].to_numpy()

    def _instructions(self, members: Mask) -> list[TaskInstruction]:
        """Task and instruction of the drawn turns that have a task."""
        drawn = _of(self.turns, members).filter(pl.col("label").is_not_null())
        return list(zip(drawn["label"], drawn["instruction"], strict=True))

    def _texts(self, members: Mask, name: TextField) -> list[str]:
        """The instructions, or the responses without thoughts, of the drawn turns."""
        texts = _of(self.turns, members)[name]
        return [without_thought(text) for text in texts] if name == "response" else texts.to_list()

    def _kept_vectors(self, members: Mask, feature: str) -> Vectors:
        """The vectors (N, D) of the drawn turns or images, in the order of the draw; those without are left out."""
        if feature not in self._vectors:
            self._vectors[feature] = self._read_vectors(feature)
        vectors, sample_nos = self._vectors[feature]
        return vectors[members[sample_nos]] if len(vectors) else vectors

    def _read_vectors(self, feature: str) -> tuple[Vectors, Numbers]:
        column = self.comparison.snapshot.columns[feature]
        drawn, number = (self.turns, "turn_no") if column.subject == "turn" else (self.images, "image_no")
        store = self.comparison.workspace.store
        stored = indicators.vectors(store, feature, column.version, drawn[number].to_list())
        order = drawn.select(pl.col(number).cast(pl.Int32).alias("subject_no"), "sample_no")
        rows = order.join(stored, on="subject_no", how="inner", maintain_order="left")
        return np.array(rows["vector"].to_list(), dtype=np.float32), rows["sample_no"].to_numpy()

    def _kinds_of_objects(self, members: Mask) -> Numbers:
        """Annotated kinds of objects of each drawn image that has annotations."""
        return _of(self.images, members).join(self.comparison.annotated, on="image_no", how="inner")["kinds"].to_numpy()

    @cached_property
    def parts(self) -> Numbers:
        """The part of each sample that is left out with it for an interval, see `uncertainty`."""
        return uncertainty.parts_of(self.comparison.image_groups, self.members)

    @cached_property
    def tasks_with_turns(self) -> dict[str, int]:
        """Drawn turns per task."""
        labelled = self.turns.filter(pl.col("label").is_not_null() & (pl.col("label") != NO_TASK))
        return dict(labelled.group_by("label").len().iter_rows())

    @cached_property
    def turns(self) -> pl.DataFrame:
        """The drawn turns: sample_no, turn_no, instruction, response and label."""
        return self.comparison.draws.turns(self.members, self.comparison.limits.turns)

    @cached_property
    def images(self) -> pl.DataFrame:
        """The drawn images: image_no, and the sample_no that it was drawn for."""
        return self.comparison.draws.images(self.members, self.comparison.limits.images)


def _of(drawn: pl.DataFrame, members: Mask) -> pl.DataFrame:
    return drawn.filter(pl.Series(members[drawn["sample_no"].to_numpy()], dtype=pl.Boolean))
