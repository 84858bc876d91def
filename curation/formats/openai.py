"""OpenAI-style messages: contents of parts, images as `{"type": "image_url", "image_url": {"url": ...}}`.

(https://platform.openai.com/docs/guides/fine-tuning: a JSON Lines file of `{"messages": [...]}`)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import messages
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, name_of
from scoring.json_types import JsonObject

EXAMPLE = """\
{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [\
{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": "https://a.example/1.jpg", \
"detail": "low"}}]}, {"role": "assistant", "content": "A dog."}]}
{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "photos/2.jpg"}}, \
{"type": "text", "text": "And this?"}]}, {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]}]}
"""


def recognise(row: object) -> bool:
    """True for messages of which one has a picture as `image_url` in an object, or whose contents are all texts."""
    if not isinstance(row, dict) or not messages.are_messages(row.get("messages")) or "images" in row:
        return False
    contents = [message.get("content") for message in row["messages"] if isinstance(message, dict)]
    listed = [part for content in contents if isinstance(content, list) for part in content]
    pictures = [part for part in listed if messages.is_picture(part)]
    return all("image_url" in part for part in pictures)


def read(row: Row) -> Conversation:
    """The row's messages and images; `<image>` stands in a text where the picture stood.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    spoken_messages, images = messages.spoken(row)
    return Conversation(source_id=name_of(row.get("id")), messages=spoken_messages, images=images)


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return {**row, "messages": messages.rewritten(row["messages"], texts)}


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation, its pictures as parts where the texts say `<image>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    waiting = [{"type": "image_url", "image_url": {"url": image}} for image in images]
    new_messages = []
    for message in messages.plain(row.messages):
        count = message["content"].count(messages.IMAGE)
        pictures, waiting = waiting[:count], waiting[count:]
        new_messages.append(
            {**message, "content": messages.split(message["content"], pictures)} if pictures else message
        )
    return [({} if row.source_id is None else {"id": row.source_id}) | {"messages": new_messages}]


FORMAT = Format(
    name="openai",
    title="OpenAI messages",
    about="The fine-tuning service of OpenAI and tools that copy it.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    containers=("lines",),
)
