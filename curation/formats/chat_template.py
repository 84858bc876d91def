"""Messages as chat templates of `transformers` take them: parts, each picture named in its own part.

`{"messages": [{"role", "content": [{"type": "image", "path": "a.jpg"}, {"type": "text", "text": "..."}]}]}` a line
(https://huggingface.co/docs/transformers/chat_templating_multimodal, https://docs.axolotl.ai/docs/multimodal.html).
"""

from __future__ import annotations

from shlex import quote

import orjson

from curation.formats import inner, messages
from curation.formats.contract import Format, Launch, Row, RowFile
from curation.formats.conversation import Conversation
from scoring.json_types import JsonObject

EXAMPLE = """\
{"messages": [{"role": "user", "content": [{"type": "image", "path": "photos/1.jpg"}, {"type": "text", "text": "What \
is it?"}]}, {"role": "assistant", "content": [{"type": "text", "text": "A dog."}]}]}
{"messages": [{"role": "system", "content": [{"type": "text", "text": "Be brief."}]}, {"role": "user", "content": [\
{"type": "image", "path": "photos/2.jpg"}]}, {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]}]}
"""


def recognise(row: object) -> bool:
    """True for messages with pictures, videos or sounds in parts, unless all are `image_url`."""
    if not isinstance(row, dict) or not messages.are_messages(row.get("messages")):
        return False
    listed = messages.named_parts(row["messages"])
    if messages.names_media(row) and not listed:
        contents = [entry.get("content") for entry in row["messages"] if isinstance(entry, dict)]
        texts = [part for content in contents if isinstance(content, list) for part in content]
        return bool(texts) and not any(isinstance(part, dict) and "value" in part for part in texts)
    plain = all(part.get("image_url") is not None or part.get("value") is not None for part in listed)
    return bool(listed) and (not plain or messages.names_media(row))


def read(row: Row) -> Conversation:
    """The row's messages and images; `<image>` stands in a text where the picture stood.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    return messages.conversation(row)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation, its pictures as parts where the texts say `<image>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    pictures = [{"type": "image", "path": image} for image in images]
    new_row: JsonObject = {} if row.source_id is None else {"id": row.source_id}
    return [new_row | {"messages": messages.in_parts(row.messages, pictures, inner.NAMES)}]


def launch(file: RowFile) -> list[Launch]:
    """How axolotl reads the rows: image names start from the folder that it is started in."""
    entry = orjson.dumps(
        {"path": file.location, "ds_type": "json", "type": "chat_template", "field_messages": "messages"}
    ).decode()
    lines = f"# in your.yml:\n# datasets: [{entry}]\ncd {quote(file.images)} && axolotl train /path/to/your.yml"
    return [Launch(program="axolotl", language="sh", lines=lines)]


FORMAT = Format(
    name="chat_template",
    title="Chat template messages",
    about="axolotl, and everything that calls `apply_chat_template` of `transformers`.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=messages.rewrite_row,
    write=write,
    roles=("user", "assistant", "system"),
    opens=("reference", "copy"),
    opens_web=True,
    launch=launch,
    containers=("lines",),
)
