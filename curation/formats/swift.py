"""ms-swift and Qwen2-VL messages: `{"messages": [{"role", "content"}], "images": [...], "objects": {...}}` a line.

(https://swift.readthedocs.io/en/latest/Customization/Custom-dataset.html)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from shlex import quote

from curation.formats import messages, tool_calls
from curation.formats.contract import Format, Launch, RowFile
from curation.formats.conversation import Conversation, Region, Role, frames_of
from scoring.json_types import JsonObject

EXAMPLE = """\
{"messages": [{"role": "system", "content": "Answer briefly."}, {"role": "user", "content": "<image>What is it?"}, \
{"role": "assistant", "content": "A dog."}], "images": ["a.jpg"], \
"objects": {"ref": ["dog"], "bbox": [[10, 20, 110, 120]]}}
{"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello!"}], "images": []}
"""


_NAMES: dict[Role, str] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "call": "tool_call",
    "tool": "tool_response",
}
_SCALES = {1.0: "norm1", 1000.0: "norm1000", 0.0: "real"}


def recognise(row: object) -> bool:
    """True for messages whose contents are texts."""
    if not isinstance(row, dict) or not messages.are_messages(row.get("messages")):
        return False
    return all(isinstance(message, dict) and isinstance(message.get("content"), str) for message in row["messages"])


def read(row: object) -> Conversation:
    """The row's messages, images and boxes.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    conversation = messages.conversation(row)
    return replace(conversation, regions=_regions(row.get("objects") if isinstance(row, dict) else None))


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return messages.rewrite_row(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation; the texts mark each image with `<image>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    new_row: JsonObject = {} if row.source_id is None else {"id": row.source_id}
    new_row |= {"messages": messages.plain(tool_calls.one_each(row.messages), _NAMES), "images": list(images)}
    new_row |= {"videos": [frames_of(video) or video for video in row.videos]} if row.videos else {}
    new_row |= {"audios": list(row.audios)} if row.audios else {}
    new_row |= {"tools": row.tools} if row.tools else {}
    return [new_row | ({"objects": _objects(row.regions)} if _fit(row) else {})]


def launch(file: RowFile) -> list[Launch]:
    """The command that reads the rows: image names start from ROOT_IMAGE_DIR, unless they exist where it is started."""
    methods = {"": "sft", "dpo": "rlhf --rlhf_type dpo", "kto": "rlhf --rlhf_type kto"}
    lines = f"ROOT_IMAGE_DIR={quote(file.images)} \\\n  swift {methods[file.kind]} --dataset {quote(file.location)}"
    return [Launch(program="ms-swift", language="sh", lines=lines)]


def dpo(row: Conversation, images: tuple[str, ...], preferred: str, rejected: str) -> JsonObject:
    """Makes a preference pair: the conversation up to the instruction, the preferred answer and the rejected one.

    Args:
        row: Conversation that ends with the instruction.
        images: Names of its images in the export, in order.
        preferred: Answer that people prefer.
        rejected: Answer that they reject.

    Returns:
        One row.
    """
    (new_row,) = write(row, images)
    return new_row | {
        "messages": [*new_row["messages"], {"role": "assistant", "content": preferred}],
        "rejected_response": rejected,
    }


def kto(row: Conversation, images: tuple[str, ...], desired: bool) -> JsonObject:
    """Makes a row that says whether the last answer is desired.

    Args:
        row: Conversation that ends with the answer.
        images: Names of its images in the export, in order.
        desired: True where people want such an answer.

    Returns:
        One row.
    """
    return {**write(row, images)[0], "label": desired}


def _regions(objects: object) -> tuple[Region, ...]:
    """Boxes of `objects`: in pixels, or out of 1 or 1000 as `bbox_type` says."""
    if not isinstance(objects, dict) or not isinstance(objects.get("bbox"), list):
        return ()
    scale = {"norm1": 1.0, "norm1000": 1000.0}.get(str(objects.get("bbox_type")), 0.0)
    labels, images = _listed(objects, "ref"), _listed(objects, "image_id")
    return tuple(
        Region(
            (box[0], box[1], box[2], box[3]),
            scale,
            str(labels[position]) if position < len(labels) else "",
            image if position < len(images) and isinstance(image := images[position], int) else 0,
        )
        for position, box in enumerate(objects["bbox"])
        if isinstance(box, list) and len(box) == 4 and all(type(number) in (int, float) for number in box)
    )


def _fit(row: Conversation) -> bool:
    """True for boxes of one scale that the text does not spell out itself."""
    scales = {region.scale for region in row.regions}
    is_known = len(scales) == 1 and scales <= _SCALES.keys()
    return is_known and not any("<box>" in message.text for message in row.messages)


def _objects(regions: tuple[Region, ...]) -> JsonObject:
    """Boxes as `objects`, in the order in which texts mark them by `<bbox>`."""
    objects: JsonObject = {"bbox": [list(region.box) for region in regions], "bbox_type": _SCALES[regions[0].scale]}
    objects |= {"ref": [region.label for region in regions]} if any(region.label for region in regions) else {}
    return objects | ({"image_id": [region.image for region in regions]} if any(r.image for r in regions) else {})


def _listed(objects: JsonObject, name: str) -> list[object]:
    values = objects.get(name)
    return values if isinstance(values, list) else []


FORMAT = Format(
    name="swift",
    title="ms-swift messages",
    about="ms-swift, for Qwen-VL and many others.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    roles=("user", "assistant", "system", "call", "tool"),
    opens_web=True,
    launch=launch,
    dpo=dpo,
    kto=kto,
    containers=("lines",),
)
