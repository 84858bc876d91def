"""A response that speaks of another picture: the sentence that fits least, and objects named against objects known."""

from __future__ import annotations

from curation.app.server import Server
from curation.flags import mismatch
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import Block
from pages.components import blocks as parts
from pages.components.flag_views.contract import FlagView

KINDS = ("mismatch",)


def blocks(_: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns the sentence that fits least, the objects named and known, and the look.

    Args:
        _: The server, which this view does not need.
        flag_look: The flag with its sample.
    """
    turn = flag_look.turn
    worst = mismatch.worst_sentence(turn.response, flag_look.flag, flag_look.claims) if turn else None
    named = dict.fromkeys(
        claim.text.lower() for claim in flag_look.claims if claim.turn == flag_look.flag["turn_index"]
    )
    annotated = dict.fromkeys(name for picture in flag_look.sample.pictures for name in picture.objects)
    rows = [("The sentence that fits least", worst.text if worst else ""), ("Why this one", worst.why if worst else "")]
    rows += [("Objects that it names", ", ".join(named)), ("Objects that are known", ", ".join(annotated))]
    look_block = parts.look(flag_look)
    if worst and turn:
        for drawn in look_block["turns"]:
            if drawn["now"]:
                drawn["sentence"] = (worst.start, worst.end)
    return parts.present([look_block, parts.facts(rows), parts.facts(parts.annotated(flag_look.sample)[1:])])


VIEW = FlagView(name="mismatch", kinds=KINDS, blocks=blocks)
