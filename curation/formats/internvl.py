"""InternVL: LLaVA-shaped JSON Lines with image sizes, and a meta file that names each set, its folder and its length.

(https://internvl.readthedocs.io/en/latest/get_started/chat_data_format.html)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from curation.formats import llava
from curation.formats.contract import Format
from curation.formats.conversation import Conversation

EXAMPLE = """\
{"id": 0, "image": "images/0.jpg", "width": 640, "height": 480, "conversations": [{"from": "human", "value": \
"<image>\\nWhat is it?"}, {"from": "gpt", "value": "A dog."}]}
{"id": 1, "image": ["1.jpg", "2.jpg"], "width_list": [64, 32], "height_list": [48, 24], "conversations": [{"from": \
"human", "value": "Image-1: <image>\\nImage-2: <image>\\nWhat changed?"}, {"from": "gpt", "value": "The light."}]}
"""


def recognise(row: Any) -> bool:
    """True for a LLaVA row that says how large its images are."""
    return llava.recognise(row) and bool({"width", "width_list"} & row.keys())


def read(row: Any) -> Conversation:
    """The row's messages and images. Raises RejectedRowError as LLaVA rows do."""
    return llava.read(row)


def rewrite(row: Any, texts: Mapping[int, str | None]) -> Any:
    """The row with other texts, by the message's place; a message whose text is None goes."""
    return llava.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[Any]:
    """A new row of this conversation; the texts mark each image with `<image>`."""
    return llava.write(row, images)


def beside(name: str, rows: int, root: str) -> dict[str, bytes]:
    """The meta file, whose `length` is the number of rows; `root` is the folder of the images."""
    entry = {
        "root": root,
        "annotation": f"{name}.jsonl",
        "data_augment": False,
        "repeat_time": 1,
        "length": rows,
    }
    return {"meta.json": orjson.dumps({name: entry}, option=orjson.OPT_INDENT_2) + b"\n"}


FORMAT = Format(
    name="internvl",
    title="InternVL conversations",
    about="InternVL's trainer, with a meta file.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    beside=beside,
    containers=("lines",),
)
