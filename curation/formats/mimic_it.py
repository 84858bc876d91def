"""MIMIC-IT (Otter): `{"data": {"LA_INS_1": {"instruction", "answer", "image_ids", "rel_ins_ids"}}}`, images apart.

Images come in a file of their own, `{"LA_IMG_1": "<base64>"}` as JSON or Parquet: name it as the image folder. Rows
that are related to one another by `rel_ins_ids` lose the names of rows that are not exported
(https://github.com/Luodian/Otter/blob/main/mimic-it/README.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, answered, names_of, text_of
from scoring.json_types import JsonObject

EXAMPLE = """{"meta": {"version": "0.0.1", "time": "2023-06", "author": "ntu"}, "data": {
"LA_INS_000001": {"instruction": "What is it?", "answer": "A dog.", "image_ids": ["LA_IMG_1"],
                  "rel_ins_ids": ["LA_INS_000002"]},
"LA_INS_000002": {"instruction": "And its colour?", "answer": "Brown.", "image_ids": ["LA_IMG_1"], "rel_ins_ids": []}
}}"""

_INSTRUCTION = "LA_INS_"
"""How its trainer knows instructions on single images and what belongs to them."""


def recognise(row: object) -> bool:
    """True for one member, a name with an instruction and an answer."""
    if not isinstance(row, dict) or len(row) != 1:
        return False
    (inside,) = row.values()
    return isinstance(inside, dict) and {"instruction", "answer"} <= inside.keys()


def read(row: object) -> Conversation:
    """One turn on the images named. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not isinstance(row, dict) or len(row) != 1:
        raise RejectedRowError("not_an_object", "The row is not one instruction under its name.")
    ((name, inside),) = row.items()
    if not isinstance(inside, dict) or "answer" not in inside:
        raise RejectedRowError("no_conversation", "The row has no instruction and answer.")
    return Conversation(
        source_id=name,
        messages=(
            Message("user", text_of(inside.get("instruction"), "instruction")),
            Message("assistant", text_of(inside["answer"], "answer")),
        ),
        images=names_of(inside.get("image_ids"), "image_ids"),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces the instruction or the answer.

    Args:
        row: Parsed row: one name with its instruction and answer.
        texts: New text by position, instruction at 0 and answer at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    ((name, inside),) = row.items()
    changed = {
        key: texts[position]
        for position, key in enumerate(("instruction", "answer"))
        if texts.get(position) is not None
    }
    return {name: {**inside, **changed}}


def prune(row: JsonObject, present: Collection[str]) -> JsonObject:
    """Removes the names of rows that are not present.

    Args:
        row: Parsed row of this format.
        present: Names of the rows that are exported.

    Returns:
        A new row, or the same one where all names are present.
    """
    ((name, inside),) = row.items()
    if all(related in present for related in _listed(inside)):
        return row
    return {name: {**inside, "rel_ins_ids": [related for related in inside["rel_ins_ids"] if related in present]}}


def _listed(inside: JsonObject) -> list[object]:
    related_names = inside.get("rel_ins_ids")
    return related_names if isinstance(related_names, list) else []


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a row for every turn that was answered, each related to the other turns.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        Rows in the order of the turns; none where no turn was answered.
    """
    turns = answered(row)
    names = [f"{_INSTRUCTION}{row.source_id or 0}" + (f"_{index}" if index else "") for index in range(len(turns))]
    return [
        {
            name: {
                "instruction": turn.instruction,
                "answer": turn.response,
                "image_ids": list(images),
                "rel_ins_ids": [other for other in names if other != name],
            }
        }
        for name, turn in zip(names, turns, strict=True)
    ]


def trouble(row: Conversation) -> str:
    """Why nothing is written of a conversation: it has to have an answer."""
    return "" if answered(row) else "without an answer"


FORMAT = Format(
    name="mimic_it",
    title="MIMIC-IT instructions",
    about="Otter's trainer.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    prune=prune,
    write=write,
    trouble=trouble,
    marks_images=False,
    images_apart=True,
    envelope={"before": '{"meta": {"version": "0.0.1", "time": "", "author": ""}, "data": {', "after": "}}\n"},
    containers=("members", "list"),
)
