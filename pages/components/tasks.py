"""Samples per task as bars."""

from __future__ import annotations

import polars as pl

from pages.components import markup


def show(tasks: pl.DataFrame, most: int = 20) -> None:
    """The largest tasks first."""
    largest = max(int(tasks["samples"][0]), 1)
    rows = [
        (markup.safe(row["task"]), markup.bar(row["samples"] / largest), f"{row['samples']:,}")
        for row in tasks.head(most).iter_rows(named=True)
    ]
    markup.show(markup.table(("", "", ""), rows, right=(2,)))
