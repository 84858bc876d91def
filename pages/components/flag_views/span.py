"""A hallucinated span: the picture beside the response, and what every source says of every claim of the turn."""

from __future__ import annotations

from curation.app.server import Server
from curation.views.flags.inspection import Look
from pages.components import blocks as parts
from pages.components.blocks import Block
from pages.components.flag_views.contract import FlagView

KINDS = ("hallucination",)


def blocks(_: Server, one: Look) -> list[Block]:
    """The look, the votes, and what annotators know."""
    return parts.present([parts.look(one), parts.votes(one), parts.facts(parts.known(one.still))])


VIEW = FlagView(name="span", kinds=KINDS, blocks=blocks)
