"""webdataset: its shards, decoded to pictures."""

from __future__ import annotations

from typing import Any

from tools.consumers.programs import reading
from tools.consumers.programs.trl import ALONE, PACKAGES

__all__ = ["ALONE", "PACKAGES"]
PROGRAM = "webdataset"
READ_BY = "webdataset 1.0.2"
FORMATS = ("webdataset",)
ENVIRONMENT = "trl"


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what the lines of a card load."""
    return [
        {"images": [reading.pixels(picture) for picture in pictures], "texts": reading.said(conversation["messages"])}
        for conversation, pictures in reading.executed(job["code"])["rows"]
    ]


if __name__ == "__main__":
    reading.main(read)
