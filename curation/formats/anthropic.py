"""Anthropic messages: pictures with a `source` of base64 or an address, the system text beside the messages.

`{"system": "...", "messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "base64",
"media_type": "image/jpeg", "data": "..."}}, ...]}]}` (https://docs.claude.com/en/docs/build-with-claude/vision)
"""

from __future__ import annotations

from curation.formats import messages
from curation.formats.contract import Format

EXAMPLE = """\
{"system": "Be brief.", "messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": \
"https://a.example/1.jpg"}}, {"type": "text", "text": "What is it?"}]}, {"role": "assistant", "content": "A dog."}]}
"""


def recognise(row: object) -> bool:
    """True for messages whose pictures have a source."""
    if not isinstance(row, dict) or not messages.are_messages(row.get("messages")):
        return False
    pictures = [part for part in messages.named_parts(row["messages"]) if messages.is_picture(part)]
    return bool(pictures) and all(isinstance(part.get("source"), dict) for part in pictures)


FORMAT = Format(
    name="anthropic",
    title="Anthropic messages",
    about="Requests to Claude, and sets that were made of them.",
    example=EXAMPLE,
    recognise=recognise,
    read=messages.conversation,
    rewrite=messages.rewrite_row,
    roles=("user", "assistant", "system"),
    opens_web=True,
    containers=("lines", "list"),
)
