"""Data-Juicer: its loader of JSON Lines, and its opening of pictures, whose names start from the file's folder."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

from tools.consumers.programs import reading

PROGRAM = "Data-Juicer"
READ_BY = "Data-Juicer 1.6.1"
FORMATS = ("data_juicer",)
PACKAGES = ("py-data-juicer==1.6.1", "aiohttp")
ALONE = ()
_TURN = re.compile(r"\[\[(\w+)\]\]: ")
_ROLES = {"human": "user", "gpt": "assistant", "system": "system"}


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what a command line names."""
    from data_juicer.format.load import load_formatter
    from data_juicer.utils.mm_utils import load_image

    path = reading.option(job["words"], "--dataset_path")
    formatter = load_formatter(path, text_keys=["text"])
    settings = SimpleNamespace(
        dataset_path=path, image_key="images", audio_key="audios",
        video_key="videos", process=[], suffixes=None, add_suffix=False,
    )  # fmt: skip
    rows = []
    for row in formatter.load_dataset(num_proc=1, global_cfg=settings):
        turns = _TURN.split(row["text"].replace("<|__dj__eoc|>", "").replace("<__dj__image>", "<image>"))[1:]
        rows.append(
            {
                "images": [reading.pixels(load_image(image)) for image in row["images"] or []],
                "videos": [reading.content(video) for video in row.get("videos") or []],
                "texts": [
                    [_ROLES[role], text.replace("<__dj__video>", "<video>")]
                    for role, text in zip(turns[::2], turns[1::2], strict=True)
                ],
            }
        )
    return rows


if __name__ == "__main__":
    reading.main(read)
