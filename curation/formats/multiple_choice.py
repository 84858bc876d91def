"""A question with choices and the number or letter of the right one, as ScienceQA, A-OKVQA and MMMU have them.

`{"image": ..., "question": "...", "choices": ["...", "..."], "answer": 1, "hint": "..."}`
(https://huggingface.co/datasets/derek-thomas/ScienceQA)
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence

from curation.formats import cells, media
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, Message, RejectedRowError, name_of, text_of
from scoring.json_types import JsonObject

EXAMPLE = """\
{"image": "1.jpg", "question": "What is it?", "choices": ["a cat", "a dog"], "answer": 1, "hint": "It barks."}
{"image": "2.jpg", "question": "Which is larger?", "options": ["the sun", "the moon"], "answer": "A"}
"""

_CHOICES = ("choices", "options")
_NUMBERED = tuple(f"image_{number}" for number in range(1, 9))
_ANSWERS = ("answer", "correct_choice_idx", "answer_idx", "label", "correct_answer")


def recognise(row: object) -> bool:
    """True for a question with a list of choices and an answer."""
    return isinstance(row, dict) and isinstance(row.get("question"), str) and _answer(row) is not None


def read(row: Row) -> Conversation:
    """One turn: hint, question and choices, a line each; the choice that is right.

    Raises RejectedRowError: `not_an_object`, `no_conversation` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    answer = _answer(row)
    if answer is None:
        raise RejectedRowError("no_conversation", "No choice of the row is the answer.")
    lines = [text_of(row.get("hint"), "hint"), text_of(row.get("question"), "question"), *_choices(row)]
    return Conversation(
        source_id=name_of(row.get("id", row.get("question_id"))),
        messages=(Message("user", "\n".join(text for text in lines if text)), Message("assistant", answer)),
        images=media.images(row) or _numbered(row) or _of_coco(row),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Writes a new response in the place of the answer; of a new instruction, what is no choice becomes the question.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by position, instruction at 0 and response at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    instruction, response = texts.get(0), texts.get(1)
    new_row = dict(row)
    if response is not None:
        new_row[_member(row, _ANSWERS)] = response
    if instruction is not None:
        known_lines = (*_choices(row), row.get("hint"))
        new_row["question"] = "\n".join(line for line in instruction.split("\n") if line not in known_lines)
    return new_row


def _member(row: JsonObject, names: Sequence[str]) -> str:
    return next((name for name in names if row.get(name) is not None), "")


def _choices(row: JsonObject) -> list[str]:
    value = row.get(_member(row, _CHOICES))
    listed = cells.parsed(value) if isinstance(value, str) else value
    return [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []


def _answer(row: JsonObject) -> str | None:
    """The choice that the answer names by its number, its letter or its own text; another text is the answer itself."""
    choices, answer = _choices(row), row.get(_member(row, _ANSWERS))
    if not choices or isinstance(answer, bool) or not isinstance(answer, int | str):
        return None
    if isinstance(answer, int):
        return choices[answer] if 0 <= answer < len(choices) else None
    letters = string.ascii_uppercase[: len(choices)]
    return choices[letters.index(answer)] if answer in tuple(letters) and answer not in choices else answer


def _numbered(row: JsonObject) -> tuple[str, ...]:
    """Pictures in members of their own, as MMMU has them."""
    return tuple(name for member in _NUMBERED for name in media.listed(row.get(member)))


def _of_coco(row: JsonObject) -> tuple[str, ...]:
    """The picture of A-OKVQA, which names it by its number in COCO (https://github.com/allenai/aokvqa)."""
    number = row.get("image_id")
    return (f"{number:012d}.jpg",) if "direct_answers" in row and isinstance(number, int) else ()


FORMAT = Format(
    name="multiple_choice",
    title="Questions with choices",
    about="ScienceQA, A-OKVQA and other sets of multiple choice.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    containers=("lines", "list", "parquet"),
)
