"""The review page: queues of samples, where a person stands in one, and what was decided last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from curation import catalog, configuration, memo
from curation import review as decisions
from curation.catalog import Column
from curation.server import Server
from curation.snapshot import TASK as TASK_METRIC
from curation.views import flags, sample
from storage import samples, scores
from storage.store import Store

ALL, FLAGGED, METRIC, TASK = "all", "flagged", "metric", "task"
DECIDED = ("approve", "reject")
HISTORY = 10


@dataclass(frozen=True)
class Queue:
    """Which samples to look at and in what order; `choice` is the metric's name or the task."""

    kind: str = ALL
    choice: str = ""


@dataclass(frozen=True)
class ReviewView:
    """Where the reviewer stands: `order` is the queue, decided samples included, `left` what is undecided.

    Both are frames of sample_no and place; in `left`, samples kept for later come last.
    """

    order: pl.DataFrame
    left: pl.DataFrame
    current: sample.SampleView | None
    position: int
    history: list[dict[str, Any]]

    @property
    def decided(self) -> int:
        """How many samples of the queue carry a decision."""
        return self.order.height - self.left.height

    def neighbour(self, step: int) -> int | None:
        """The sample `step` places away in the queue, or None beyond its ends."""
        place = self.position + step
        return int(self.order["sample_no"][place]) if self.position >= 0 and 0 <= place < self.order.height else None


def choices(server: Server, kind: str) -> dict[str, str]:
    """What a queue of this kind can be about: metric or task by the words shown."""
    if kind == METRIC:
        known = configuration.columns(server.workspace).values()
        return {one.name: one.title for one in known if one.bad_when in ("low", "high") and one.numeric}
    if kind == TASK:
        frame = memo.recall(server.workspace.store, "sample tasks", _tasks)
        return {name: name for name in frame["label"].unique().sort().to_list()}
    return {}


def view(server: Server, queue: Queue, at: int | None = None) -> ReviewView:
    """The queue with sample number `at` on the table, or the first undecided one."""
    store = server.workspace.store
    listing = memo.recall(store, "listing", samples.listing)
    ordered = _order(server, queue).join(listing.select("sample_no", "key"), on="sample_no", maintain_order="left")
    said = decisions.standing(server.workspace, "sample").select("key", "verdict")
    joined = ordered.join(said, on="key", how="left", maintain_order="left").with_row_index("place")
    left = joined.filter(~pl.col("verdict").is_in(DECIDED).fill_null(False)).sort(
        (pl.col("verdict") == "later").fill_null(False), maintain_order=True
    )
    number = at if at is not None else (None if left.is_empty() else int(left["sample_no"][0]))
    place = joined["sample_no"].index_of(number) if number is not None and not joined.is_empty() else None
    return ReviewView(
        order=joined.select("sample_no", "place"),
        left=left.select("sample_no", "place"),
        current=sample.view(server, number) if number is not None else None,
        position=-1 if place is None else place,
        history=_history(server, listing),
    )


def following(shown: ReviewView, number: int) -> int | None:
    """The next undecided sample after this one, else the first; None when all are decided."""
    left = shown.left.filter(pl.col("sample_no") != number)
    after = left.filter(pl.col("place") > shown.position)
    chosen = after if not after.is_empty() else left
    return None if chosen.is_empty() else int(chosen["sample_no"][0])


def number_of(server: Server, key: str) -> int | None:
    """The sample of a decision's key, or None when it is not here."""
    listing = memo.recall(server.workspace.store, "listing", samples.listing)
    found = listing.filter(pl.col("key") == key)["sample_no"]
    return None if found.is_empty() else int(found[0])


def _order(server: Server, queue: Queue) -> pl.DataFrame:
    """sample_no in the queue's order."""
    store = server.workspace.store
    listing = memo.recall(store, "listing", samples.listing).select("sample_no")
    if queue.kind == FLAGGED:
        spoken_for = pl.col("status").is_in([flags.DISMISSED, flags.SUPPORTED])
        counts = flags.every(server).filter(~spoken_for).group_by("sample_no").len()
        return counts.sort("len", "sample_no", descending=[True, False]).select("sample_no")
    if queue.kind == METRIC and queue.choice in configuration.columns(server.workspace):
        column = configuration.columns(server.workspace)[queue.choice]
        return memo.recall(store, f"worst by {column.name} {column.version}", lambda one: _worst(one, column))
    if queue.kind == TASK and queue.choice:
        frame = memo.recall(store, "sample tasks", _tasks)
        return frame.filter(pl.col("label") == queue.choice).select("sample_no").sort("sample_no")
    return listing


def _worst(store: Store, column: Column) -> pl.DataFrame:
    found = scores.of_metric(store, column.name, column.version, column.subject).filter(pl.col("value").is_not_null())
    low = column.bad_when == "low"
    value = pl.col("value").min() if low else pl.col("value").max()
    return (
        found.group_by("sample_no")
        .agg(value)
        .sort("value", "sample_no", descending=[not low, False])
        .select("sample_no")
    )


def _tasks(store: Store) -> pl.DataFrame:
    """sample_no, label of the task metric; empty while there is none."""
    column = catalog.columns().get(TASK_METRIC)
    if column is None or not column.labels:
        return pl.DataFrame(schema={"sample_no": pl.Int32, "label": pl.String})
    found = scores.of_metric(store, column.name, column.version, column.subject)
    return found.filter(pl.col("label").is_not_null()).select("sample_no", "label").unique(maintain_order=True)


def _history(server: Server, listing: pl.DataFrame) -> list[dict[str, Any]]:
    said = decisions.standing(server.workspace, "sample").tail(HISTORY).reverse()
    rows = said.join(listing, on="key", how="inner", maintain_order="left")
    return rows.select("event_id", "who", "verdict", "made_at", "sample_no", "dataset", "row_index").to_dicts()
