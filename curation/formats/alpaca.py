"""Alpaca: an instruction with an input, an output and earlier turns; ms-swift's `query` and `response` alike.

`{"instruction", "input", "output", "system", "history": [["question", "answer"]], "images"}`
(https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md,
https://swift.readthedocs.io/en/latest/Customization/Custom-dataset.html)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import answers, media, slots, texts
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, Role, json_of, label_of, name_of
from curation.formats.slots import TextSlot
from scoring.json_types import JsonObject

EXAMPLE = """\
{"instruction": "<image>Describe it.", "input": "", "output": "A dog.", "images": ["1.jpg"], "system": "Be brief."}
{"query": "And where is it?", "response": "On a beach.", "history": [["<image>What is it?", "A dog."]], "images": \
["2.jpg"]}
"""

_ASKED = (("instruction", ("input", "context")), ("query", ()))
_SIDES: tuple[Role, ...] = ("user", "assistant")
_ANSWERED = ("output", "response", "chosen")


def recognise(row: object) -> bool:
    """True for an instruction or a query with an output or a response, all texts."""
    if not isinstance(row, dict) or not isinstance(row.get("history", []), list | None):
        return False
    instruction = next((name for name, _ in _ASKED if texts.member(row, (name,))), "")
    answer = texts.member(row, _ANSWERED)
    return (
        bool(instruction)
        and isinstance(row[texts.member(row, (instruction,))], str)
        and isinstance(row.get(answer), str)
    )


def read(row: Row) -> Conversation:
    """The turns of the history, then the row's own.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    desired = label_of(row.get("label"))
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=slots.messages(row, _slots(row)),
        images=media.images(row),
        videos=media.videos(row),
        audios=media.audios(row),
        system=text if isinstance(text := row.get("system"), str) else "",
        tools=json_of(row.get("tools")),
        rejected=answers.rejected(row),
        desired=label_of(row.get("kto_tag")) if desired is None else desired,
    )


def rewrite(row: JsonObject, new_texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts; a new instruction takes the place of instruction and input.

    Args:
        row: Parsed row that `read` accepts.
        new_texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return slots.rewritten(row, _slots(row), new_texts)


def _slots(row: JsonObject) -> list[TextSlot]:
    text_slots: list[TextSlot] = []
    history = row.get("history")
    for number, pair in enumerate(history if isinstance(history, list) else []):
        if isinstance(pair, list) and len(pair) == len(_SIDES):
            text_slots += [
                TextSlot(role, (("history", number, side),), pair_steps=2)
                for side, role in enumerate(_SIDES)
                if pair[side] is not None
            ]
    for name, more in _ASKED:
        instruction = texts.member(row, (name,))
        if row.get(instruction) is not None:
            inputs = tuple((other,) for input_name in more if row.get(other := texts.member(row, (input_name,))))
            text_slots.append(TextSlot("user", ((instruction,), *inputs)))
            break
    answer = texts.member({name: value for name, value in row.items() if value is not None}, _ANSWERED)
    return [*text_slots, TextSlot("assistant", ((answer,),))] if answer else text_slots


FORMAT = Format(
    name="alpaca",
    title="Alpaca instructions",
    about="LLaMA-Factory, ms-swift and many sets of instructions.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    roles=("user", "assistant", "system"),
    containers=("list", "lines", "table", "parquet", "members"),
)
