"""Data-Juicer: its loader of JSON Lines, and its opening of pictures, whose names start from the file's folder."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tools.consumers.programs import reading

PROGRAM = "Data-Juicer"
READ_BY = "Data-Juicer 1.6.1"
FORMATS = ("swift",)
PACKAGES = ("py-data-juicer==1.6.1", "aiohttp")
ALONE = ()


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what a command line names."""
    from data_juicer.format.load import load_formatter
    from data_juicer.utils.mm_utils import load_image

    path = reading.option(job["words"], "--dataset_path")
    formatter = load_formatter(path, text_keys=[reading.option(job["words"], "--text_keys")])
    settings = SimpleNamespace(
        dataset_path=path, image_key=reading.option(job["words"], "--image_key"), audio_key="audios",
        video_key="videos", process=[], suffixes=None, add_suffix=False,
    )  # fmt: skip
    rows = []
    for row in formatter.load_dataset(num_proc=1, global_cfg=settings):
        opened = [load_image(image) for image in row["images"] or []]
        rows.append(
            {
                "images": [reading.pixels(picture) for picture in opened],
                "videos": [reading.content(video) for video in row.get("videos") or []],
                "texts": reading.said(row["messages"]),
                "tools": row.get("tools") or "",
            }
        )
    return rows


if __name__ == "__main__":
    reading.main(read)
