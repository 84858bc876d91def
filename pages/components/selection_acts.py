"""What can be done with everything that is selected; each button says how many it is about, one undo takes it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st

from curation.app import scope
from curation.app.server import Server
from curation.common import display
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.decisions.decision_log import Act
from curation.recipes.recipe import SampleSelection
from curation.views.map import selection
from curation.views.map.selection import Selection
from pages.components import drafts, export_these, markup, person, storing

_VERDICTS = (("Approve", "approve", ":material/check:"), ("Reject", "reject", ":material/close:"))
_DONE = {"approve": "approved", "reject": "rejected", "ask": "sent to review"}
_NOTHING: Mapping[str, object] = {}


def show(owner: Server, members: np.ndarray, take: Callable[[], SampleSelection], page: str) -> None:
    """Draws the buttons that act on everything selected: approve, reject, send to review, tag, flags, export, undo.

    Args:
        owner: The server.
        members: True for the selected samples, (N,).
        take: Takes the selection for the export.
        page: Name of the page, for the keys of its widgets.
    """
    selected = selection.view(owner, members, person.name())
    if not selected.count:
        st.caption("No sample is in this selection. Take a filter off, or select another area.")
        undo(owner, page)
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"{page}_acts"):
        for label, verdict, icon in _VERDICTS:
            with st.popover(f"{label} {selected.count:,}", icon=icon):
                _confirm(owner, page, selected, label, "sample", verdict)
        with st.popover(f"Send {selected.count:,} to review", icon=":material/forward:"):
            st.markdown("They join the queue “Sent to review” of the Review page; nothing is decided.")
            st.text_input("For", key=f"{page}_to", max_chars=60, placeholder="anybody")
            drafts.field(f"{page}_to")
            _button(owner, page, selected, f"Send {counted(selected.count, 'sample')} to review", "request", "ask")
        with st.popover("Tag", icon=":material/sell:"):
            _tag(owner, page, selected)
        if selected.open_flags:
            with st.popover(f"Flags {sum(selected.open_flags.values()):,}", icon=":material/flag:"):
                _flags(owner, page, selected)
        export_these.button(take, selected.count, f"{page}_export")
        undo(owner, page)


def _confirm(owner: Server, page: str, selected: Selection, label: str, subject: str, verdict: str) -> None:
    others = f"; **{selected.by_others:,} decided by others** stay as they are" if selected.by_others else ""
    count = selected.count - selected.by_others
    st.markdown(f"{label} **{counted(count, 'sample')}**{others}. Recorded as {markup.plain(selected.who)}.")
    _button(owner, page, selected, f"{label} {counted(count, 'sample')}", subject, verdict, disabled=not count)


def _button(
    owner: Server, page: str, selected: Selection, label: str, subject: str, verdict: str, *, disabled: bool = False
) -> None:
    st.button(
        label,
        key=f"{page}_do_{subject}_{verdict}",
        type="primary",
        disabled=disabled,
        on_click=_record,
        args=(owner, page, selected, subject, verdict),
    )


def _tag(owner: Server, page: str, selected: Selection) -> None:
    name = st.text_input("Name of the tag", key=f"{page}_tag", max_chars=60, placeholder="blurry street scenes")
    drafts.field(f"{page}_tag")
    tags = list(scope.tags(owner))[:8]
    if tags:
        st.caption(markup.plain(f"In use: {', '.join(tags)}"))
    with st.container(horizontal=True):
        for label, verdict in (("Add to", "add"), ("Remove from", "remove")):
            st.button(
                f"{label} {counted(selected.count, 'sample')}",
                key=f"{page}_tag_{verdict}",
                disabled=not _clean(name),
                on_click=_record_tag,
                args=(owner, page, selected, verdict),
            )


def _flags(owner: Server, page: str, selected: Selection) -> None:
    kinds = selected.open_flags
    kind = st.selectbox(
        "Kind",
        list(kinds),
        key=f"{page}_flag_kind",
        format_func=lambda option: f"{display.title(option)} ({kinds[option]:,})",
    )
    st.markdown(f"One decision for each of **{counted(kinds[kind], 'open flag')}** on what is selected.")
    with st.container(horizontal=True):
        for label, verdict in (("Confirm", "confirm"), ("Dismiss", "dismiss")):
            st.button(
                f"{label} {kinds[kind]:,}",
                key=f"{page}_flags_{verdict}",
                on_click=_record_flags,
                args=(owner, selected, kind, verdict),
            )


def undo(owner: Server, page: str) -> None:
    """Draws the button that takes back the last act of the person.

    Args:
        owner: The server.
        page: Name of the page, for the key of the button.
    """
    st.button(
        "Undo",
        key=f"{page}_undo",
        icon=":material/undo:",
        type="tertiary",
        shortcut="U",
        help="Takes your last act back, however many samples it was about",
        on_click=_take_back,
        args=(owner, person.name()),
    )


# What is acted on, and by whom, is what was drawn: a look into the session may end the run before the act.
@storing.safely
def _record(owner: Server, page: str, selected: Selection, subject: str, verdict: str) -> None:
    to = _clean(st.session_state.get(f"{page}_to")) if subject == "request" else ""
    keys, more = selection.keys(owner, selected.members), {"to": to} if to else {}
    done = _decide(owner, selected.who, subject, keys, verdict, more, spare=subject == "sample")
    drafts.fields_saved(f"{page}_to")
    _say(done, _DONE[verdict])


@storing.safely
def _record_tag(owner: Server, page: str, selected: Selection, verdict: str) -> None:
    name = _clean(st.session_state[f"{page}_tag"])
    tag_keys = [decision_keys.tag(key, name) for key in selection.keys(owner, selected.members)]
    done = _decide(owner, selected.who, "tag", tag_keys, verdict)
    drafts.fields_saved(f"{page}_tag")
    _say(done, f"tag “{name}” {'added' if verdict == 'add' else 'removed'}")


@storing.safely
def _record_flags(owner: Server, selected: Selection, kind: str, verdict: str) -> None:
    ids = selection.flag_ids(owner, selected.members, kind)
    _say(
        _decide(owner, selected.who, "flag", ids, verdict), "confirmed" if verdict == "confirm" else "dismissed", "flag"
    )


def _decide(
    owner: Server,
    who: str,
    subject: str,
    keys: list[str],
    verdict: str,
    more: Mapping[str, object] = _NOTHING,
    *,
    spare: bool = False,
) -> Act:
    payload = {**more, "bulk": len(keys)}
    return decision_log.decide_all(owner.workspace, who, subject, keys, verdict, payload, spare_others=spare)


def _say(done: Act, outcome: str, word: str = "sample") -> None:
    spared = f" {done.spared:,} decided by others stayed as they are." if done.spared else ""
    st.toast(markup.plain(f"{counted(done.count, word)}: {outcome}.{spared} Undo takes it back at once."))


@storing.safely
def _take_back(owner: Server, who: str) -> None:
    undone = decision_log.undo(owner.workspace, who)
    if undone is None:
        st.toast("You have no decision to take back.")
    else:
        st.toast(markup.plain(f"Took back “{undone['verdict']}” on {undone['count']:,}."))


def _clean(name: str | None) -> str:
    return " ".join(str(name or "").replace("@", " ").split())
