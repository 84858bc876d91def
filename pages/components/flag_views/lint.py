"""What is odd about a row's structure: the row as it was imported, with the offending place marked."""

from __future__ import annotations

from curation.app.server import Server
from curation.common import display
from curation.importing.lint import IMAGE_FLAGS, IMAGE_MARK
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import Block, MessageBlock, MessagesBlock
from curation.views.sample import raw_row
from pages.components import blocks as parts
from pages.components.flag_views.contract import FlagView

KINDS = (
    "role_order", "unknown_role", "empty_response", "empty_instruction", "image_token_count", "video_missing",
    *(kind for kind, _ in IMAGE_FLAGS.values()),
)  # fmt: skip


def blocks(_: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns the messages of the original row, its pictures, and how many pictures the text marks.

    Args:
        _: The server, which this view does not need.
        flag_look: The flag; a row that cannot be read is drawn as any other.
    """
    inspected = flag_look.sample
    row = raw_row.read(inspected.raw, inspected.format, flag_look.flag["kind"])
    if row is None:
        return [parts.look(flag_look)]
    counts = [
        ("Pictures that the row names", f"{len(row.images)}" + (f": {', '.join(row.images)}" if row.images else "")),
        (f"{IMAGE_MARK} in what the user says", str(row.marks)),
    ]
    messages: list[MessageBlock] = [
        {"role": message.role, "text": message.text, "odd": display.title(message.odd) if message.odd else ""}
        for message in row.messages
    ]
    message_block: MessagesBlock = {
        "type": "messages",
        "pictures": parts.pictures(inspected),
        "messages": messages,
        "mark": IMAGE_MARK,
    }
    return parts.present([message_block, parts.facts(counts)])


VIEW = FlagView(name="lint", kinds=KINDS, blocks=blocks)
