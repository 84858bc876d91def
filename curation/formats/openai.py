"""OpenAI-style messages: contents of parts, images as `{"type": "image_url", "image_url": {"url": ...}}`.

(https://platform.openai.com/docs/guides/fine-tuning: a JSON Lines file of `{"messages": [...]}`)
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from curation.formats import messages, tool_calls
from curation.formats.contract import Format, Launch, Row, RowFile
from curation.formats.conversation import Conversation, Role
from scoring.json_types import JsonObject

EXAMPLE = """\
{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [\
{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": "https://a.example/1.jpg", \
"detail": "low"}}]}, {"role": "assistant", "content": "A dog."}]}
{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "photos/2.jpg"}}, \
{"type": "text", "text": "And this?"}]}, {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]}]}
"""


_NAMES: dict[Role, str] = {role: role for role in ("user", "assistant", "system", "tool")}


def recognise(row: object) -> bool:
    """True for messages whose pictures are all `image_url` in an object, or that have none; also as a pair's input."""
    row = _beside(row)
    if not isinstance(row, dict) or not messages.are_messages(row.get("messages")) or messages.names_media(row):
        return False
    return all(part.get("image_url") is not None for part in messages.named_parts(row["messages"]))


def read(row: Row) -> Conversation:
    """The row's messages and images; `<image>` stands in a text where the picture stood.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    return messages.conversation(_beside(row))


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages, or of a pair's input and preferred answer.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    fields = _beside(row)
    changed = messages.rewrite_row(fields, texts)
    if fields is row:
        return changed
    new_row = {**row, "input": {**row["input"], "messages": changed["messages"]}}
    return {**new_row, "preferred_output": changed["chosen"]}


def _beside(row: Row) -> Row:
    """A preference pair with its messages and answers where other rows have them."""
    if not isinstance(row, dict) or not isinstance(row.get("input"), dict) or "messages" in row:
        return row
    preferred = row.get("preferred_output")
    if not isinstance(preferred, list) or not isinstance(row["input"].get("messages"), list):
        return row
    return {**row["input"], "chosen": preferred, "rejected": row.get("non_preferred_output")}


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation, its pictures as parts where the texts say `<image>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    new_row: JsonObject = {} if row.source_id is None else {"id": row.source_id}
    new_row["messages"] = _written(row, images)
    tools = _tools(row.tools)
    return [new_row | ({"tools": tools} if tools else {})]


def dpo(row: Conversation, images: tuple[str, ...], preferred: str, rejected: str) -> JsonObject:
    """Makes a preference pair: the conversation up to the instruction as `input`, and the two answers.

    Args:
        row: Conversation that ends with the instruction.
        images: Names of its images in the export, in order.
        preferred: Answer that people prefer.
        rejected: Answer that they reject.

    Returns:
        One row.
    """
    (new_row,) = write(row, images)
    given = {name: new_row[name] for name in ("messages", "tools") if name in new_row}
    return {
        "input": given,
        "preferred_output": [_message("assistant", preferred)],
        "non_preferred_output": [_message("assistant", rejected)],
    }


def launch(file: RowFile) -> list[Launch]:
    """How `datasets` reads the rows, for tools that copy the service; the service itself takes the file."""
    lines = (
        "from datasets import load_dataset\n\n"
        f'rows = load_dataset("json", data_files={orjson.dumps(file.location).decode()}, split="train")\n'
        f"images = {orjson.dumps(file.images).decode()}  # names of images start from there"
    )
    note = "The fine-tuning service opens pictures from the web or inside the rows only."
    return [Launch(program="datasets", language="python", lines=lines, note=note)]


def _written(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    pictures = [{"type": "image_url", "image_url": {"url": image}} for image in images]
    listed = messages.in_parts(row.messages, pictures, {**_NAMES, "call": "assistant"})
    if not {"call", "tool"} & set(row.roles):
        return listed
    waiting: list[str] = []
    number = 0
    new_messages: list[JsonObject] = []
    for message, written in zip(row.messages, listed, strict=True):
        calls = tool_calls.parsed(message.text) if message.role == "call" else None
        if calls:
            named = tool_calls.to_openai(calls, number)
            number += len(calls)
            waiting += [call["id"] for call in named]
            written = {"role": "assistant", "tool_calls": named}
        elif message.role == "tool":
            written = written | {"tool_call_id": waiting.pop(0) if waiting else ""}
        new_messages.append(written)
    return new_messages


def _message(role: str, text: str) -> JsonObject:
    return {"role": role, "content": [{"type": "text", "text": text}]}


def _tools(text: str) -> list[JsonObject]:
    """Tools as the service wants them, each within `function`; none where the text is no JSON list of objects."""
    if not text:
        return []
    try:
        listed = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    tools = listed if isinstance(listed, list) else [listed]
    if not all(isinstance(tool, dict) for tool in tools):
        return []
    return [tool if "function" in tool else {"type": "function", "function": tool} for tool in tools]


FORMAT = Format(
    name="openai",
    title="OpenAI messages",
    about="The fine-tuning service of OpenAI and tools that copy it.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    roles=("user", "assistant", "system", "call", "tool"),
    dpo=dpo,
    opens_web=True,
    launch=launch,
    containers=("lines",),
)
