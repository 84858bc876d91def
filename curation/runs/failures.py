"""Failures by metric and by what went wrong, with a few items each, and how to try a group again."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from curation.workspace import Workspace, cache, first_images, metric_settings
from scoring.arrays import Numbers
from storage import failures
from storage.store import Store

EXAMPLES = 5
MOST_GROUPS = 12
PARTICULARS = r"""'[^']*'|"[^"]*"|(?:[A-Za-z]:)?(?:[\\/][^\s:'",;)]+)+|0x[0-9a-fA-F]+|\d+(?:[.,]\d+)*"""
"""What differs from item to item in a sentence: quoted words, paths, numbers."""


@dataclass(frozen=True)
class FailedItem:
    """An item that failed: its sample, where that stands, a picture of it if there is one, and its own words."""

    sample_no: int
    dataset: str
    row: int
    image_no: int | None
    text: str
    error: str


@dataclass(frozen=True)
class Group:
    """Failures of one metric that say the same but for particulars."""

    metric: str
    title: str
    subject: str
    sentence: str
    count: int
    items: tuple[FailedItem, ...]


def count(workspace: Workspace) -> int:
    """How many items of all columns, as they are set now, stand as failed."""
    return _standing(workspace).height


def groups(workspace: Workspace) -> list[Group]:
    """The largest first; at most MOST_GROUPS."""
    return cache.recall(workspace.store, "failure groups", lambda _: _groups(workspace))


def again(workspace: Workspace, group: Group) -> dict[str, Numbers]:
    """Collects what `Server.score_again` needs to try a group again.

    Args:
        workspace: Open workspace.
        group: The group of failures.

    Returns:
        By metric, sorted numbers of images, or of samples for the other subjects.
    """
    failed = _standing(workspace).filter((pl.col("metric") == group.metric) & (pl.col("sentence") == group.sentence))
    numbers = failed["subject_no"]
    if group.subject == "turn":
        numbers = failures.samples_of(workspace.store, "turn", numbers.to_list())["sample_no"]
    return {group.metric: numbers.unique().sort().to_numpy()}


def sentence(error: str) -> str:
    """An error without its particulars, as groups are named."""
    return str(pl.Series([error]).str.replace_all(PARTICULARS, "…")[0])


def _standing(workspace: Workspace) -> pl.DataFrame:
    def read(store: Store) -> pl.DataFrame:
        columns = metric_settings.columns(workspace)
        now = pl.DataFrame(
            [(column.name, column.version, column.title) for column in columns.values()],
            schema=dict.fromkeys(("metric", "version", "title"), pl.String),
            orient="row",
        )
        failed = failures.standing(store).join(now, on=["metric", "version"], maintain_order="left")
        return failed.with_columns(sentence=pl.col("error").str.replace_all(PARTICULARS, "…"))

    return cache.recall(workspace.store, "standing failures", read)


def _groups(workspace: Workspace) -> list[Group]:
    failed = _standing(workspace)
    counted = (
        failed.group_by("metric", "title", "subject", "sentence")
        .agg(pl.len().alias("count"), pl.col("subject_no").head(EXAMPLES), pl.col("error").head(EXAMPLES))
        .sort("count", "metric", "sentence", descending=[True, False, False])
        .head(MOST_GROUPS)
    )
    return [
        Group(
            row["metric"], row["title"], row["subject"], row["sentence"], row["count"],
            _items(workspace.store, row["subject"], dict(zip(row["subject_no"], row["error"], strict=True))),
        )
        for row in counted.iter_rows(named=True)
    ]  # fmt: skip


def _items(store: Store, subject: str, errors: dict[int, str]) -> tuple[FailedItem, ...]:
    rows = failures.samples_of(store, subject, list(errors))
    pictures = first_images.of(store, rows["sample_no"].to_list())
    return tuple(
        FailedItem(
            row["sample_no"], row["dataset"], row["row"],
            row["subject_no"] if subject == "image" else pictures.get(row["sample_no"]),
            (row["text"] or "").replace("<image>", "").strip(), errors[row["subject_no"]],
        )
        for row in rows.iter_rows(named=True)
    )  # fmt: skip
