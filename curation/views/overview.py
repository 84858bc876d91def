"""The overview page: what is here, how far scoring is, what needs attention, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from curation import catalog, memo, review
from curation.server import Server
from curation.views import columns, flags, progress
from storage import datasets, samples, scores
from storage.store import Store

WORST_FLAGS = 12


@dataclass(frozen=True)
class OverviewView:
    """Everything that the overview page draws."""

    totals: dict[str, int]
    datasets: pl.DataFrame
    tasks: pl.DataFrame
    columns: pl.DataFrame
    activity: progress.Activity
    kinds: pl.DataFrame
    worst: list[dict[str, object]]
    decided: int


def view(server: Server) -> OverviewView:
    """The workspace at a glance."""
    store = server.workspace.store
    totals = datasets.totals(store)
    found = flags.every(server)
    said = review.standing(server.workspace, "sample")
    return OverviewView(
        totals=totals,
        datasets=datasets.listing(store),
        tasks=memo.recall(store, "tasks", _tasks),
        columns=columns.table(server),
        activity=progress.activity(server),
        kinds=_kinds(found),
        worst=_worst(store, found),
        decided=said.filter(pl.col("verdict") != "later").height,
    )


def _kinds(found: pl.DataFrame) -> pl.DataFrame:
    """kind, open, decided, samples: most open first."""
    return (
        found.group_by("kind")
        .agg(
            (pl.col("status") == flags.OPEN).sum().alias("open"),
            pl.col("status").is_in([flags.CONFIRMED, flags.DISMISSED]).sum().alias("decided"),
            pl.col("sample_no").n_unique().alias("samples"),
        )
        .sort("open", "kind", descending=[True, False])
    )


def _worst(store: Store, found: pl.DataFrame) -> list[dict[str, object]]:
    """The first open flags on different images, with the image to show."""
    first = found.filter((pl.col("status") == flags.OPEN) & pl.col("start_char").is_not_null())
    if first.is_empty():
        first = found.filter(pl.col("status") == flags.OPEN)
    pictures = memo.recall(store, "first images", samples.first_images)
    rows = (
        first.head(400)
        .join(pictures, on="sample_no", how="inner", maintain_order="left")
        .unique("image_no", keep="first", maintain_order=True)
        .head(WORST_FLAGS)
    )
    return rows.select("flag_id", "kind", "verdict", "text", "reason", "image_no", "dataset", "row").to_dicts()


def _tasks(store: Store) -> pl.DataFrame:
    """task, samples: what the task metric calls them; empty while it has not run."""
    column = catalog.columns().get("task")
    if column is None or not column.labels:
        return pl.DataFrame(schema={"task": pl.String, "samples": pl.Int64})
    found = scores.of_metric(store, column.name, column.version, column.subject)
    return (
        found.filter(pl.col("label").is_not_null())
        .group_by(pl.col("label").alias("task"))
        .agg(pl.col("sample_no").n_unique().cast(pl.Int64).alias("samples"))
        .sort("samples", "task", descending=[True, False])
    )
