"""Whatever is about a text: the conversation with the span marked, beside the picture, and the evidence."""

from __future__ import annotations

import orjson

from curation.app.server import Server
from curation.common import display
from curation.flags import claims
from curation.views.flags.inspection import Look
from pages.components import blocks as parts
from pages.components.blocks import Block
from pages.components.flag_views.contract import FlagView

KINDS = ("leakage", "refusal", "repetition")


def blocks(_: Server, one: Look) -> list[Block]:
    """The look and what the metric said."""
    said = orjson.loads(one.flag["evidence"] or "{}")
    rows = (
        [(display.title(name), claims.plain(value)) for name, value in said.items()] if isinstance(said, dict) else []
    )
    return parts.present([parts.look(one), parts.facts(rows), parts.facts(parts.known(one.still))])


VIEW = FlagView(name="text", kinds=KINDS, blocks=blocks)
