"""The overview page: what is in, what is scored, what needs a person, what the draft keeps, what happened last."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.filtering.snapshot import NO_TASK
from curation.flags import duplicates
from curation.flags.duplicates import Overlap
from curation.maps import layouts
from curation.recipes.recipe import Recipe, RecipeError
from curation.review import throughput as pace
from curation.review.throughput import Audit, Pace
from curation.views.overview import feed, needs
from curation.views.overview.feed import FeedEntry
from curation.views.overview.needs import LastQueue, Need
from curation.views.runs import progress
from curation.views.thresholds import thresholds
from curation.views.thresholds.thresholds import HeavyDropView
from curation.workspace import cache, tags
from curation.workspace.tags import Tagged
from storage import datasets, exports
from storage.rows import StoredRow
from storage.store import Store

REASONS, EXPORTS = 3, 3


@dataclass(frozen=True)
class Contents:
    """What is in: totals, one row per dataset (name, format, state, rows, imported, rejected), samples per task.

    `tasks` has task, samples and is empty while no task is known; `map` is a stage and the run that drew it. `tagged`
    says by name what each dataset is, `overlap` what they have in common.
    """

    totals: dict[str, int]
    datasets: pl.DataFrame
    tasks: pl.DataFrame
    map: tuple[str, int] | None
    tagged: dict[str, Tagged]
    overlap: Overlap


@dataclass(frozen=True)
class DraftSummary:
    """What the draft recipe keeps, its largest reasons to drop (words, samples), and the last exports.

    `trouble` says why the draft cannot be counted, if so; `heavy` are datasets of which it drops much.
    """

    name: str
    remaining: int
    total: int
    reasons: tuple[tuple[str, int], ...]
    trouble: str
    exports: list[StoredRow]
    heavy: tuple[HeavyDropView, ...] = ()


@dataclass(frozen=True)
class OpenWork:
    """What needs a person, how fast people are, and what the random audit says so far."""

    needs: list[Need]
    last: LastQueue | None
    pace: Pace
    audit: Audit
    decided: int


def contents(server: Server) -> Contents:
    """What is in the workspace; needs no snapshot but for the tasks."""
    store = server.workspace.store
    patient = server.scoring
    listed = cache.recall(store, "datasets at a glance", _datasets, patient=patient, topics=("samples",))
    totals = progress.totals(server)
    drawn = (layouts.plane(server.workspace, stage) for stage in layouts.MAPS)
    plane = next((plane for plane in drawn if plane is not None and plane.count), None)
    tagged = {dataset.name: dataset for dataset in tags.listing(server.workspace)}
    drawn_last = (plane.stage, plane.run_no) if plane else None
    return Contents(totals, listed, _tasks(server), drawn_last, tagged, duplicates.overlap(server.workspace))


def work(server: Server, who: str, draft: Recipe) -> OpenWork:
    """Returns what waits for people, how fast they are, and the random audit.

    Args:
        server: Its flags, decisions and failures are counted.
        who: The person who looks; empty for nobody.
        draft: Recipe whose floors may not be met.
    """
    snapshot = board.current(server).snapshot
    now = datetime.datetime.now(datetime.UTC)
    midnight = datetime.datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    fast = pace.of(
        server.workspace, who, now.replace(tzinfo=None), midnight.astimezone(datetime.UTC).replace(tzinfo=None)
    )
    audit = pace.audit(server.workspace, snapshot)
    sample_decisions = snapshot.decisions.filter(
        (pl.col("subject") == "sample") & pl.col("verdict").is_in(pace.DECIDED)
    )
    waiting = needs.listing(server, who, draft, fast, audit)
    return OpenWork(waiting, needs.last_queue(server, who, fast), fast, audit, sample_decisions.height)


def keeps(server: Server, draft: Recipe) -> DraftSummary:
    """Counts what remains under a draft, and why the others go.

    Args:
        server: Its board is filtered.
        draft: The recipe; one that names unknown columns gives `trouble` and no counts.
    Returns:
        The counts, the REASONS largest reasons and the EXPORTS newest exports.
    """
    past = [
        row | {"name": Path(row["path"]).name} for row in exports.newest(server.workspace.store, EXPORTS).to_dicts()
    ]
    try:
        outcome = thresholds.outcome(server, draft)
    except RecipeError as error:
        return DraftSummary(draft.name, 0, board.current(server).snapshot.count, (), str(error), past)
    steps = zip(outcome.filters, outcome.funnel()["fails"], strict=True)
    counted = sorted(
        ((thresholds.title(outcome.snapshot, step), int(many)) for step, many in steps), key=lambda s: -s[1]
    )
    reasons = tuple(reason for reason in counted[:REASONS] if reason[1])
    return DraftSummary(
        draft.name, outcome.remaining, outcome.total, reasons, "", past, tuple(thresholds.heavy_drops(outcome))
    )


def recent(server: Server) -> list[FeedEntry]:
    """The last acts of everybody."""
    return feed.newest(server)


def activity(server: Server) -> progress.Activity:
    """What the server does now."""
    return progress.activity(server)


def warm(server: Server) -> None:
    """Reads ahead what the page remembers."""
    draft = board.draft(server)
    contents(server), work(server, "", draft), keeps(server, draft), recent(server)


def _datasets(store: Store) -> pl.DataFrame:
    """name, format, state, rows, imported, rejected."""
    rejected = datasets.rejected_counts(store)
    listing = datasets.listing(store).join(rejected, on="dataset_no", how="left", maintain_order="left")
    return listing.select(
        "name", "format", "state", pl.col("rows_seen").alias("rows"), pl.col("samples").alias("imported"),
        pl.col("rejected").fill_null(0),
    )  # fmt: skip


def _tasks(server: Server) -> pl.DataFrame:
    """task, samples by the snapshot, the largest first; empty while it has not run."""
    snapshot = board.current(server).snapshot
    counts = snapshot.samples.select(pl.Series("task", snapshot.task_codes)).group_by("task").len()
    named = counts.with_columns(pl.col("task").replace_strict(dict(enumerate(snapshot.tasks)), return_dtype=pl.String))
    samples_by_task = named.select("task", samples="len").sort("samples", "task", descending=[True, False])
    return samples_by_task.clear() if snapshot.tasks == [NO_TASK] else samples_by_task
