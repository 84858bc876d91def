"""What a person can do with the flag on the table, by button or key; a decision moves on to the next.

In the browser the inspector takes keys and clicks on these buttons, and sends what it heard as entries `{"id", "act",
"flag", "then"}` until their ids are acknowledged: `flag` is the one that was on the screen, `then` the one shown after
it. The buttons do the same by themselves where they are clicked without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from curation import flag_acts, review, server
from curation.server import Server
from curation.views import flags
from pages.components import flag_filters, person

KEPT = 300
"""Ids of entries that are remembered as heard."""
_HEARD, _OPENED, _WORDS = "flag_heard", "flag_opened", "flag_words"
OPENS = ("adjust", "edit", "mark")
_LABELS = (
    ("confirm", "Confirm", "Y", "It is not there: the flag is right"),
    ("dismiss", "Dismiss", "N", "It is there: the flag is wrong"),
    ("skip", "Skip", "S", "Leave it and go on"),
    ("adjust", "Adjust", "E", "Shift the ends of the span, then confirm"),
    ("edit", "Edit", "T", "Write another response, then confirm"),
    ("drop", "Drop", "D", "Confirm, and leave the turn out of the export"),
    ("mark", "Mark", "M", "Mark words that nobody flagged"),
    ("undo", "Undo", "U", "Take back what you decided last"),
    ("help", "Keys", "?", "All keys"),
)


def current(queue: pl.DataFrame) -> str | None:
    """The flag on the table: the address names it, else the first of the queue."""
    named = st.query_params.get("flag")
    if named:
        return str(named)
    return None if queue.is_empty() else str(queue["flag_id"][0])


def show(owner: Server, flag_id: str) -> None:
    """One button for each act, with its key."""
    row = flags.row_of(owner, flag_id)
    _tell()
    with st.container(horizontal=True, gap="small"):
        for act, label, key, words in _LABELS:
            st.button(
                f"{label} `{key}`",
                key=f"flag_{act}",
                type="primary" if act == "confirm" else "tertiary" if act in ("undo", "help") else "secondary",
                help=words,
                disabled=act == "adjust" and (row is None or row["start_char"] is None),
                on_click=_perform,
                args=(act, flag_id, None),
            )


def show_undo() -> None:
    """Only the way back, for when the queue is empty."""
    _tell()
    st.button("Undo", key="flag_back_again", icon=":material/undo:", shortcut="U", type="tertiary", on_click=_take_back)


def opened() -> tuple[str, str] | None:
    """The editor that is to be drawn, (act, flag), once; None for none."""
    return st.session_state.pop(_OPENED, None)


def heard() -> list[str]:
    """The ids of the entries that were heard last."""
    return list(st.session_state.get(_HEARD, []))


def hear(entries: Sequence[Any]) -> None:
    """Does what the browser says was decided, each entry once."""
    known = heard()
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or entry["id"] in known:
            continue
        known.append(entry["id"])
        _perform(str(entry.get("act")), _text(entry.get("flag")), _text(entry.get("then")))
    st.session_state[_HEARD] = known[-KEPT:]


def saved(then: str | None, words: str) -> None:
    """After an editor: on to this flag, with a word about what was stored once its dialog is closed."""
    _go(then)
    st.session_state[_WORDS] = words


def following(flag_id: str) -> str | None:
    """The flag that comes after this one in the queue that the address names."""
    owner = server.current()
    return flags.after(flags.view(owner, flag_filters.current(), flag_filters.members(owner)).queue, flag_id)


def _perform(act: str, flag_id: str | None, then: str | None) -> None:
    if act == "undo":
        _take_back()
    elif flag_id is None or act == "help":
        return
    elif act in OPENS:
        st.session_state[_OPENED] = (act, flag_id)
        _go(flag_id)
    elif act in ("go", "back"):
        _go(then or flag_id)
    else:
        _decide(act, flag_id, then)


def _decide(act: str, flag_id: str, then: str | None) -> None:
    owner = server.current()
    row = flags.row_of(owner, flag_id)
    target = then or following(flag_id)
    if row is not None and act in ("confirm", "dismiss"):
        flag_acts.decide(owner.workspace, person.name(), row, act)
    elif row is not None and act == "drop":
        flag_acts.drop(owner.workspace, person.name(), row)
    _go(target)


def _take_back() -> None:
    undone = review.undo(server.current().workspace, person.name())
    if undone is None:
        st.session_state[_WORDS] = "You have no decision to take back."
        return
    more = f" on {undone['count']:,} at once" if undone["count"] > 1 else ""
    st.session_state[_WORDS] = f"Took back “{undone['verdict']}”{more}."
    if undone["subject"] == "flag":
        _go(undone["key"])


def _tell() -> None:
    """Says once what the last acts came to, however many there were since the page was drawn."""
    words = st.session_state.pop(_WORDS, None)
    if words:
        st.toast(words)


def _go(flag_id: str | None) -> None:
    if flag_id:
        st.query_params["flag"] = flag_id
    else:
        st.query_params.pop("flag", None)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
