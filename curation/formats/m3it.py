"""M3IT: `{"instruction", "inputs", "image_base64_str": [...], "outputs"}` as the Hugging Face set gives its rows.

(https://huggingface.co/datasets/MMInstruction/M3IT)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, answered, names_of, text_of
from scoring.json_types import JsonObject

EXAMPLE = """\
{"instruction": "Write a caption.", "inputs": "", "image_str": "photos/1.jpg", "outputs": "A dog on a beach."}
{"instruction": "Answer the question.", "inputs": "What is it?", "outputs": "A dog.", "image_base64_str": \
["iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="]}
"""


def recognise(row: object) -> bool:
    """True for an instruction with outputs and a member for images."""
    return isinstance(row, dict) and {"instruction", "outputs"} <= row.keys() and bool(_member(row))


def read(row: object) -> Conversation:
    """One turn: the instruction, a line break and the inputs if there are any; then the outputs.

    Raises RejectedRowError `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict) or not {"instruction", "outputs"} <= row.keys():
        raise RejectedRowError("no_conversation", "The row has no instruction and outputs.")
    instruction_texts = [text_of(row["instruction"], "instruction"), text_of(row.get("inputs"), "inputs")]
    return Conversation(
        source_id=None,
        messages=(
            Message("user", "\n".join(text for text in instruction_texts if text)),
            Message("assistant", text_of(row["outputs"], "outputs")),
        ),
        images=names_of(row.get(_member(row)), "images"),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces the texts; a new instruction takes the place of instruction and inputs.

    Args:
        row: Parsed row with instruction and outputs.
        texts: New text by position, instruction at 0 and outputs at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    changed: JsonObject = {}
    if texts.get(0) is not None:
        changed = {"instruction": texts[0]} | ({"inputs": ""} if "inputs" in row else {})
    if texts.get(1) is not None:
        changed["outputs"] = texts[1]
    return {**row, **changed}


def _member(row: JsonObject) -> str:
    return next((name for name in ("image_base64_str", "image_str") if name in row), "")


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a row for every turn that was answered: the format knows no conversations.

    Args:
        row: Conversation read from a row of any format.
        images: Tokens of its images in the export, in order.

    Returns:
        Rows in the order of the turns; none where no turn was answered.
    """
    return [
        {"instruction": turn.instruction, "inputs": "", "image_base64_str": list(images), "outputs": turn.response}
        for turn in answered(row)
    ]


def trouble(row: Conversation) -> str:
    """Why nothing is written of a conversation: it has to have an answer."""
    return "" if answered(row) else "without an answer"


FORMAT = Format(
    name="m3it",
    title="M3IT instructions",
    about="M3IT's own loader.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    trouble=trouble,
    marks_images=False,
    packs_images=True,
    plain_base64=True,
    containers=("lines", "list"),
)
