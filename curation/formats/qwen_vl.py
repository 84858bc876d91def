"""Qwen-VL's first format: images and boxes inside the text, `Picture 1: <img>path</img>`, boxes out of 1000.

(https://github.com/QwenLM/Qwen-VL/blob/master/README.md#finetuning)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from curation.formats import llava
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Region

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
_NAMES = {"user": "user", "assistant": "assistant", "system": "system", "other": "user"}


def recognise(row: Any) -> bool:
    """True for conversations of user and assistant that name their images inside the text, if any."""
    if not isinstance(row, dict) or not isinstance(row.get("conversations"), list) or "image" in row:
        return False
    names = [one.get("from") for one in row["conversations"] if isinstance(one, dict)]
    return bool(names) and all(name in ("user", "assistant", "system") for name in names)


def read(row: Any) -> Conversation:
    """The row's messages, images and boxes. Raises RejectedRowError as LLaVA rows do."""
    said = llava.read(row)
    texts = [one.text for one in said.messages]
    return replace(
        said,
        images=tuple(found["name"] for text in texts for found in _IMAGE.finditer(text) if found["name"] is not None),
        regions=tuple(_region(found) for text in texts for found in _BOX.finditer(text)),
    )


def rewrite(row: Any, texts: Mapping[int, str | None]) -> Any:
    """The row with other texts, by the message's place; a message whose text is None goes."""
    return llava.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[Any]:
    """A new row of this conversation, its images named at the beginning of the first user message."""
    named = "".join(f"Picture {number}: <img>{image}</img>\n" for number, image in enumerate(images, 1))
    first = next((place for place, one in enumerate(row.messages) if one.role == "user"), 0)
    said = [
        {"from": _NAMES[one.role], "value": (named if place == first else "") + one.text.lstrip("\n")}
        for place, one in enumerate(row.messages)
    ]
    return [({} if row.source_id is None else {"id": row.source_id}) | {"conversations": said}]


def _region(found: re.Match[str]) -> Region:
    left, top, right, bottom = (float(found[side]) for side in ("left", "top", "right", "bottom"))
    return Region((left, top, right, bottom), 1000, found["label"] or "")


FORMAT = Format(
    name="qwen_vl",
    title="Qwen-VL conversations",
    about="Qwen-VL's first trainer.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    marks_images=False,
)
