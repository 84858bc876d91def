"""LLaVA's trainer by its documented rules; it is no package.

A row's `image` is joined to `--image_folder`; a list of them is LLaVA-NeXT's, as is `video`. Only human and gpt speak,
in turn and human first; each `<image>` takes the next picture
(https://github.com/haotian-liu/LLaVA/blob/main/docs/Finetune_Custom_Data.md and llava/train/train.py there).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.consumers.programs import reading

PROGRAM = "LLaVA, LLaVA-NeXT"
READ_BY = "LLaVA and LLaVA-NeXT, by their rules"
FORMATS = ("llava",)
PACKAGES = ()
ALONE = ()
ROLES = {"human": "user", "gpt": "assistant"}


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what a command line names."""
    path, images, videos = (
        reading.option(job["words"], name) for name in ("--data_path", "--image_folder", "--video_folder")
    )
    rows = []
    for row in json.loads(Path(path).read_text(encoding="utf-8")):
        messages = [[ROLES[message["from"]], message["value"]] for message in row["conversations"]]
        if any(role != ("user", "assistant")[place % 2] for place, (role, _) in enumerate(messages)):
            raise ValueError(f"row {row.get('id')} is not in turn")
        named = row.get("image", [])
        named = named if isinstance(named, list) else [named]
        shown = row.get("video", [])
        shown = shown if isinstance(shown, list) else [shown]
        marks = sum(text.count("<image>") for _, text in messages)
        if marks != len(named) + len(shown):
            raise ValueError(f"row {row.get('id')} has {marks} marks for {len(named)} images and {len(shown)} videos")
        if shown:  # LLaVA-NeXT marks a video as it marks an image
            messages = [[role, text.replace("<image>", "<video>")] for role, text in messages]
        rows.append(
            {
                "images": [reading.pixels(Path(images, name)) for name in named],
                "videos": [reading.content(str(Path(videos, name))) for name in shown],
                "texts": messages,
            }
        )
    return rows


if __name__ == "__main__":
    reading.main(read)
