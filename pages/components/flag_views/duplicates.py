"""Duplicates: all members of the group side by side, with what differs from the one that is kept."""

from __future__ import annotations

from curation.app.server import Server
from curation.flags import current_flags, duplicates
from curation.views.flags import inspection
from curation.views.flags.inspection import Look, Still
from pages.components import blocks as parts
from pages.components.blocks import Block
from pages.components.flag_views.contract import FlagView

KINDS = ("duplicate",)
MOST = 12
"""Members that are shown of a large group."""


def others(owner: Server, one: Look) -> list[int]:
    """The numbers of the group's members, the kept one first, the present one next."""
    _, members = duplicates.members_of(owner, one.still.sample_no)
    return list(dict.fromkeys([members[0], one.still.sample_no, *members]))[:MOST]


def blocks(owner: Server, one: Look) -> list[Block]:
    """A card for each member."""
    numbers = others(owner, one)
    stills = inspection.stills(owner, numbers)
    members = [stills[no] for no in numbers if no in stills]
    status = current_flags.status_of(owner, numbers, duplicates.KIND)
    cards = [_card(still, one, members[0], status.get(still.sample_no, "")) for still in members]
    left_out = len(duplicates.members_of(owner, one.still.sample_no)[1]) - len(cards)
    return [{"type": "cards", "cards": cards, "more": max(left_out, 0)}]


def _card(still: Still, one: Look, kept: Still, status: str) -> Block:
    same = still is kept
    words = {"confirmed": "dropped by a person", "dismissed": "kept by a person"}.get(status, "")
    return {
        "now": still.sample_no == one.still.sample_no,
        "title": f"{still.dataset}, row {still.row}",
        "state": words or ("the machine keeps this one" if same else ""),
        "pictures": parts.pictures(still),
        "before": "" if same else _text(kept),
        "text": _text(still),
    }


def _text(still: Still) -> str:
    return "\n\n".join(f"{instruction}\n{response}" for instruction, response in still.turns)


VIEW = FlagView(name="duplicates", kinds=KINDS, blocks=blocks, others=others)
