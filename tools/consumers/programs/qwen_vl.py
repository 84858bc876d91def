"""Qwen-VL's first trainer by its documented rules; it is no package.

Only user and assistant speak, in turn. `<img>NAME</img>` within a text is opened as it stands, from where the trainer
is started (https://github.com/QwenLM/Qwen-VL/blob/master/README.md#finetuning).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tools.consumers.programs import reading

PROGRAM = "Qwen-VL"
READ_BY = "Qwen-VL, by its rules"
FORMATS = ("qwen_vl",)
PACKAGES = ()
ALONE = ()
_PICTURE = re.compile(r"(?:Picture \d+: )?<img>(.*?)</img>")


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what a command line names."""
    rows = []
    for row in json.loads(Path(reading.option(job["words"], "--data_path")).read_text(encoding="utf-8")):
        messages = [[message["from"], message["value"]] for message in row["conversations"]]
        if any(role != ("user", "assistant")[place % 2] for place, (role, _) in enumerate(messages)):
            raise ValueError(f"row {row.get('id')} is not in turn")
        rows.append(
            {
                "images": [reading.pixels(name) for _, text in messages for name in _PICTURE.findall(text)],
                "texts": [[role, _PICTURE.sub("<image>", text)] for role, text in messages],
            }
        )
    return rows


if __name__ == "__main__":
    reading.main(read)
