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
    _, members = duplicates.members_of(owner, flag_look.sample.sample_no)
    return list(dict.fromkeys([members[0], flag_look.sample.sample_no, *members]))[:MOST]


def blocks(owner: Server, flag_look: FlagInspection) -> list[Block]:
    """Returns a card for each member of the group.

    Args:
        owner: The server.
        flag_look: A flag on one of the members.
    """
    numbers = others(owner, flag_look)
    inspected = inspection.inspected_samples(owner, numbers)
    members = [inspected[no] for no in numbers if no in inspected]
    status = current_flags.status_of(owner, numbers, duplicates.KIND)
    ways = duplicates.relations(owner, numbers)
    cards = [
        _card(member, flag_look, members[0], status.get(member.sample_no, ""), ways.get(member.sample_no, ""))
        for member in members
    ]
    left_out = len(duplicates.members_of(owner, flag_look.sample.sample_no)[1]) - len(cards)
    return [{"type": "cards", "cards": cards, "more": max(left_out, 0)}]


def _card(
    member: InspectedSample, flag_look: FlagInspection, best: InspectedSample, status: str, way: str
) -> CardBlock:
    same = member is best
    words = {"confirmed": "dropped by a person", "dismissed": "kept by a person"}.get(status, "")
    return {
        "now": member.sample_no == flag_look.sample.sample_no,
        "title": f"{member.dataset}, row {member.row}",
        "state": ", ".join(
            filter(None, (words or ("the machine keeps this one" if same else ""), "" if same else way))
        ),
        "pictures": parts.pictures(member),
        "before": "" if same else _text(best),
        "text": _text(member),
    }


def _text(member: InspectedSample) -> str:
    return "\n\n".join(f"{turn.instruction}\n{turn.response}" for turn in member.turns)


VIEW = FlagView(name="duplicates", kinds=KINDS, blocks=blocks, others=others)
