"""M-HalDetect: a response with people's verdicts on its spans, ACCURATE, INACCURATE, ANALYSIS or UNSURE.

`{"question", "response", "image", "annotations": [{"start", "end", "text", "label"}]}`
(Gunjal et al., 2024, https://github.com/hendryx-scale/mhal-detect)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
)

LABELS = ("ACCURATE", "INACCURATE", "ANALYSIS", "UNSURE")

EXAMPLE = """[
{"question": "Describe it.", "response": "A dog runs. A cat sleeps.", "image": "1.jpg", "annotations": [
  {"start": 0, "end": 11, "text": "A dog runs.", "label": "ACCURATE"},
  {"start": 12, "end": 25, "text": "A cat sleeps.", "label": "INACCURATE"}]}
]"""


def recognise(row: Any) -> bool:
    """True for a response with a list of span annotations."""
    if not isinstance(row, dict) or not {"question", "response"} <= row.keys():
        return False
    listed = row.get("annotations")
    return isinstance(listed, list) and all(isinstance(one, dict) and "label" in one for one in listed)


def read(row: Any) -> Conversation:
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


def rewrite(row: Any, texts: Mapping[int, str | None]) -> Any:
    """The row with other texts; verdicts on a response that changed are verdicts on nothing and go."""
    changed: dict[str, Any] = {}
    if texts.get(0) is not None:
        changed["question"] = texts[0]
    if texts.get(1) is not None:
        changed |= {"response": texts[1], "annotations": []}
    return {**row, **changed}


def write(row: Conversation, images: tuple[str, ...]) -> list[Any]:
    """A row for every turn that was answered, with its spans: the format knows no conversations."""
    made: dict[str, Any] = {} if row.source_id is None else {"id": row.source_id}
    picture: dict[str, Any] = {"image": images[0] if len(images) == 1 else list(images)} if images else {}
    return [
        {
            **made,
            "question": (turn.instruction or "").strip(),
            "response": turn.response,
            **picture,
            "annotations": [_annotation(span, turn.response) for span in row.spans if span.turn == index],
        }
        for index, turn in enumerate(pairs(row.messages))
        if turn.response is not None
    ]


def judged(row: Any, spans: tuple[SpanVerdict, ...]) -> Any:
    """The row with people's verdicts on its spans; the same row where they agree with what it says."""
    said = {(one.start, one.end): one for one in spans if one.turn == 0}
    known = {(one.start, one.end): one for one in read(row).spans}
    if known | said == known:
        return row
    everything = sorted((known | said).values())
    return {**row, "annotations": [_annotation(one, row["response"]) for one in everything]}


def _annotation(span: SpanVerdict, response: str) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "text": response[span.start : span.end],
        "label": span.label.upper(),
    }


def _spans(listed: Any, length: int) -> list[SpanVerdict]:
    found = []
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or str(one.get("label")).upper() not in LABELS:
            continue
        start, end = one.get("start"), one.get("end")
        if type(start) is int and type(end) is int and 0 <= start < end <= length:
            found.append(SpanVerdict(0, start, end, str(one["label"]).lower()))
    return found


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
