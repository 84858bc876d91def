"""How good a cut is, by what people decided: precision and recall over all samples, as far as decisions tell them.

People's reject on a sample, or a flag of it that they confirmed, says that it should go; their approve says that it
should stay, and counts more than a confirmed flag. People look at suspicious samples first, or near a cut, so the
share among those that they decided says little of the rest. Two things do: each decided sample is known, which gives
bounds that are certain however the samples were chosen; and the first samples of the random audit are a random draw,
which gives Wilson's 95 % interval (Wilson, 1927, JASA 22). What is shown is where both agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.common import intervals
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
class Estimate:
    """A share over all samples: it lies between `low` and `high`, 0 to 1, in at least 95 of 100 cases.

    `value` is the share in the random draw, or the share itself where it is known; None without either. `counted` is
    what was counted on all decided samples, however they were chosen.
    """

    value: float | None
    low: float
    high: float
    counted: Share


@dataclass(frozen=True)
class CutQuality:
    """Of all samples that a cut drops, the share that should go (precision); of those, the share it drops (recall).

    `decided` is how many decisions there are, `good` how many are to stay, `drawn` how many are a random draw. `kappa`
    is Cohen's kappa of the cut with people on the decided samples, and the ends of its 95 % interval; None where too
    few or only one verdict is there.
    """

    precision: Estimate
    recall: Estimate
    decided: int
    good: int
    drawn: int
    kappa: tuple[float, float, float] | None


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


def measure(decided: Judged, drawn: Judged, fails: Mask, members: Mask | None = None) -> CutQuality:
    """Measures precision and recall of dropping some samples.

    Args:
        decided: The samples that people decided on, however they came to look at them.
        drawn: Those that are a random draw.
        fails: True for the samples that are dropped, one entry per sample.
        members: True for the samples that count, None for all.

    Returns:
        Precision and recall with their counts.
    """
    counts = fails if members is None else fails & members
    size = len(fails) if members is None else int(np.count_nonzero(members))
    dropped = int(np.count_nonzero(counts))
    inside = fails[decided.numbers]
    bad_in, bad_out = _count(inside & decided.bad), _count(~inside & decided.bad)
    good_in, good_out = _count(inside & ~decided.bad), _count(~inside & ~decided.bad)
    most_in, most_out = dropped - good_in, size - dropped - good_out
    drawn_in = fails[drawn.numbers]
    hits = _count(drawn_in & drawn.bad)
    return CutQuality(
        precision=_estimate(
            Share(bad_in, bad_in + good_in),
            Share(hits, _count(drawn_in)),
            _part(bad_in, dropped),
            _part(most_in, dropped),
        ),
        recall=_estimate(
            Share(bad_in, bad_in + bad_out),
            Share(hits, _count(drawn.bad)),
            _part(bad_in, bad_in + most_out),
            _part(most_in, most_in + bad_out),
        ),
        decided=len(decided.numbers),
        good=good_in + good_out,
        drawn=len(drawn.numbers),
        kappa=intervals.kappa(bad_in, good_in, bad_out, good_out),
    )


def _estimate(counted: Share, drawn: Share, least: float | None, most: float | None) -> Estimate:
    """What is certain, narrowed by the random draw; where the draw contradicts what is certain, that alone counts."""
    if least is None or most is None:
        return Estimate(None, least or 0.0, 1.0 if most is None else most, counted)
    low, high = wilson(drawn.hits, drawn.of)
    low, high = max(low, least), min(high, most)
    if low > high:
        low, high = least, most
    if drawn.value is not None:
        return Estimate(min(max(drawn.value, low), high), low, high, counted)
    return Estimate(low if low == high else None, low, high, counted)


def _part(hits: int, of: int) -> float | None:
    return hits / of if of else None


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))
