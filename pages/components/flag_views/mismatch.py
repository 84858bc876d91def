"""A response that speaks of another picture: the sentence that fits least, and objects named against objects known."""

from __future__ import annotations

from curation.app.server import Server
from curation.flags import mismatch
from curation.views.flags.inspection import Look
from pages.components import blocks as parts
from pages.components.blocks import Block
from pages.components.flag_views.contract import FlagView

KINDS = ("mismatch",)


def blocks(_: Server, one: Look) -> list[Block]:
    """The sentence, the two lists of objects, and the look."""
    turn = one.turn
    worst = mismatch.worst_sentence(turn.response, one.flag, one.claims) if turn else None
    named = dict.fromkeys(claim.text.lower() for claim in one.claims if claim.turn == one.flag["turn_index"])
    known = dict.fromkeys(name for picture in one.still.pictures for name in picture.objects)
    rows = [("The sentence that fits least", worst.text if worst else ""), ("Why this one", worst.why if worst else "")]
    rows += [("Objects that it names", ", ".join(named)), ("Objects that are known", ", ".join(known))]
    shown = parts.look(one)
    if worst and turn:
        for drawn in shown["turns"]:
            if drawn["now"]:
                drawn["sentence"] = [worst.start, worst.end]
    return parts.present([shown, parts.facts(rows), parts.facts(parts.known(one.still)[1:])])


VIEW = FlagView(name="mismatch", kinds=KINDS, blocks=blocks)
