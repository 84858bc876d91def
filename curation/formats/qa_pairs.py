"""Lists of question-answer pairs on a row's pictures, as the Cauldron, FineVision and many annotators have them.

`{"images": [...], "texts": [{"user": "...", "assistant": "..."}]}` (https://huggingface.co/datasets/HuggingFaceM4/the_cauldron,
https://huggingface.co/datasets/HuggingFaceM4/FineVision), or pairs under other names, or as lists of two texts.
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import media, slots
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, Role, name_of
from curation.formats.slots import Steps, TextSlot
from scoring.json_types import JsonObject

EXAMPLE = """\
{"images": ["1.jpg"], "texts": [{"user": "What is it?", "assistant": "A dog.", "source": "photos"}, {"user": "Where?", \
"assistant": "On a beach.", "source": "photos"}]}
{"image": "2.jpg", "qa_pairs": [["What is it?", "A cat."], ["How many?", "One."]]}
"""

LISTS = ("texts", "qa_pairs", "qa_list", "qas", "qa", "pairs", "questions_answers", "conversation", "conversations",
         "dialogue", "dialog", "turns", "rounds", "questions", "messages", "annotations")  # fmt: skip
ASKED = ("user", "human", "question", "q", "instruction", "query", "prompt", "input", "ask")
ANSWERED = ("assistant", "gpt", "bot", "model", "answer", "a", "response", "output", "completion", "reply", "answers")
_OF_A_PAIR = (*media.NAMED, "image_id", "imageid")
_QUESTIONS = ("questions", "question", "queries", "user")
_ANSWERS = ("answers", "answer", "responses", "assistant")
_SPEAKERS: tuple[Role, ...] = ("user", "assistant")


def recognise(row: object) -> bool:
    """True for a list whose first value is a question with its answer, or for a list of each."""
    return isinstance(row, dict) and bool(_list(row) or _lists(row)[0])


def read(row: Row) -> Conversation:
    """The pairs in order, a turn each.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=slots.messages(row, _slots(row)),
        images=media.images(row) or _of_pairs(row),
        videos=media.videos(row),
        system=text if isinstance(text := row.get("system"), str) else "",
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the pairs.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out, and a pair of two such.

    Returns:
        A new row with everything else as it was.
    """
    return slots.rewritten(row, _slots(row), texts)


def _list(row: JsonObject) -> str:
    by_name = {name.lower(): name for name in reversed(row)}
    names = [by_name[name] for name in LISTS if name in by_name]
    return next((name for name in names if isinstance(row[name], list) and row[name] and _sides(row[name][0])), "")


def _lists(row: JsonObject) -> tuple[Steps, Steps]:
    """Where there are as many questions as answers: in two members, or in two of an object, as `datasets` writes
    lists of pairs to Parquet."""
    for name in ("", *LISTS):
        holder = row if not name else row.get(name)
        if not isinstance(holder, dict):
            continue
        question = next((member for member in _QUESTIONS if _are_texts(holder.get(member))), "")
        answer = next((member for member in _ANSWERS if _are_texts(holder.get(member))), "")
        if question and answer and len(holder[question]) == len(holder[answer]):
            above = (name,) if name else ()
            return (*above, question), (*above, answer)
    return (), ()


def _of_pairs(row: JsonObject) -> tuple[str, ...]:
    """The pictures that the pairs name themselves, each once, as in Visual Genome and Phi-3.5-Vision."""
    pairs = row[member] if (member := _list(row)) else []
    references = [name for pair in pairs if isinstance(pair, dict) for name in media.images(pair, _OF_A_PAIR)]
    return tuple(dict.fromkeys(references))


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, str) for entry in value)


def _sides(pair: object) -> tuple[str | int, str | int] | None:
    """Where a pair has its question and its answer; None for anything that is no pair."""
    if isinstance(pair, list):
        return (0, 1) if len(pair) == len(_SPEAKERS) and all(isinstance(side, str | None) for side in pair) else None
    if not isinstance(pair, dict) or {"from", "role"} & pair.keys():
        return None
    by_name = {name.lower(): name for name in reversed(pair)}
    question = next((by_name[name] for name in ASKED if name in by_name), "")
    answer = next((by_name[name] for name in ANSWERED if name in by_name), "")
    return (question, answer) if question or answer else None


def _slots(row: JsonObject) -> list[TextSlot]:
    if member := _list(row):
        return [
            TextSlot(role, ((member, number, side),), pair_steps=2)
            for number, pair in enumerate(row[member])
            for role, side in zip(_SPEAKERS, _sides(pair) or (), strict=False)
            if slots.value(pair, (side,)) is not None
        ]
    places = _lists(row)
    questions = slots.value(row, places[0]) if places[0] else ()
    return [
        TextSlot(role, ((*steps, number),))
        for number in range(len(questions) if isinstance(questions, list) else 0)
        for role, steps in zip(_SPEAKERS, places, strict=True)
    ]


FORMAT = Format(
    name="qa_pairs",
    title="Lists of questions and answers",
    about="The Cauldron, FineVision, and sets of several questions on one picture.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    containers=("lines", "list", "parquet"),
)
