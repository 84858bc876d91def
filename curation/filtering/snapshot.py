"""Everything that thresholds, balance and export look at, in memory: one array entry per sample.

A sample's number is its place in every array. Scores of turns and images are rolled up to the sample as
lowest, highest and mean; the worst is the one that the metric's direction calls bad.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.flags import spans
from curation.workspace import Workspace, cache, metric_settings, task_axis
from curation.workspace.score_columns import Column
from scoring.arrays import Floats, Numbers
from storage import removals, samples, scores

BINS = 48
LONG_TAIL = 12.0
"""A tail that is so many times as long as the other half of the values is drawn with widening bins."""
LANGUAGE = "language"
PATIENCE = 5.0
"""While scoring goes on, a snapshot is built at most every so many times as long as building takes."""
NO_TASK, NO_LANGUAGE = "(no task yet)", "(no language yet)"


@dataclass(frozen=True)
class MetricValues:
    """One column over all samples; NaN where it does not apply or is not computed yet.

    `codes` are the worst values as bin numbers of `edges` (BINS + 1 of them); code BINS stands for NaN.
    """

    low: Floats
    high: Floats
    mean: Floats
    worst: Floats
    edges: Floats
    codes: Numbers
    histogram: Numbers


@dataclass(frozen=True)
class Snapshot:
    """The workspace at one moment. `samples` has sample_no, dataset, row_index, source_id, key, turns, images.

    `task_axis` is the column whose labels are the tasks. Samples have other numbers, or are in datasets of
    other names, where the store's revision of `removals.NUMBERS` is not `numbering` any more.
    """

    samples: pl.DataFrame
    columns: dict[str, Column]
    values: dict[str, MetricValues]
    tasks: list[str]
    task_codes: Numbers
    languages: list[str]
    language_codes: Numbers
    flags: pl.DataFrame
    decisions: pl.DataFrame
    numbering: int = 0
    task_axis: str = task_axis.DEFAULT

    @property
    def count(self) -> int:
        """Number of samples."""
        return self.samples.height


@dataclass(frozen=True)
class _CachedSnapshot:
    snapshot: Snapshot
    content: tuple[int, ...]
    decided: int
    built_at: float
    cost: float


class SnapshotCache:
    """Keeps the newest snapshot of a workspace and rebuilds only what changed since."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._cached: _CachedSnapshot | None = None
        self._building = threading.Lock()
        self._swapping = threading.Lock()

    @property
    def fresh(self) -> bool:
        """True when the next `get` has nothing to read but decisions."""
        return self._cached is not None and self._cached.content == self._content()

    @property
    def exists(self) -> bool:
        """True when there is a snapshot, be it of now or a little old."""
        return self._cached is not None

    def get(self, patient: bool = False) -> Snapshot:
        """The snapshot of now; with `patient`, one may be a little old while building it anew would take long."""
        cached = self._cached
        if cached is None or (cached.content != self._content() and not (patient and self._good_enough(cached))):
            cached = self._build()
        return self._with_decisions(cached).snapshot

    def _good_enough(self, cached: _CachedSnapshot) -> bool:
        if cached.snapshot.numbering != self.workspace.store.revision(removals.NUMBERS):
            return False
        return self._building.locked() or time.monotonic() - cached.built_at < PATIENCE * cached.cost

    def _build(self) -> _CachedSnapshot:
        with self._building:
            content, decided = self._content(), self._decided()
            if self._cached is not None and self._cached.content == content:
                return self._cached  # another thread has just built it
            started = time.monotonic()
            snapshot = build(self.workspace)
            finished = time.monotonic()
            with self._swapping:
                self._cached = _CachedSnapshot(snapshot, content, decided, finished, finished - started)
                return self._cached

    def _with_decisions(self, cached: _CachedSnapshot) -> _CachedSnapshot:
        decided = self._decided()
        if decided == cached.decided:
            return cached
        with self._swapping:
            if self._cached is cached:
                newer = replace(cached.snapshot, decisions=decision_log.standing(self.workspace))
                self._cached = replace(cached, snapshot=newer, decided=decided)
            return self._cached or cached

    def _content(self) -> tuple[int, ...]:
        return tuple(self.workspace.store.revision(topic) for topic in cache.CONTENT)

    def _decided(self) -> int:
        return self.workspace.store.revision("decisions")


def build(workspace: Workspace, versions: dict[str, str] | None = None) -> Snapshot:
    """Reads a snapshot from the store.

    Args:
        workspace: Open workspace.
        versions: Versions of the scores by metric, instead of the present ones.

    Returns:
        The snapshot of now.
    """
    while True:
        numbering = workspace.store.revision(removals.NUMBERS)
        snapshot = _build(workspace, versions or {}, numbering)
        if workspace.store.revision(removals.NUMBERS) == numbering:
            return snapshot


def _build(workspace: Workspace, versions: Mapping[str, str], numbering: int) -> Snapshot:
    store = workspace.store
    table = samples.listing(store)
    in_table = pl.col("sample_no") < table.height  # an import may add samples between two of these readings
    columns = metric_settings.columns(workspace)
    axis = task_axis.of_versions(workspace, versions)
    unlabelled = {axis: NO_TASK, LANGUAGE: NO_LANGUAGE}
    values: dict[str, MetricValues] = {}
    labels: dict[str, tuple[list[str], Numbers]] = {}
    stored = scores.stored(store)
    for name, column in columns.items():
        if column.kind == "feature":
            continue
        version = versions.get(name, column.version)
        rows = scores.NO_SCORES
        if (name, version) in stored:
            rows = scores.of_metric(store, name, version, column.subject).filter(in_table)
        if column.labels and name in unlabelled:
            labels[name] = _first_labels(rows, table.height, unlabelled[name])
        elif not column.labels:
            values[name] = _roll_up(rows, table.height, column)
    (tasks, task_codes), (languages, language_codes) = (labels[name] for name in (axis, LANGUAGE))
    return Snapshot(
        samples=table,
        columns=columns,
        values=values,
        tasks=tasks,
        task_codes=task_codes,
        languages=languages,
        language_codes=language_codes,
        flags=spans.current(store).filter(in_table),
        decisions=decision_log.standing(workspace),
        numbering=numbering,
        task_axis=axis,
    )


def only(snapshot: Snapshot, numbers: Sequence[int]) -> Snapshot:
    """Reduces a snapshot to some of its samples.

    Args:
        snapshot: All samples.
        numbers: Samples to keep; they are numbered from 0 in this order.

    Returns:
        The snapshot as if it had these samples alone.
    """
    rows = snapshot.samples[list(numbers)]
    renumbered = pl.col("sample_no").replace_strict(list(numbers), range(len(numbers)), return_dtype=pl.Int32)
    flags = snapshot.flags.filter(pl.col("sample_no").is_in(list(numbers))).with_columns(renumbered)
    keys = [
        decision_keys.turn(key, turn) for key, turns in rows.select("key", "turns").iter_rows() for turn in range(turns)
    ]
    keys += [*rows["key"], *flags["flag_id"]]
    return replace(
        snapshot,
        samples=rows.with_columns(renumbered),
        values={name: _part_of(values, numbers) for name, values in snapshot.values.items()},
        task_codes=snapshot.task_codes[list(numbers)],
        language_codes=snapshot.language_codes[list(numbers)],
        flags=flags,
        decisions=snapshot.decisions.filter(pl.col("key").is_in(keys)),
    )


def _part_of(values: MetricValues, numbers: Sequence[int]) -> MetricValues:
    indices = list(numbers)
    codes = values.codes[indices]
    return MetricValues(
        values.low[indices], values.high[indices], values.mean[indices], values.worst[indices], values.edges, codes,
        np.bincount(codes, minlength=BINS + 1)[:BINS],
    )  # fmt: skip


def _roll_up(rows: pl.DataFrame, count: int, column: Column) -> MetricValues:
    finite = rows.filter(pl.col("value").is_not_null() & pl.col("value").is_finite())
    rolled = finite.group_by("sample_no").agg(
        low=pl.col("value").min(), high=pl.col("value").max(), mean=pl.col("value").mean()
    )
    sample_nos = rolled["sample_no"].to_numpy()
    low, high, mean = (_scatter(count, sample_nos, rolled[name]) for name in ("low", "high", "mean"))
    return values_of(low, high, mean, column)


def values_of(low: Floats, high: Floats, mean: Floats, column: Column) -> MetricValues:
    """Adds worst values, bins and histogram to a column's rolled-up scores.

    Args:
        low: Lowest score per sample, NaN for none.
        high: Highest score per sample.
        mean: Mean score per sample.
        column: The column, whose direction says which score is the worst.

    Returns:
        The column over all samples.
    """
    worst = _worst(low, high, column)
    edges = _edges(worst, column)
    codes = _codes(worst, edges)
    return MetricValues(low, high, mean, worst, edges, codes, np.bincount(codes, minlength=BINS + 1)[:BINS])


def _scatter(count: int, sample_nos: Numbers, values: pl.Series) -> Floats:
    array = np.full(count, np.nan, dtype=np.float64)
    array[sample_nos] = values.to_numpy()
    return array


def _worst(low: Floats, high: Floats, column: Column) -> Floats:
    if column.bad_when == "low":
        return low
    if column.bad_when == "high":
        return high
    present = low[~np.isnan(low)]
    middle = float(np.median(present)) if len(present) else 0.0
    return np.where(np.abs(high - middle) >= np.abs(low - middle), high, low)


def _edges(values: Floats, column: Column) -> Floats:
    """Bins over what occurs, not over what is possible: outliers share the outermost bins.

    A whole number has the room up to the next one. Where one tail is long, bins widen towards its end, so that the
    bulk does not stand in a few of them.
    """
    present = values[~np.isnan(values)]
    if not len(present):
        low, high = column.range[0] or 0.0, column.range[1] or 1.0
        middle = (low + high) / 2
    else:
        low, middle, high = (float(edge) for edge in np.quantile(present, [0.001, 0.5, 0.999]))
    if len(present) and bool((present == np.floor(present)).all()):
        top = float(present.max())
        high = (top if top - low < BINS else high) + 1.0  # few numbers are all shown, rare ones too
    elif high <= low:
        low, high = low - 0.5, high + 0.5
    if high - middle > LONG_TAIL * (middle - low) > 0:
        return low + _widening(high - low, middle - low)
    if middle - low > LONG_TAIL * (high - middle) > 0:
        return high - _widening(high - low, high - middle)[::-1]
    return np.linspace(low, high, BINS + 1)


def _widening(width: float, scale: float) -> Floats:
    """BINS + 1 places from 0 to `width`, evenly spaced up to about `scale` and by equal factors beyond."""
    offsets = scale * np.expm1(np.linspace(0.0, np.log1p(width / scale), BINS + 1))
    offsets[-1] = width
    return offsets


def _codes(values: Floats, edges: Floats) -> Numbers:
    codes = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, BINS - 1).astype(np.uint8)
    codes[np.isnan(values)] = BINS
    return codes


def _first_labels(rows: pl.DataFrame, count: int, unlabelled: str) -> tuple[list[str], Numbers]:
    """Labels and one code per sample: the label of its first labelled turn, `unlabelled` without one."""
    firsts = (
        rows.filter(pl.col("label").is_not_null()).sort("part").unique("sample_no", keep="first", maintain_order=True)
    )
    names = sorted(firsts["label"].unique().to_list())
    labels = [*names, unlabelled]
    codes = np.full(count, len(names), dtype=np.int32)
    code_of = {name: code for code, name in enumerate(names)}
    codes[firsts["sample_no"].to_numpy()] = [code_of[label] for label in firsts["label"]]
    if firsts.height == count:
        labels.pop()
    return labels or [unlabelled], codes
