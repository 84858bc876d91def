"""The flag on the table and those that come next, handed to the browser, and what it says was decided."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from curation.app.server import Server
from curation.common import display
from curation.flags import current_flags
from curation.views.flags import flags, inspection
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import FlagData, FlagItem
from pages.components import box_reading, browser, flag_actions, flag_views, frontend, markup, person
from pages.components.flag_views.contract import FlagView

KEY = "flag_inspector"


def show(owner: Server, queue: pl.DataFrame, current: str) -> None:
    """Draws the flag on the table; keys and clicks come back through `flag_actions`.

    Args:
        owner: The server.
        queue: Flags that the filters leave, in order.
        current: Id of the flag on the table.
    """
    looks, position = flags.window(owner, queue, current)
    data: FlagData = {
        "items": items(owner, looks),
        "order": [look.flag["flag_id"] for look in looks],
        "current": current,
        "place": position,
        "total": queue.height,
        "acks": flag_actions.heard(),
        "refused": flag_actions.refused(),
        "who": person.name(),
        "workspace": browser.workspace(owner),
    }
    frontend.component(KEY)(key=KEY, data=data, on_said_change=_hear)
    for look in looks:
        if look.flag["flag_id"] == current:
            box_reading.show(owner, look.sample, "flags")


def items(owner: Server, looks: Sequence[FlagInspection]) -> list[FlagItem]:
    """Returns what the browser draws of flags.

    Args:
        owner: The server.
        looks: The flags with their samples.
    Returns:
        One entry per flag, in their order.
    """
    views = [flag_views.of_kind(look.flag["kind"]) for look in looks]
    more = [no for look, view in zip(looks, views, strict=True) if view.others for no in view.others(owner, look)]
    if more:
        inspection.inspected_samples(owner, list(dict.fromkeys(more)))  # read at once, not flag by flag
    return [_item(owner, look, view) for look, view in zip(looks, views, strict=True)]


def _item(owner: Server, look: FlagInspection, view: FlagView) -> FlagItem:
    flag, inspected = look.flag, look.sample
    where = f"{inspected.dataset}, row {inspected.row}"
    if flag["turn_index"] is not None:
        where += f", turn {flag['turn_index'] + 1}"
    who = f"{flag['status']} by {flag['who']}" if flag["who"] else flag["status"]
    return {
        "id": flag["flag_id"],
        "title": display.title(flag["kind"]),
        "tone": flag["status"] if flag["status"] != current_flags.OPEN else (flag["verdict"] or "flagged"),
        "state": [flag["verdict"], "" if flag["status"] == current_flags.OPEN else who],
        "where": where,
        "metric": flag["metric"],
        "reason": markup.reason(flag["text"], flag["reason"]),
        "blocks": list(view.blocks(owner, look)),
    }


def _hear() -> None:
    entries = (st.session_state.get(KEY) or {}).get("said")
    flag_actions.hear(entries if isinstance(entries, list) else [])
