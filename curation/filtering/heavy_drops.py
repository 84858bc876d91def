"""Datasets of which flags and cuts drop so much that a person should look before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.filtering import impact
from curation.filtering.thresholds import Filter, RecipeOutcome
from scoring.arrays import Numbers

LARGE = 0.05
"""Share of a dataset; errors are rarer than that in sets that were made with care."""


@dataclass(frozen=True)
class HeavyDrop:
    """A dataset of which much is dropped: of its `samples` so many, and the filters that do it with how many each."""

    dataset: str
    samples: int
    dropped: int
    filters: tuple[tuple[Filter, int], ...]

    @property
    def share(self) -> float:
        """Share of the dataset that is dropped, 0 to 1."""
        return self.dropped / self.samples


def heavy_drops(outcome: RecipeOutcome) -> list[HeavyDrop]:
    """Finds the datasets of which flags and cuts drop more than LARGE.

    What people rejected or confirmed sample by sample does not count: they looked at it.

    Args:
        outcome: What a recipe does.

    Returns:
        The datasets, those that lose the largest share first, and their filters, those that drop most first.
    """
    filters = [step for step in outcome.filters if step.kind != "person"]
    if not filters:
        return []
    bits = sum(1 << number for number, step in enumerate(outcome.filters) if step.kind != "person")
    dropped = outcome.part.only(((outcome.mask & np.uint64(bits)) != 0) & ~outcome.approved)
    grouping = impact.by_dataset(outcome.snapshot)
    members = grouping.codes if outcome.part.members is None else grouping.codes[outcome.part.members]
    size = len(grouping.names)
    total, lost = (np.bincount(codes, minlength=size) for codes in (members, grouping.codes[dropped]))
    heavy = [code for code in range(size) if lost[code] > LARGE * total[code]]
    counts = [(step, np.bincount(grouping.codes[dropped & step.fails], minlength=size)) for step in filters if heavy]
    drops = [
        HeavyDrop(grouping.names[code], int(total[code]), int(lost[code]), _filters(counts, code)) for code in heavy
    ]
    return sorted(drops, key=lambda drop: (-drop.share, drop.dataset))


def _filters(counts: Sequence[tuple[Filter, Numbers]], code: int) -> tuple[tuple[Filter, int], ...]:
    of_dataset = [(step, int(numbers[code])) for step, numbers in counts if numbers[code]]
    return tuple(sorted(of_dataset, key=lambda pair: -pair[1]))
