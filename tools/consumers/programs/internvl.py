"""InternVL's trainer by its documented rules; it is no package.

The meta file's `annotation` and `root` are opened as they stand, from where the trainer is started. A row's `image` is
joined to `root`; one name (no list) has a mark put into the first message that has none. Only system (first), human
and gpt speak; each `<image>` of a human takes the next picture, and all must be taken
(https://internvl.readthedocs.io/en/latest/get_started/chat_data_format.html).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.consumers.programs import reading

PROGRAM = "InternVL"
READ_BY = "InternVL, by its rules"
FORMATS = ("internvl",)
PACKAGES = ()
ALONE = ()
ROLES = {"human": "user", "gpt": "assistant", "system": "system"}


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what a command line names."""
    meta = json.loads(Path(reading.option(job["words"], "--meta_path")).read_text(encoding="utf-8"))
    rows = []
    for entry in meta.values():
        lines = Path(entry["annotation"]).read_text(encoding="utf-8").splitlines()
        if len(lines) != entry["length"]:
            raise ValueError(f"{len(lines)} rows, the meta file says {entry['length']}")
        rows += [_row(json.loads(line), entry["root"]) for line in lines]
    return rows


def _row(row: dict[str, Any], root: str) -> reading.Row:
    messages = [[ROLES[message["from"]], message["value"]] for message in row["conversations"]]
    if "system" in [role for role, _ in messages[1:]]:
        raise ValueError("a system message stands later than first")
    image, video = row.get("image"), row.get("video")
    mark = "<image>" if image and isinstance(image, str) else "<video>" if video else ""
    if mark not in messages[0][1]:
        messages[0][1] = f"{mark}\n{messages[0][1]}"
    named = image if isinstance(image, list) else [image] if image else []
    marks = sum(text.count("<image>") for role, text in messages if role == "user")
    if marks != len(named):
        raise ValueError(f"{marks} marks for {len(named)} images")
    return {
        "images": [reading.pixels(Path(root, name)) for name in named],
        "videos": [reading.content(str(Path(root, video)))] if video else [],
        "texts": messages,
    }


if __name__ == "__main__":
    reading.main(read)
