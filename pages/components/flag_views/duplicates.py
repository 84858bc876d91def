"""Duplicates: all members of the group side by side, with what differs from the one that is kept."""

from __future__ import annotations

from curation.app.server import Server
from curation.flags import current_flags, duplicates
from curation.views.flags import inspection
from curation.views.flags.inspection import FlagInspection, InspectedSample
from curation.views.messages.flags import Block, CardBlock
from pages.components import blocks as parts
from pages.components.flag_views.contract import FlagView

KINDS = ("duplicate",)
MOST = 12
"""Members that are shown of a large group."""


def others(owner: Server, flag_look: FlagInspection) -> list[int]:
    """Returns the numbers of the group's members, the one to keep first, the present one next.

    Args:
        owner: The server.
        flag_look: A flag on one of the members.
    Returns:
        At most MOST sample numbers.
    """
    _, members = duplicates.members_of(owner, flag_look.still.sample_no)
    return list(dict.fromkeys([members[0], flag_look.still.sample_no, *members]))[:MOST]


def blocks(owner: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns a card for each member of the group.

    Args:
        owner: The server.
        flag_look: A flag on one of the members.
    """
    numbers = others(owner, flag_look)
    stills = inspection.stills(owner, numbers)
    members = [stills[no] for no in numbers if no in stills]
    status = current_flags.status_of(owner, numbers, duplicates.KIND)
    cards = [_card(still, flag_look, members[0], status.get(still.sample_no, "")) for still in members]
    left_out = len(duplicates.members_of(owner, flag_look.still.sample_no)[1]) - len(cards)
    return [{"type": "cards", "cards": cards, "more": max(left_out, 0)}]


def _card(still: InspectedSample, flag_look: FlagInspection, best: InspectedSample, status: str) -> CardBlock:
    same = still is best
    words = {"confirmed": "dropped by a person", "dismissed": "kept by a person"}.get(status, "")
    return {
        "now": still.sample_no == flag_look.still.sample_no,
        "title": f"{still.dataset}, row {still.row}",
        "state": words or ("the machine keeps this one" if same else ""),
        "pictures": parts.pictures(still),
        "before": "" if same else _text(best),
        "text": _text(still),
    }


def _text(still: InspectedSample) -> str:
    return "\n\n".join(f"{instruction}\n{response}" for instruction, response in still.turns)


VIEW = FlagView(name="duplicates", kinds=KINDS, blocks=blocks, others=others)
