"""How good a cut is, by what people decided: precision and recall with 95 % confidence intervals, and what rests on it.

People's reject on a sample, or a flag of it that they confirmed, says that it should go; their approve says that it
should stay, and counts more than a confirmed flag. Intervals are Wilson's score intervals (Wilson, 1927, JASA 22).
They take the decided samples for a random draw, which they are not when people looked at suspicious ones first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.common.intervals import wilson
from curation.filtering.snapshot import Snapshot
from scoring.arrays import Floats, Mask, Numbers


@dataclass(frozen=True)
class Share:
    """`hits` of `of`, with the ends of the 95 % interval; None where nothing was counted."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share itself, from 0 to 1."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval, from 0 to 1."""
        return wilson(self.hits, self.of) if self.of else None


@dataclass(frozen=True)
class CutQuality:
    """What decisions say of a cut: of the decided samples that it drops, how many should go (precision); of those
    that should go, how many it drops (recall). `decided` is how many decisions there are, `good` how many are to
    stay."""

    precision: Share
    recall: Share
    decided: int
    good: int


@dataclass(frozen=True)
class Judged:
    """Numbers of the samples that people decided on, and which of them should go."""

    numbers: Numbers
    bad: Mask


def judged(snapshot: Snapshot, decisions: pl.DataFrame, members: Mask | None = None) -> Judged:
    """Collects which samples people decided on, as the module describes.

    Args:
        snapshot: All samples.
        decisions: subject, key and verdict of those that count.
        members: True for the samples that count, None for all.

    Returns:
        The decided samples, and which of them should go.
    """
    bad = np.zeros(snapshot.count, dtype=bool)
    decided_mask = np.zeros(snapshot.count, dtype=bool)
    confirmed = decisions.filter((pl.col("subject") == "flag") & (pl.col("verdict") == "confirm"))["key"]
    sample_nos = snapshot.flags.filter(pl.col("flag_id").is_in(confirmed.implode()))["sample_no"].to_numpy()
    bad[sample_nos] = decided_mask[sample_nos] = True
    on_samples = decisions.filter((pl.col("subject") == "sample") & pl.col("verdict").is_in(["approve", "reject"]))
    rows = on_samples.join(snapshot.samples.select("key", "sample_no"), on="key")
    sample_nos = rows["sample_no"].to_numpy()
    decided_mask[sample_nos], bad[sample_nos] = True, (rows["verdict"] == "reject").to_numpy()
    numbers = np.flatnonzero(decided_mask if members is None else decided_mask & members)
    return Judged(numbers, bad[numbers])


def random_part(snapshot: Snapshot, decisions: pl.DataFrame, draw: Floats, members: Mask | None = None) -> Mask:
    """Finds the samples that come first in a random order and were all decided on.

    They are a random draw of `members`, as nobody chose which of them to look at.

    Args:
        snapshot: All samples.
        decisions: subject and key of those that were made in the random order.
        draw: A number per sample: its position in the random order.
        members: True for the samples that are drawn from, None for all.

    Returns:
        True for the samples of the random part.
    """
    decided_keys = decisions.filter(pl.col("subject") == "sample").select("key")
    seen = np.zeros(snapshot.count, dtype=bool)
    seen[decided_keys.join(snapshot.samples.select("key", "sample_no"), on="key")["sample_no"].to_numpy()] = True
    open_ones = draw[~seen if members is None else ~seen & members]
    first = draw < (open_ones.min() if len(open_ones) else np.inf)
    return first if members is None else first & members


def measure(decided: Judged, fails: Mask) -> CutQuality:
    """Measures precision and recall of dropping some samples.

    Args:
        decided: The samples that people decided on.
        fails: True for the samples that are dropped, one entry per sample.

    Returns:
        Precision and recall with their counts.
    """
    dropped = fails[decided.numbers]
    hits = int(np.count_nonzero(dropped & decided.bad))
    wrong = int(np.count_nonzero(decided.bad))
    return CutQuality(
        precision=Share(hits, int(np.count_nonzero(dropped))),
        recall=Share(hits, wrong),
        decided=len(decided.numbers),
        good=len(decided.numbers) - wrong,
    )
