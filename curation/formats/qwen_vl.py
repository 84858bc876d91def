"""Qwen-VL's first format: images and boxes inside the text, `Picture 1: <img>path</img>`, boxes out of 1000.

(https://github.com/QwenLM/Qwen-VL/blob/master/README.md#finetuning)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from shlex import quote

from curation.formats import llava
from curation.formats.contract import Format, Launch, RowFile
from curation.formats.conversation import Conversation, Region
from scoring.json_types import JsonObject

EXAMPLE = """[
{"id": "identity_0", "conversations": [{"from": "user", "value": "Hello"}, {"from": "assistant", "value": "Hi."}]},
{"id": "identity_1", "conversations": [
  {"from": "user", "value": "Picture 1: <img>photos/1.jpg</img>\\nFind the <ref>shirt</ref>"},
  {"from": "assistant", "value": "<ref>shirt</ref><box>(588,499),(725,789)</box>"}]}
]"""

_IMAGE = re.compile(r"<img>(?:(?P<name>.*?)</img>|.*)", re.DOTALL)
"""An image in tags; from one that is not closed to the end of the text, as no later one can be closed either."""
_BOX = re.compile(
    r"(?:<ref>(?P<label>[^<]*)</ref>)?<box>\((?P<left>\d+),(?P<top>\d+)\),\((?P<right>\d+),(?P<bottom>\d+)\)</box>"
)
_MARK = re.compile(r"<image>")


def recognise(row: object) -> bool:
    """True for conversations of user and assistant that name their images inside the text, if any."""
    if not isinstance(row, dict) or not isinstance(row.get("conversations"), list) or "image" in row:
        return False
    names = [message.get("from") for message in row["conversations"] if isinstance(message, dict)]
    return bool(names) and all(name in ("user", "assistant", "system") for name in names)


def read(row: object) -> Conversation:
    """The row's messages, images and boxes. Raises RejectedRowError as LLaVA rows do."""
    conversation = llava.read(row)
    texts = [message.text for message in conversation.messages]
    return replace(
        conversation,
        images=tuple(
            tag_match["name"] for text in texts for tag_match in _IMAGE.finditer(text) if tag_match["name"] is not None
        ),
        regions=tuple(_region(box_match) for text in texts for box_match in _BOX.finditer(text)),
    )


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
    """Makes a new row of a conversation, its images named where the texts say `<image>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    named = (f"Picture {number}: <img>{image}</img>" for number, image in enumerate(images, 1))
    messages = [
        {"from": message.role, "value": _MARK.sub(lambda match: next(named, match[0]), message.text)}
        for message in row.messages
    ]
    return [({} if row.source_id is None else {"id": row.source_id}) | {"conversations": messages}]


def launch(file: RowFile) -> list[Launch]:
    """The options that Qwen-VL's trainer reads the rows by: image names start from the folder that it is started in."""
    lines = f"cd {quote(file.images)} && \\\n  python /path/to/Qwen-VL/finetune.py --data_path {quote(file.location)}"
    return [Launch(program="Qwen-VL", language="sh", lines=lines)]


def _region(box_match: re.Match[str]) -> Region:
    left, top, right, bottom = (float(box_match[side]) for side in ("left", "top", "right", "bottom"))
    return Region((left, top, right, bottom), 1000, box_match["label"] or "")


FORMAT = Format(
    name="qwen_vl",
    title="Qwen-VL conversations",
    about="Qwen-VL's first trainer.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    trouble=llava.trouble,
    opens=("reference", "copy"),
    opens_web=True,
    launch=launch,
    marks_images=False,
)
