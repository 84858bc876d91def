"""Checks a dataset format against its contract, with the example that it carries."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from curation.containers import examples
from curation.containers.container import UnreadableFileError
from curation.exporting import conversion
from curation.formats import marks as image_marks
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, pairs

HOSTILE: list[object] = [
    None, True, 17, 1.5, "text", [], {}, [[]], {"conversations": 1}, {"messages": {}}, {"messages": [[]]},
    {"conversations": [{"from": {}, "value": []}]}, {"messages": [{"role": 1, "content": {"type": []}}]},
    {"annotations": 1}, {"instruction": [], "answer": {}}, {"image": {"bytes": []}}, {"id": {"a": 1}},
]  # fmt: skip
"""Rows of no format: reading them is a RejectedRowError and nothing else."""
_NEW_TEXT = "Something else."


def faults_of_format(dataset_format: Format) -> Iterator[str]:
    """Finds what a format does wrong with its own example and with rows of no format; a sentence for each fault."""
    try:
        container, rows = examples.rows(dataset_format)
    except (UnreadableFileError, ValueError) as error:
        yield f"Its example cannot be read: {error}"
        return
    if container not in dataset_format.containers:
        yield f"Its example comes as {container!r}, which `containers` lacks."
    for row in rows:
        if not dataset_format.recognise(row):
            yield f"It does not recognise a row of its own example: {_short(row)}."
            continue
        try:
            conversation = dataset_format.read(row)
        except RejectedRowError as error:
            yield f"It cannot read a row of its own example: {error}"
            continue
        yield from _faults_of_row(dataset_format, row, conversation)
    yield from _faults_with_hostile_rows(dataset_format)


def _faults_of_row(dataset_format: Format, row: Row, conversation: Conversation) -> Iterator[str]:
    messages = conversation.messages
    if not any(pair.instruction and pair.response for pair in pairs(messages)):
        yield f"A row of its example has no instruction with a response: {_short(row)}."
        return
    marks = image_marks.count(conversation)
    if dataset_format.marks_images and marks != len(conversation.images):
        yield f"A row of its example has {len(conversation.images)} images and {marks} `<image>` marks."
    if dataset_format.rewrite(row, {}) != row:
        yield f"`rewrite` without changes alters a row: {_short(row)}."
    answers = [position for position, message in enumerate(messages) if message.role == "assistant"]
    before = orjson.dumps(row)
    changed = dataset_format.read(dataset_format.rewrite(row, {answers[0]: _NEW_TEXT}))
    if orjson.dumps(row) != before:
        yield "`rewrite` changes the row that it is given instead of a copy."
    expected = (*messages[: answers[0]], messages[answers[0]]._replace(text=_NEW_TEXT), *messages[answers[0] + 1 :])
    if changed.messages != expected or changed.images != conversation.images:
        yield "A changed response is not read back, or changes something else."
    if len(answers) > 1:
        left = dataset_format.read(dataset_format.rewrite(row, {answers[-1]: None})).messages
        if left != messages[: answers[-1]] + messages[answers[-1] + 1 :]:
            yield "`rewrite` does not drop a message whose text is None."
    if dataset_format.write is not None:
        marked = conversion.prepared(conversation, dataset_format)
        rows = orjson.loads(orjson.dumps(dataset_format.write(marked, marked.images)))
        written = [pair.response for new_row in rows for pair in pairs(dataset_format.read(new_row).messages)]
        if written != [pair.response for pair in pairs(marked.messages)]:
            yield "The responses of a row that `write` made are not those of the conversation."


def _faults_with_hostile_rows(dataset_format: Format) -> Iterator[str]:
    for row in HOSTILE:
        try:
            dataset_format.recognise(row)
            dataset_format.read(row)
        except RejectedRowError as error:
            if not error.outcome.isidentifier() or not str(error).endswith("."):
                yield f"It refuses {_short(row)} without a named outcome and a sentence."
        except Exception as error:
            yield f"It fails on {_short(row)}: {type(error).__name__}: {error}."
        else:
            yield f"It reads {_short(row)}, which is a row of no format."


def _short(row: object) -> str:
    return orjson.dumps(row).decode()[:120]
