"""Argilla's records: `fields` that were shown and `responses` of annotators by question.

(https://docs.argilla.io/latest/how_to_guides/import_export/)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from curation.formats import inner, media, slots, texts
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, name_of
from curation.formats.slots import Steps, TextSlot
from scoring.json_types import JsonObject

EXAMPLE = """[
{"id": "1", "fields": {"image": "1.jpg", "prompt": "What is it?"}, "metadata": {}, "suggestions": {}, "responses": \
{"answer": [{"value": "A dog.", "user_id": "a", "status": "submitted"}]}},
{"id": "2", "fields": {"image": "2.jpg", "instruction": "And here?", "response": "A cat."}, "responses": {}}
]"""


def recognise(row: object) -> bool:
    """True for a record with fields and responses."""
    if not isinstance(row, dict) or not isinstance(row.get("fields"), dict):
        return False
    return isinstance(row.get("responses"), dict | list)


def read(row: Row) -> Conversation:
    """The conversation in the record's fields; a prompt that has no response there gets the first one submitted.

    Raises RejectedRowError: `no_conversation`, `bad_message` or `bad_image`.
    """
    if not recognise(row):
        raise RejectedRowError("no_conversation", "The row is no record of Argilla.")
    fields, images = row["fields"], media.images(row["fields"], media.IMAGES)
    text_slots = _slots(row)
    if text_slots:
        return Conversation(source_id=name_of(row.get("id")), messages=slots.messages(row, text_slots), images=images)
    conversation = inner.read({**fields, "id": row.get("id")}, images)
    answers = _answers(row, conversation)
    if not answers:
        return conversation
    return replace(conversation, messages=(*conversation.messages, *slots.messages(row, answers)))


def rewrite(row: JsonObject, new_texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the fields or of the response.

    Args:
        row: Parsed row that `read` accepts.
        new_texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    if text_slots := _slots(row):
        return slots.rewritten(row, text_slots, new_texts)
    count = len(inner.read(row["fields"], ()).messages)
    within = {position: text for position, text in new_texts.items() if position < count}
    new_row = {**row, "fields": inner.rewrite(row["fields"], within)} if within else row
    return slots.rewritten(new_row, _answers(row), {0: new_texts[count]}) if count in new_texts else new_row


def _answers(row: JsonObject, conversation: Conversation | None = None) -> list[TextSlot]:
    """Where the answer to a chat stands that ends with its user; [] where there is none."""
    ends_open = conversation is None or (bool(conversation.messages) and conversation.messages[-1].role == "user")
    written = _written(row["responses"]) if ends_open else None
    return [TextSlot("assistant", (written,))] if written else []


def _slots(row: JsonObject) -> list[TextSlot]:
    """Where the record has its prompt and the response to it; [] where the fields hold both."""
    fields = row["fields"]
    prompt = next((name for name in texts.ASKED if isinstance(fields.get(name), str)), "")
    if not prompt or texts.columns(fields)[0] or inner.format_of(fields):
        return []
    written = _written(row["responses"])
    return [TextSlot("user", (("fields", prompt),)), TextSlot("assistant", (written,))] if written else []


def _written(responses: object) -> Steps | None:
    """Where the first text stands that an annotator submitted."""
    if isinstance(responses, list):  # as records of its first version have them: all answers of each annotator
        for number, response in enumerate(responses):
            values = response.get("values") if isinstance(response, dict) else None
            for question, answer in (values if isinstance(values, dict) else {}).items():
                if isinstance(answer, dict) and isinstance(answer.get("value"), str):
                    return ("responses", number, "values", question, "value")
    named = responses if isinstance(responses, dict) else {}
    for question, listed in named.items():
        for number, response in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(response, dict) and isinstance(response.get("value"), str):
                return ("responses", question, number, "value")
    return None


FORMAT = Format(
    name="argilla",
    title="Argilla records",
    about="Argilla's export as JSON.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    containers=("list", "lines"),
)
