"""`datasets` in its newest release, and TRL on top of it, which puts pictures where messages mark them."""

from __future__ import annotations

from typing import Any

from tools.consumers.programs import reading

PROGRAM = "datasets, TRL"
READ_BY = "datasets 5.2.0, TRL 1.16.0"
FORMATS = ("hf_parquet",)
PACKAGES = ("torch==2.13.0", "datasets==5.2.0", "trl==1.16.0", "webdataset==1.0.2", "pillow")
ALONE = ()


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what the lines of a card load."""
    from trl.data_utils import prepare_multimodal_messages

    rows = []
    for row in reading.executed(job["code"])["rows"]:
        messages = row.get("messages") or row["prompt"] + (row.get("chosen") or row["completion"])
        filled = prepare_multimodal_messages(messages, row["images"])
        placed = [part["image"] for message in filled for part in message["content"] if part["type"] == "image"]
        rejected = reading.said(row["rejected"])[-1][1] if "rejected" in row else None
        rows.append(
            {
                "images": [reading.pixels(picture) for picture in placed],
                "texts": reading.said(filled),
                "rejected": rejected,
                "desired": row.get("label"),
            }
        )
    return rows


if __name__ == "__main__":
    reading.main(read)
