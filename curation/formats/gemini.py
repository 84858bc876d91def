"""Gemini and Vertex AI: `{"contents": [{"role": "user", "parts": [{"fileData": {...}}, {"text": "..."}]}]}` a line.

(https://cloud.google.com/vertex-ai/generative-ai/docs/models/gemini-supervised-tuning-prepare)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import messages, tool_calls
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, json_of
from scoring.json_types import JsonObject

EXAMPLE = """\
{"systemInstruction": {"role": "system", "parts": [{"text": "Be brief."}]}, "contents": [{"role": "user", "parts": [\
{"fileData": {"mimeType": "image/jpeg", "fileUri": "gs://photos/1.jpg"}}, {"text": "What is it?"}]}, {"role": "model", \
"parts": [{"text": "A dog."}]}]}
{"contents": [{"role": "user", "parts": [{"text": "Hello"}]}, {"role": "model", "parts": [{"text": "Hello!"}]}]}
"""

_MEDIA = ("fileData", "file_data", "inlineData", "inline_data")


def recognise(row: object) -> bool:
    """True for contents with parts."""
    if not isinstance(row, dict) or not isinstance(row.get("contents"), list) or not row["contents"]:
        return False
    first = row["contents"][0]
    return isinstance(first, dict) and "parts" in first


def read(row: Row) -> Conversation:
    """The row's contents, their media marked where they stand.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    usual = [_usual(entry) for entry in messages.checked(row.get("contents"))]
    instruction = row.get("systemInstruction", row.get("system_instruction"))
    system = messages.parts(_usual(instruction)["content"]).text if isinstance(instruction, dict) else instruction
    return messages.conversation(
        {"messages": usual, "id": row.get("id"), "system": system, "tools": json_of(row.get("tools"))}
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's contents; media stay where they are marked.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    contents = [
        {**entry, "parts": _parts(entry, text)} if isinstance(text := texts.get(position, 0), str) else entry
        for position, entry in enumerate(row["contents"])
        if texts.get(position, "") is not None
    ]
    return {**row, "contents": contents}


def _parts(entry: JsonObject, text: str) -> list[object]:
    media_parts = [part for part in entry["parts"] if isinstance(part, dict) and any(part.get(name) for name in _MEDIA)]
    usual = messages.split(text, [_part(part) for part in media_parts])
    waiting = iter(media_parts)
    return [{"text": part["text"]} if _is_text(part) else next(waiting) for part in usual if isinstance(part, dict)]


def _is_text(part: JsonObject) -> bool:
    return part.get("type") == "text"


def _usual(entry: JsonObject) -> JsonObject:
    """A message of role and content."""
    listed = entry.get("parts")
    if not isinstance(listed, list):
        raise RejectedRowError("bad_message", "A message of the row has no list of parts.")
    calls = [part["functionCall"] for part in listed if isinstance(part, dict) and part.get("functionCall")]
    if calls and all(isinstance(call, dict) for call in calls):
        named = [{"name": call.get("name"), "arguments": call.get("args")} for call in calls]
        return {"role": "function_call", "content": tool_calls.of_openai(named)}
    return {"role": entry.get("role", "user"), "content": [_part(part) for part in listed]}


def _part(part: object) -> object:
    """A part as it is in other formats."""
    if not isinstance(part, dict):
        return part
    if part.get("functionResponse") is not None:
        return {"type": "text", "text": json_of(part["functionResponse"])}
    medium = next((part[name] for name in _MEDIA if part.get(name)), None)
    if not isinstance(medium, dict):
        return {"type": "thinking", **part} if part.get("thought") is True else part
    kind = str(medium.get("mimeType", medium.get("mime_type", "image/"))).partition("/")[0]
    kind = kind if kind in ("image", "video", "audio") else "image"
    return {"type": kind, kind: medium}


FORMAT = Format(
    name="gemini",
    title="Gemini contents",
    about="Supervised tuning of Gemini, and requests to it.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    roles=("user", "assistant", "system", "call", "tool"),
    opens_web=True,
    containers=("lines",),
)
