"""Duplicates: all members of the group side by side, with what differs from the one that is kept."""

from __future__ import annotations

import orjson

from curation.server import Server
from curation.views import flags, inspection
from curation.views.inspection import Look, Still
from pages.components import blocks as parts
from pages.components.blocks import Block

KINDS = ("duplicate",)
MOST = 12
"""Members that are shown of a large group."""


def others(one: Look) -> list[int]:
    """The numbers of the group's members."""
    said = orjson.loads(one.flag["evidence"] or "{}")
    members = [int(number) for number in said.get("group", [])]
    kept = int(said.get("kept", members[0] if members else -1))
    rest = [no for no in members if no not in (kept, one.still.sample_no)]
    return list(dict.fromkeys([kept, one.still.sample_no, *rest]))[:MOST]


def blocks(owner: Server, one: Look) -> list[Block]:
    """The kept member first, the present one next."""
    numbers = others(one)
    stills = inspection.stills(owner, numbers)
    members = [stills[no] for no in numbers if no in stills]
    said = orjson.loads(one.flag["evidence"] or "{}")
    status = flags.status_of(owner, [still.sample_no for still in members], "duplicate")
    cards = [_card(still, one, members[0], status.get(still.sample_no, "")) for still in members]
    left_out = len(said.get("group", [])) - len(cards)
    return parts.present([{"type": "cards", "cards": cards, "more": max(left_out, 0)}])


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
