"""What is odd about a row's structure: the row as it was imported, with the offending place marked."""

from __future__ import annotations

from curation.app.server import Server
from curation.common import display
from curation.importing.lint import IMAGE_FLAGS, IMAGE_MARK
from curation.views.flags.inspection import Look
from curation.views.sample import raw_row
from pages.components import blocks as parts
from pages.components.blocks import Block
from pages.components.flag_views.contract import FlagView

KINDS = (
    "role_order", "unknown_role", "empty_response", "empty_instruction", "image_token_count", "video_missing",
    *(kind for kind, _ in IMAGE_FLAGS.values()),
)  # fmt: skip


def blocks(_: Server, one: Look) -> list[Block]:
    """The messages of the original row, its pictures, and how many pictures the text marks."""
    still = one.still
    row = raw_row.read(still.raw, still.format, one.flag["kind"])
    if row is None:
        return [parts.look(one)]
    counts = [
        ("Pictures that the row names", f"{len(row.images)}" + (f": {', '.join(row.images)}" if row.images else "")),
        (f"{IMAGE_MARK} in what the user says", str(row.marks)),
    ]
    said = [
        {"role": message.role, "text": message.text, "odd": display.title(message.odd) if message.odd else ""}
        for message in row.messages
    ]
    shown = {"type": "messages", "pictures": parts.pictures(still), "messages": said, "mark": IMAGE_MARK}
    return parts.present([shown, parts.facts(counts)])


VIEW = FlagView(name="lint", kinds=KINDS, blocks=blocks)
