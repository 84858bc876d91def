"""Label Studio's export in JSON: a task's `data`, and what annotators wrote in the `result` of its `annotations`.

(https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

from curation.formats import inner, media, slots, texts
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, name_of
from curation.formats.slots import TextSlot
from scoring.json_types import JsonObject

EXAMPLE = """[
{"id": 1, "data": {"image": "/data/local-files/?d=photos/1.jpg", "question": "What is it?"}, "annotations": [{"id": 7, \
"result": [{"from_name": "answer", "to_name": "image", "type": "textarea", "value": {"text": ["A dog."]}}]}]},
{"id": 2, "data": {"image": "photos/2.jpg", "question": "And here?", "answer": "A cat."}, "annotations": []}
]"""

_ASKED = (*texts.ASKED, "text")


def recognise(row: object) -> bool:
    """True for a task with data and annotations."""
    return isinstance(row, dict) and isinstance(row.get("data"), dict) and isinstance(row.get("annotations"), list)


def read(row: Row) -> Conversation:
    """What the task asks and the first text that somebody wrote for it, else the conversation in its data.

    Raises RejectedRowError: `no_conversation`, `bad_message` or `bad_image`.
    """
    if not recognise(row):
        raise RejectedRowError("no_conversation", "The row is no task of Label Studio.")
    data, source = row["data"], name_of(row.get("id"))
    images = tuple(_path(name) for name in media.images(data, media.IMAGES))
    written = next(_written(row), None)
    question = next((name for name in _ASKED if isinstance(data.get(name), str)), None)
    if written is None or question is None:
        added = {} if written is None else {"caption": slots.value(row, written)}
        return inner.read({**data, **added, "id": source}, images)
    return Conversation(source_id=source, messages=slots.messages(row, _slots(question, written)), images=images)


def rewrite(row: JsonObject, new_texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces what the task asks, and what was written.

    Args:
        row: Parsed row that `read` accepts.
        new_texts: New text by the message's position; None leaves a text as it is where it is the only one.

    Returns:
        A new row with everything else as it was.
    """
    data, written = row["data"], next(_written(row), None)
    question = next((name for name in _ASKED if isinstance(data.get(name), str)), None)
    if written is None:
        return {**row, "data": inner.rewrite(data, new_texts)}
    if question is None:
        caption = new_texts.get(1)
        changed = {} if caption is None else {0: caption}
        return {**slots.rewritten(row, [TextSlot("assistant", (written,))], changed)}
    return slots.rewritten(row, _slots(question, written), new_texts)


def _slots(question: str, written: slots.Steps) -> list[TextSlot]:
    return [TextSlot("user", (("data", question),)), TextSlot("assistant", (written,))]


def _written(row: JsonObject) -> Iterator[slots.Steps]:
    """Where the texts stand that annotators wrote."""
    for number, annotation in enumerate(row["annotations"]):
        if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
            continue
        results = annotation.get("result")
        for part_no, result in enumerate(results if isinstance(results, list) else []):
            value = result.get("value") if isinstance(result, dict) else None
            if isinstance(value, dict) and result.get("type") == "textarea":
                steps: slots.Steps = ("annotations", number, "result", part_no, "value", "text")
                yield (*steps, 0) if isinstance(value.get("text"), list) else steps


def _path(name: str) -> str:
    """The file behind an address of Label Studio's own server."""
    if not name.startswith("/data/"):
        return name
    address = urlsplit(name)
    return next(iter(parse_qs(address.query).get("d", ())), address.path.removeprefix("/data/"))


FORMAT = Format(
    name="label_studio",
    title="Label Studio tasks",
    about="Label Studio's export as JSON.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    containers=("list", "lines"),
)
