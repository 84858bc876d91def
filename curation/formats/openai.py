"""OpenAI-style messages: contents of parts, images as `{"type": "image_url", "image_url": {"url": ...}}`.

(https://platform.openai.com/docs/guides/fine-tuning: a JSON Lines file of `{"messages": [...]}`)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation.formats import messages
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, name_of

EXAMPLE = """\
{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [\
{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": "https://a.example/1.jpg", \
"detail": "low"}}]}, {"role": "assistant", "content": "A dog."}]}
{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "photos/2.jpg"}}, \
{"type": "text", "text": "And this?"}]}, {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]}]}
"""


def recognise(row: Any) -> bool:
    """True for messages of which one has a picture as `image_url` in an object, or whose contents are all texts."""
    if not isinstance(row, dict) or not messages.are_messages(row.get("messages")) or "images" in row:
        return False
    contents = [one.get("content") for one in row["messages"] if isinstance(one, dict)]
    listed = [part for content in contents if isinstance(content, list) for part in content]
    pictures = [part for part in listed if messages.is_picture(part)]
    return all("image_url" in part for part in pictures)


def read(row: Any) -> Conversation:
    """The row's messages and images; `<image>` stands in a text where the picture stood.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    said, images = messages.spoken(row)
    return Conversation(source_id=name_of(row.get("id")), messages=said, images=images)


def rewrite(row: Any, texts: Mapping[int, str | None]) -> Any:
    """The row with other texts, by the message's place; a message whose text is None goes."""
    return {**row, "messages": messages.rewritten(row["messages"], texts)}


def write(row: Conversation, images: tuple[str, ...]) -> list[Any]:
    """A new row of this conversation, its pictures as parts where the texts say `<image>`."""
    waiting = [{"type": "image_url", "image_url": {"url": image}} for image in images]
    made = []
    for one in messages.plain(row.messages):
        count = one["content"].count(messages.IMAGE)
        mine, waiting = waiting[:count], waiting[count:]
        made.append({**one, "content": messages.split(one["content"], mine)} if mine else one)
    return [({} if row.source_id is None else {"id": row.source_id}) | {"messages": made}]


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
