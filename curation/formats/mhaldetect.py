"""M-HalDetect: a response with people's verdicts on its spans, ACCURATE, INACCURATE, ANALYSIS or UNSURE.

`{"question", "response", "image", "annotations": [{"start", "end", "text", "label"}]}`
(Gunjal et al., 2024, https://github.com/hendryx-scale/mhal-detect)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats.contract import Format
from curation.formats.conversation import (
    Conversation,
    Message,
    RejectedRowError,
    SpanVerdict,
    name_of,
    names_of,
    pairs,
    text_of,
    unmarked,
)
from scoring.json_types import JsonObject

LABELS = ("ACCURATE", "INACCURATE", "ANALYSIS", "UNSURE")

EXAMPLE = """[
{"question": "Describe it.", "response": "A dog runs. A cat sleeps.", "image": "1.jpg", "annotations": [
  {"start": 0, "end": 11, "text": "A dog runs.", "label": "ACCURATE"},
  {"start": 12, "end": 25, "text": "A cat sleeps.", "label": "INACCURATE"}]}
]"""


def recognise(row: object) -> bool:
    """True for a response with a list of span annotations."""
    if not isinstance(row, dict) or not {"question", "response"} <= row.keys():
        return False
    listed = row.get("annotations")
    return isinstance(listed, list) and all(
        isinstance(annotation, dict) and "label" in annotation for annotation in listed
    )


def read(row: object) -> Conversation:
    """One turn and its spans. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not isinstance(row, dict) or "response" not in row:
        raise RejectedRowError("no_conversation", "The row has no response.")
    response = text_of(row["response"], "response")
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=(Message("user", text_of(row.get("question"), "question")), Message("assistant", response)),
        images=names_of(row.get("image")),
        spans=tuple(_spans(row.get("annotations"), len(response))),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces the texts; verdicts on a response that changed are verdicts on nothing and go.

    Args:
        row: Parsed row with a question and a response.
        texts: New text by position, question at 0 and response at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    changed: JsonObject = {}
    if texts.get(0) is not None:
        changed["question"] = texts[0]
    if texts.get(1) is not None:
        changed |= {"response": texts[1], "annotations": []}
    return {**row, **changed}


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a row for every turn that was answered, with its spans: the format knows no conversations.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        Rows in the order of the turns; none where no turn has a response.
    """
    identifier: JsonObject = {} if row.source_id is None else {"id": row.source_id}
    picture: JsonObject = {"image": images[0] if len(images) == 1 else list(images)} if images else {}
    return [
        {
            **identifier,
            "question": unmarked(turn.instruction or "").strip(),
            "response": turn.response,
            **picture,
            "annotations": [_annotation(span, turn.response) for span in row.spans if span.turn == index],
        }
        for index, turn in enumerate(pairs(row.messages))
        if turn.response is not None
    ]


def judged(row: JsonObject, spans: tuple[SpanVerdict, ...]) -> JsonObject:
    """Adds people's verdicts to the spans of a row.

    Args:
        row: Parsed row of this format.
        spans: Verdicts of people; only those on turn 0 are used.

    Returns:
        A new row, or the same one where it already says the same.
    """
    new_verdicts = {(span.start, span.end): span for span in spans if span.turn == 0}
    row_verdicts = {(span.start, span.end): span for span in read(row).spans}
    if row_verdicts | new_verdicts == row_verdicts:
        return row
    everything = sorted((row_verdicts | new_verdicts).values())
    return {**row, "annotations": [_annotation(span, row["response"]) for span in everything]}


def _annotation(span: SpanVerdict, response: str) -> JsonObject:
    return {
        "start": span.start,
        "end": span.end,
        "text": response[span.start : span.end],
        "label": span.label.upper(),
    }


def _spans(listed: object, length: int) -> list[SpanVerdict]:
    verdicts = []
    for annotation in listed if isinstance(listed, list) else []:
        if not isinstance(annotation, dict) or str(annotation.get("label")).upper() not in LABELS:
            continue
        start, end = annotation.get("start"), annotation.get("end")
        if type(start) is int and type(end) is int and 0 <= start < end <= length:
            verdicts.append(SpanVerdict(0, start, end, str(annotation["label"]).lower()))
    return verdicts


FORMAT = Format(
    name="mhaldetect",
    title="M-HalDetect span verdicts",
    about="Detectors and reward models of hallucination.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    judged=judged,
    marks_images=False,
)
