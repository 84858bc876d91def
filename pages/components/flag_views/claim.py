"""A number or a yes that annotations contradict: what was said against what is known, and every claim of the turn."""

from __future__ import annotations

import orjson

from curation.app.server import Server
from curation.common import display
from curation.flags import claims
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import Block
from pages.components import blocks as parts
from pages.components.flag_views.contract import FlagView

KINDS = ("count", "existence")


def blocks(_: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns the look, what was said against what is known, the votes, and what annotators noted.

    Args:
        _: The server, which this view does not need.
        flag_look: The flag with its sample.
    """
    evidence = orjson.loads(flag_look.flag["evidence"] or "{}")
    rows = [(display.title(name), claims.plain(value)) for name, value in evidence.items() if name != "classes"]
    annotated = parts.facts(parts.annotated(flag_look.sample))
    return parts.present([parts.look(flag_look), parts.facts(rows), parts.votes(flag_look), annotated])


VIEW = FlagView(name="claim", kinds=KINDS, blocks=blocks)
