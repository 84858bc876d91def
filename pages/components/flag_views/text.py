"""Whatever is about a text: the conversation with the span marked, beside the picture, and the evidence."""

from __future__ import annotations

import orjson

from curation.app.server import Server
from curation.common import display
from curation.flags import claims
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import Block
from pages.components import blocks as parts
from pages.components.flag_views.contract import FlagView

KINDS = ("leakage", "refusal", "repetition")


def blocks(_: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns the look and what the metric noted as evidence.

    Args:
        _: The server, which this view does not need.
        flag_look: The flag with its sample.
    """
    evidence = orjson.loads(flag_look.flag["evidence"] or "{}")
    rows = (
        [(display.title(name), claims.plain(value)) for name, value in evidence.items()]
        if isinstance(evidence, dict)
        else []
    )
    return parts.present([parts.look(flag_look), parts.facts(rows), parts.facts(parts.annotated(flag_look.sample))])


VIEW = FlagView(name="text", kinds=KINDS, blocks=blocks)
