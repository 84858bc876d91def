"""OpenAI's messages as a table: `load_dataset("json")`, which needs one type for all contents."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from tools.consumers.programs import reading
from tools.consumers.programs.trl import ALONE, PACKAGES

__all__ = ["ALONE", "PACKAGES"]
PROGRAM = "datasets"
READ_BY = "datasets 5.2.0"
FORMATS = ("openai",)
ENVIRONMENT = "trl"


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what the lines of a card load."""
    loaded = reading.executed(job["code"])
    rows = []
    for row in loaded["rows"]:
        given = row.get("input") or row
        messages = given["messages"] + (row.get("preferred_output") or [])
        urls = [
            part["image_url"]["url"]
            for message in messages
            for part in message.get("content") or []
            if part["type"] == "image_url"
        ]
        rejected = row.get("non_preferred_output")
        rows.append(
            {
                "images": [reading.pixels(_opened(url, loaded["images"])) for url in urls],
                "texts": [["call", ""] if m.get("tool_calls") else reading.said([m])[0] for m in messages],
                "tools": given.get("tools") or "",
                "rejected": reading.said(rejected)[0][1] if rejected else None,
            }
        )
    return rows


def _opened(url: str, root: str) -> bytes:
    return base64.b64decode(url.partition(",")[2]) if url.startswith("data:") else Path(root, url).read_bytes()


if __name__ == "__main__":
    reading.main(read)
