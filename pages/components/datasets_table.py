"""The datasets of the workspace."""

from __future__ import annotations

import polars as pl

from pages.components import markup


def show(datasets: pl.DataFrame) -> None:
    """Name, format, samples of rows, state."""
    rows = [
        (
            markup.safe(row["name"]),
            markup.safe(row["format"]),
            f"{row['samples']:,} of {row['rows_seen']:,}",
            "complete" if row["state"] == "complete" else "importing",
        )
        for row in datasets.iter_rows(named=True)
    ]
    markup.show(markup.table(("Name", "Format", "Samples of rows", "State"), rows))
