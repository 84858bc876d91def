"""Which samples a recipe keeps, and why the others go: answered from the snapshot in memory.

Every sample has a bitmask of the filters that it fails; funnel, reasons and histograms are counts over it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from curation.common import display
from curation.decisions import keys as decision_keys
from curation.filtering.snapshot import MetricValues, Snapshot, only
from curation.filtering.tallies import MOST_FILTERS, SnapshotPart, Tally, drop_counts, part_of, sample_counts
from curation.flags.spans import SUPPORTED
from curation.recipes.recipe import Cut, Recipe, RecipeDecision, RecipeError
from curation.workspace.score_columns import Column
from scoring.arrays import Bits, Mask, Numbers

REJECTED = "rejected by a person"
CONFIRMED = "confirmed flag"
EMPTIED = "every turn dropped"
EXPORTED = ("sample", "flag", "turn", "span")
"""Subjects whose decisions change what is exported."""
NEVER_DROPPED = ("keep", SUPPORTED, "unsure")
"""Flag verdicts that mark a sample without speaking against it, or not for sure."""
TALLIES = 3
REMEMBERED = 96
"""Cuts whose result is kept: some sessions' worth, a byte per sample each."""


@dataclass(frozen=True)
class Filter:
    """One step of the funnel: what fails it, as a boolean per sample."""

    name: str
    kind: str
    fails: Mask = field(repr=False)


@dataclass(frozen=True)
class RecipeOutcome:
    """What a recipe does to a snapshot, or to a part of it. `mask` has bit i set where filter i fails."""

    snapshot: Snapshot
    filters: tuple[Filter, ...]
    mask: Bits
    approved: Mask
    part: SnapshotPart
    tallies: list[Tally] = field(default_factory=list, repr=False)
    """What was counted of the outcomes before, the newest first; this one's is added."""

    @cached_property
    def passing(self) -> Mask:
        """True for samples that remain: nothing speaks against them, or a person approved them."""
        return self.part.only((self.mask == 0) | self.approved)

    @cached_property
    def dropped(self) -> Mask:
        """True for the samples of the part that do not remain."""
        return self.part.only((self.mask != 0) & ~self.approved)

    @cached_property
    def remaining(self) -> int:
        """Number of samples that remain."""
        return int(np.count_nonzero(self.passing))

    @property
    def total(self) -> int:
        """Number of samples before any filter."""
        return self.part.count

    def funnel(self) -> pl.DataFrame:
        """Per filter, in order: fails (all), drops (not dropped before), only (dropped by it alone), remaining."""
        tally, left, rows = self.tally, self.total, []
        for index, recipe_filter in enumerate(self.filters):
            left -= int(tally.drops[index])
            fails = int(np.count_nonzero(self.part.only(recipe_filter.fails)))
            rows.append(
                (recipe_filter.name, recipe_filter.kind, fails, int(tally.drops[index]), int(tally.only[index]), left)
            )
        words, counts = ("filter", "kind"), ("fails", "drops", "only", "remaining")
        schema = dict.fromkeys(words, pl.String) | dict.fromkeys(counts, pl.Int64)
        return pl.DataFrame(rows, schema=schema, orient="row")

    def by_task(self) -> pl.DataFrame:
        """Per task: before and after."""
        frame = {"task": self.snapshot.tasks, "before": self.part.tasks, "after": self.tally.tasks}
        return pl.DataFrame(frame).sort("before", descending=True)

    def histograms(self) -> Mapping[str, Numbers]:
        """Counts of the remaining samples per bin, by column."""
        return self.tally.histograms

    @cached_property
    def tally(self) -> Tally:
        """All counts; where an outcome before differs little, only what changed since is counted."""
        tally = None
        near = next(
            (earlier for earlier in self.tallies if earlier.part is self.part and earlier.approved is self.approved),
            None,
        )
        if near is not None:
            changed = np.flatnonzero(self.part.only(near.mask != self.mask))
            tally = self._from_near(near, changed) if len(changed) < self.snapshot.count // 8 else None
        tally = tally or self._anew()
        self.tallies[:] = [tally, *self.tallies][:TALLIES]
        return tally

    def _anew(self) -> Tally:
        members = slice(None) if self.part.members is None else self.part.members
        drops, only = drop_counts(self.mask[members], self.approved[members])
        few_kept = self.remaining * 2 <= self.total
        numbers = np.flatnonzero(self.passing if few_kept else self.dropped)
        counted, tasks = sample_counts(self.snapshot, numbers)
        if not few_kept:
            counted = {name: before - counted[name] for name, before in self.part.histograms.items()}
            tasks = self.part.tasks - tasks
        return Tally(self.part, self.approved, self.mask, drops, only, counted, tasks)

    def _from_near(self, near: Tally, changed: Numbers) -> Tally:
        approved = self.approved[changed]
        old, new = near.mask[changed], self.mask[changed]
        (drops, only), (old_drops, old_only) = drop_counts(new, approved), drop_counts(old, approved)
        gained, lost = changed[(new == 0) & ~approved], changed[(old == 0) & ~approved]
        more, less = sample_counts(self.snapshot, gained), sample_counts(self.snapshot, lost)
        return Tally(
            self.part,
            self.approved,
            self.mask,
            near.drops + drops - old_drops,
            near.only + only - old_only,
            {name: counts + more[0][name] - less[0][name] for name, counts in near.histograms.items()},
            near.tasks + more[1] - less[1],
        )

    def overlap(self) -> Numbers:
        """How many samples fail both of two filters, approved or not: (filters, filters), fails on the diagonal."""
        packed = [np.packbits(self.part.only(recipe_filter.fails)) for recipe_filter in self.filters]
        overlaps = np.zeros((len(packed), len(packed)), dtype=np.int64)
        for row, bits in enumerate(packed):
            for column in range(row + 1):
                both = int(np.bitwise_count(bits & packed[column]).sum(dtype=np.int64))
                overlaps[row, column] = overlaps[column, row] = both
        return overlaps

    def only_by(self, index: int) -> Numbers:
        """Numbers of the samples that filter `place` drops and no other one."""
        return np.flatnonzero(self.dropped & (self.mask == np.uint64(1 << index)))

    def failing(self, sample_no: int) -> list[Filter]:
        """The filters that this sample fails, in order."""
        return [recipe_filter for recipe_filter in self.filters if recipe_filter.fails[sample_no]]

    def dropped_by(self, sample_no: int) -> list[Filter]:
        """The filters that drop this sample, in order; none for one that remains, as an approved one does."""
        return [] if self.approved[sample_no] else self.failing(sample_no)

    def reasons(self, sample_no: int) -> tuple[str, ...]:
        """What drops this sample, in words; empty when it remains."""
        return tuple(
            title(self.snapshot.columns, recipe_filter.kind, recipe_filter.name)
            for recipe_filter in self.dropped_by(sample_no)
        )


class Board:
    """Evaluates recipes against one snapshot and remembers each filter, so that a move costs one filter.

    Pages and routes may ask from several threads at once.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._lock = threading.Lock()
        self._cuts: dict[Cut, Mask] = {}
        self._last: tuple[tuple[Filter, ...], Bits] = ((), np.zeros(snapshot.count, dtype=np.uint64))
        self._people: tuple[tuple[RecipeDecision, ...] | None, Mask, list[Filter], dict[str, Mask]] | None = None
        self._part = part_of(snapshot)
        self._narrow: SnapshotPart | None = None
        self._tallies: list[Tally] = []

    def evaluate(
        self, recipe: Recipe, decisions: tuple[RecipeDecision, ...] | None = None, *, within: Mask | None = None
    ) -> RecipeOutcome:
        """Evaluates a recipe over the snapshot.

        Args:
            recipe: Cuts and dropped flags.
            decisions: Decisions that count, None for those that stand in the workspace.
            within: True for the samples that are counted, None for all.

        Returns:
            What the recipe does.

        Raises:
            RecipeError: The recipe has more filters than MOST_FILTERS.
        """
        with self._lock:
            filters, approved = self._filters(recipe, decisions)
            part = self._within(within)
            return RecipeOutcome(self.snapshot, filters, self._mask(filters), approved, part, self._tallies)

    def _filters(self, recipe: Recipe, decisions: tuple[RecipeDecision, ...] | None) -> tuple[tuple[Filter, ...], Mask]:
        approved, filters, flagged = self._from_people(decisions)
        filters = list(filters)
        filters += [Filter(kind, "flag", flagged[kind]) for kind in recipe.drop_flags if kind in flagged]
        cuts = [cut for cut in recipe.cuts if cut.metric in self.snapshot.values]
        if len(filters) + len(cuts) > MOST_FILTERS:
            raise RecipeError(
                f"This recipe has {len(filters) + len(cuts)} filters, and at most {MOST_FILTERS} can be counted "
                "together. Take some thresholds or flags away."
            )
        filters += [Filter(cut.metric, "threshold", self._fails(cut)) for cut in cuts]
        return tuple(filters), approved

    def _within(self, members: Mask | None) -> SnapshotPart:
        if members is None:
            return self._part
        if self._narrow is None or self._narrow.members is not members:
            self._narrow = part_of(self.snapshot, members)
        return self._narrow

    def _mask(self, filters: tuple[Filter, ...]) -> Bits:
        """Bit i for filter i; only filters that differ from the last time are worked in."""
        last_filters, mask = self._last
        if len(last_filters) == len(filters):
            changed = [i for i, (a, b) in enumerate(zip(last_filters, filters, strict=True)) if a.fails is not b.fails]
            mask = mask.copy()
        else:
            changed = list(range(len(filters)))
            mask = np.zeros(self.snapshot.count, dtype=np.uint64)
        for index in changed:
            mask &= ~np.uint64(1 << index)
            mask |= filters[index].fails.astype(np.uint64) << np.uint64(index)
        self._last = (filters, mask)
        return mask

    def _fails(self, cut: Cut) -> Mask:
        """True where the cut drops; the cuts that were asked for last are remembered."""
        fails = self._cuts.pop(cut, None)
        self._cuts[cut] = outside(self.snapshot.values[cut.metric], cut) if fails is None else fails
        if len(self._cuts) > REMEMBERED:
            del self._cuts[next(iter(self._cuts))]
        return self._cuts[cut]

    def _from_people(self, decisions: tuple[RecipeDecision, ...] | None) -> tuple[Mask, list[Filter], dict[str, Mask]]:
        if self._people is None or self._people[0] != decisions:
            self._people = (decisions, *_people(self.snapshot, decisions))
        return self._people[1:]


def title(columns: Mapping[str, Column], kind: str, name: str) -> str:
    """Puts a filter into words; a kind of flag may have a metric's name.

    Args:
        columns: All columns by name.
        kind: Kind of the filter: person, flag or threshold.
        name: Name of the filter.

    Returns:
        A metric's title, else the kind of flag.
    """
    return columns[name].title if kind == "threshold" and name in columns else display.words(name)


def reasons(snapshot: Snapshot, recipe: Recipe, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What drops some samples under a recipe, in words, without asking about all the others.

    Args:
        snapshot: The workspace, whose standing decisions count.
        recipe: The filters.
        numbers: The samples; one that the snapshot does not know is left out.

    Returns:
        By sample as `RecipeOutcome.reasons` of the whole snapshot; empty where the sample remains.
    """
    present = [number for number in numbers if number < snapshot.count]
    outcome = Board(only(snapshot, present)).evaluate(recipe)
    return {number: outcome.reasons(index) for index, number in enumerate(present)}


def suggested_cuts(snapshot: Snapshot) -> tuple[Cut, ...]:
    """Each metric's own suggestion, for metrics that have one and values."""
    return tuple(
        Cut(name, *column.suggested)
        for name, column in snapshot.columns.items()
        if name in snapshot.values
        and snapshot.values[name].histogram.any()
        and any(edge is not None for edge in column.suggested)
    )


def standing_verdicts(snapshot: Snapshot) -> tuple[RecipeDecision, ...]:
    """The decisions that stand and change an export, as a recipe keeps them."""
    rows = snapshot.decisions.filter(pl.col("subject").is_in(EXPORTED)).sort("event_no")
    payload = pl.when(pl.col("verdict") == "edit").then("payload").otherwise(pl.lit(""))
    return tuple(
        RecipeDecision(*row) for row in rows.select("subject", "key", "verdict", "who", "event_id", payload).iter_rows()
    )


def outside(values: MetricValues, cut: Cut) -> Mask:
    """Says which samples have a value outside a cut; NaN is never outside.

    Args:
        values: The metric's values over all samples.
        cut: Lowest and highest accepted value.

    Returns:
        True for the samples that fail the cut.
    """
    fails = np.zeros(len(values.low), dtype=bool)
    if cut.low is not None:
        fails |= values.low < cut.low
    if cut.high is not None:
        fails |= values.high > cut.high
    return fails


def _people(
    snapshot: Snapshot, decisions: tuple[RecipeDecision, ...] | None
) -> tuple[Mask, list[Filter], dict[str, Mask]]:
    """Approved samples, the filters that people's decisions make, and undismissed flags by kind."""
    verdicts = _frame(snapshot, decisions)
    keys = snapshot.samples.select("sample_no", "key", "turns")
    on_samples = verdicts.filter(pl.col("subject") == "sample").join(keys, on="key")
    dropped = verdicts.filter((pl.col("subject") == "turn") & (pl.col("verdict") == "drop"))
    emptied = decision_keys.parts(dropped, "turn").group_by(key="sample").len().join(keys, on="key")
    on_flags = verdicts.filter(pl.col("subject") == "flag").select(flag_id="key", said="verdict")
    decided = snapshot.flags.select("sample_no", "kind", "verdict", "flag_id").join(on_flags, on="flag_id", how="left")
    confirmed = decided.filter(pl.col("said") == "confirm")
    speaking = decided.filter((pl.col("said").fill_null("") != "dismiss") & ~pl.col("verdict").is_in(NEVER_DROPPED))
    flagged = {str(kind): _sample_mask(snapshot, rows) for (kind,), rows in speaking.group_by("kind")}
    filters = [
        Filter(REJECTED, "person", _sample_mask(snapshot, on_samples.filter(pl.col("verdict") == "reject"))),
        Filter(CONFIRMED, "person", _sample_mask(snapshot, confirmed)),
        Filter(EMPTIED, "person", _sample_mask(snapshot, emptied.filter(pl.col("len") >= pl.col("turns")))),
    ]
    approved = _sample_mask(snapshot, on_samples.filter(pl.col("verdict") == "approve"))
    return (
        approved & ~filters[-1].fails,
        [recipe_filter for recipe_filter in filters if recipe_filter.fails.any()],
        flagged,
    )


def _frame(snapshot: Snapshot, decisions: tuple[RecipeDecision, ...] | None) -> pl.DataFrame:
    """subject, key and verdict of the decisions that count."""
    if decisions is None:
        return snapshot.decisions.select("subject", "key", "verdict")
    rows = [(decision.subject, decision.key, decision.verdict) for decision in decisions]
    return pl.DataFrame(rows, schema=dict.fromkeys(("subject", "key", "verdict"), pl.String), orient="row")


def _sample_mask(snapshot: Snapshot, rows: pl.DataFrame) -> Mask:
    """True for the samples of these rows."""
    mask = np.zeros(snapshot.count, dtype=bool)
    mask[rows["sample_no"].to_numpy()] = True
    return mask
