"""A hallucinated span: the picture beside the response, and what every source says of every claim of the turn."""

from __future__ import annotations

from curation.app.server import Server
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import Block
from pages.components import blocks as parts
from pages.components.flag_views.contract import FlagView

KINDS = ("hallucination",)


def blocks(_: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns the look, the votes, and what annotators know.

    Args:
        _: The server, which this view does not need.
        flag_look: The flag with its sample.
    """
    return parts.present(
        [parts.look(flag_look), parts.votes(flag_look), parts.facts(parts.annotated(flag_look.sample))]
    )


VIEW = FlagView(name="span", kinds=KINDS, blocks=blocks)
