"""InternVL: LLaVA-shaped JSON Lines with image sizes, and a meta file that names each set, its folder and its length.

(https://internvl.readthedocs.io/en/latest/get_started/chat_data_format.html)
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from curation.formats import llava
from curation.formats.contract import Format
from curation.formats.conversation import Conversation
from scoring.json_types import JsonObject

EXAMPLE = """\
{"id": 0, "image": "images/0.jpg", "width": 640, "height": 480, "conversations": [{"from": "human", "value": \
"<image>\\nWhat is it?"}, {"from": "gpt", "value": "A dog."}]}
{"id": 1, "image": ["1.jpg", "2.jpg"], "width_list": [64, 32], "height_list": [48, 24], "conversations": [{"from": \
"human", "value": "Image-1: <image>\\nImage-2: <image>\\nWhat changed?"}, {"from": "gpt", "value": "The light."}]}
"""


def recognise(row: object) -> bool:
    """True for a LLaVA row that says how large its images are."""
    return isinstance(row, dict) and llava.recognise(row) and bool({"width", "width_list"} & row.keys())


def read(row: object) -> Conversation:
    """The row's messages and images. Raises RejectedRowError as LLaVA rows do."""
    return llava.read(row)


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return llava.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation; the texts mark each image with `<image>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    return llava.write(row, images)


def companion_files(rows: Mapping[str, int], root: str) -> dict[str, bytes]:
    """Makes the meta file that InternVL's trainer reads.

    Args:
        rows: Number of rows, the meta file's `length`, by the name of their file without its ending.
        root: Folder that the image names start from.

    Returns:
        Bytes of each file by its name.
    """
    entries = {
        name: {
            "root": root,
            "annotation": f"{name}.jsonl",
            "data_augment": False,
            "repeat_time": 1,
            "length": length,
        }
        for name, length in rows.items()
    }
    return {"meta.json": orjson.dumps(entries, option=orjson.OPT_INDENT_2) + b"\n"}


FORMAT = Format(
    name="internvl",
    title="InternVL conversations",
    about="InternVL's trainer, with a meta file.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    companion_files=companion_files,
    containers=("lines",),
)
