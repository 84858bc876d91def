"""What is counted over samples before and after filters: per filter, per bin of each column, per task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from curation.filtering.snapshot import BINS, Snapshot
from scoring.arrays import Bits, Mask, Numbers

MOST_FILTERS = 64
"""A sample's failed filters are the bits of one number."""


@dataclass(frozen=True)
class SnapshotPart:
    """The samples that a question is about (`members` None: all), and what is counted over them before any filter."""

    members: Mask | None = field(repr=False)
    count: int
    histograms: Mapping[str, Numbers] = field(repr=False)
    tasks: Numbers = field(repr=False)

    def only(self, mask: Mask) -> Mask:
        """Those of a boolean per sample that belong to the part."""
        return mask if self.members is None else mask & self.members


@dataclass(frozen=True)
class Tally:
    """What was counted of one outcome: per bit of `mask` the samples that it drops first and that it alone drops, and
    the remaining samples per bin of each column and per task. The next outcome counts only what changed since.
    """

    part: SnapshotPart
    approved: Mask = field(repr=False)
    mask: Bits = field(repr=False)
    drops: Numbers
    only: Numbers
    histograms: Mapping[str, Numbers]
    tasks: Numbers


def part_of(snapshot: Snapshot, members: Mask | None = None) -> SnapshotPart:
    """Makes the part of a snapshot that some samples are.

    Args:
        snapshot: All samples.
        members: True for the samples of the part, None for all.

    Returns:
        The part with its counts before any filter.
    """
    if members is None:
        histograms = {name: values.histogram for name, values in snapshot.values.items()}
        tasks: Numbers = np.bincount(snapshot.task_codes, minlength=len(snapshot.tasks))
        return SnapshotPart(None, snapshot.count, histograms, tasks)
    numbers = np.flatnonzero(members)
    counted, tasks = sample_counts(snapshot, numbers)
    return SnapshotPart(members, len(numbers), counted, tasks)


def drop_counts(masks: Bits, approved: Mask) -> tuple[Numbers, Numbers]:
    """Counts the samples that each filter drops.

    Args:
        masks: Failed filters of each sample, a bit per filter.
        approved: True for samples that people approved; they fail nothing.

    Returns:
        Per bit, how many samples fail it first, and how many fail it alone.
    """
    masks = masks[(masks != 0) & ~approved]
    lowest = masks & (~masks + np.uint64(1))
    return _count_bits(lowest), _count_bits(masks[masks == lowest])


def sample_counts(snapshot: Snapshot, numbers: Numbers) -> tuple[dict[str, Numbers], Numbers]:
    """Counts samples per bin of each column, and per task.

    Args:
        snapshot: All samples.
        numbers: Numbers of the samples that count.

    Returns:
        Counts by column, BINS of them each, and counts by task.
    """
    bins: dict[str, Numbers] = {
        name: np.bincount(values.codes[numbers], minlength=BINS + 1)[:BINS] for name, values in snapshot.values.items()
    }
    return bins, np.bincount(snapshot.task_codes[numbers], minlength=len(snapshot.tasks))


def _count_bits(masks: Bits) -> Numbers:
    """How many of the masks, of one bit each, have each bit."""
    bit_numbers = np.bitwise_count(masks - np.uint64(1))  # as many bits below it as its number
    return np.bincount(bit_numbers, minlength=MOST_FILTERS)
