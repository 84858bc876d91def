"""`load_dataset("imagefolder")` of Hugging Face `datasets`."""

from __future__ import annotations

from typing import Any

from tools.consumers.programs import reading
from tools.consumers.programs.trl import ALONE, PACKAGES

__all__ = ["ALONE", "PACKAGES"]
PROGRAM = "datasets"
READ_BY = "datasets 5.2.0"
FORMATS = ("imagefolder",)
ENVIRONMENT = "trl"


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what the lines of a card load."""
    return [
        {
            "images": [reading.pixels(picture) for picture in row.get("images") or [row["image"]]],
            "texts": reading.said(row["messages"]),
        }
        for row in reading.executed(job["code"])["rows"]
    ]


if __name__ == "__main__":
    reading.main(read)
