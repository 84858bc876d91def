"""`datasets` 4, which many trainers still ask for, on the same Parquet files."""

from __future__ import annotations

from typing import Any

from tools.consumers.programs import reading
from tools.consumers.programs.axolotl import ALONE, PACKAGES

__all__ = ["ALONE", "PACKAGES"]
PROGRAM = "datasets, TRL"
READ_BY = "datasets 4.8.4"
FORMATS = ("hf_parquet",)
ENVIRONMENT = "axolotl"


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what the lines of a card load."""
    rows = []
    for row in reading.executed(job["code"])["rows"]:
        messages = row.get("messages") or row["prompt"] + (row.get("chosen") or row["completion"])
        rows.append(
            {
                "images": [reading.pixels(picture) for picture in row["images"]],
                "texts": reading.said(messages),
                "rejected": reading.said(row["rejected"])[-1][1] if "rejected" in row else None,
                "desired": row.get("label"),
            }
        )
    return rows


if __name__ == "__main__":
    reading.main(read)
