"""What is shown before one decision is made on many flags: some of them by chance, and how right such flags were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from curation.app.server import Server
from curation.common import display, intervals
from curation.decisions import one_by_one
from curation.flags import current_flags
from curation.workspace import first_images

DRAWN = 6
"""Flags that are drawn."""


@dataclass(frozen=True)
class DrawnFlag:
    """A flag in short; `image_no` is None for a sample without a picture."""

    flag_id: str
    image_no: int | None
    words: str
    reason: str
    dataset: str
    row: int


@dataclass(frozen=True)
class BulkPreview:
    """Flags drawn by chance, and what people said, one by one, of flags of the same kinds.

    `interval` is the 95 % interval (Wilson) of the share that was confirmed; None where nothing was decided.
    """

    drawn: tuple[DrawnFlag, ...]
    confirmed: int
    decided: int
    interval: tuple[float, float] | None


def preview(server: Server, queue: pl.DataFrame) -> BulkPreview:
    """Draws some of the flags that a decision would be about; the same queue gives the same ones.

    Args:
        server: Its pictures and decisions are used.
        queue: The open flags that pass the filters.

    Returns:
        At most DRAWN of them, and the precision of their kinds so far.
    """
    rows = queue.sample(min(DRAWN, queue.height), seed=queue.height).sort("place").to_dicts()
    images = first_images.of(server.workspace.store, [row["sample_no"] for row in rows])
    drawn = (
        DrawnFlag(
            row["flag_id"], images.get(row["sample_no"]), row["text"] or display.words(row["kind"]),
            row["reason"] or "", row["dataset"], row["row"],
        )
        for row in rows
    )  # fmt: skip
    verdicts = _decided(server, queue["kind"].unique().to_list())
    confirmed = int((verdicts == "confirm").sum())
    interval = intervals.wilson(confirmed, len(verdicts)) if len(verdicts) else None
    return BulkPreview(tuple(drawn), confirmed, len(verdicts), interval)


def _decided(server: Server, kinds: Collection[str]) -> pl.Series:
    """The verdicts that count on flags of these kinds, of those that people looked at one by one."""
    of_kinds = current_flags.every(server).filter(pl.col("kind").is_in(list(kinds))).select(key="flag_id")
    counting = one_by_one.counting(server.workspace, "flag")
    return counting.join(of_kinds, on="key", how="semi")["verdict"]
