"""axolotl: its reading of messages for models that see, its opening of pictures."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

from tools.consumers.programs import reading

PROGRAM = "axolotl"
READ_BY = "axolotl 0.19.0"
FORMATS = ("chat_template",)
PACKAGES = ("torch==2.13.0", "transformers==5.16.1", "datasets==4.8.4", "accelerate", "addict", "pillow", "colorama")
ALONE = ("axolotl==0.19.0",)


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads the set that the comment in a card's lines puts into a configuration."""
    from axolotl.processing_strategies import ProcessingStrategy
    from datasets.load import load_dataset
    from transformers.image_utils import load_image

    (entry,) = json.loads(re.findall(r"^# datasets: (.*)$", job["code"], re.MULTILINE)[0])
    strategy = ProcessingStrategy(SimpleNamespace(), field_messages=entry["field_messages"])
    rows = []
    for row in strategy(list(load_dataset(entry["ds_type"], data_files=entry["path"], split="train"))):
        parts = [part for message in row["messages"] for part in message["content"] if part["type"] == "image"]
        opened = [part.get("image") or load_image(part["path"]) for part in parts]
        rows.append({"images": [reading.pixels(picture) for picture in opened], "texts": reading.said(row["messages"])})
    return rows


if __name__ == "__main__":
    reading.main(read)
