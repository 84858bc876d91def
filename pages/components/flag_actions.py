"""What a person can do with the flag on the table, by button or key; a decision moves on to the next.

In the browser the inspector takes keys and clicks on these buttons, and sends what it heard as entries `{"id", "act",
"flag", "then"}` until their ids are acknowledged: `flag` is the one that was on the screen, `then` the one shown after
it. The buttons do the same by themselves where they are clicked without it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
import streamlit as st

from curation.app import server
from curation.app.server import Server
from curation.decisions import decision_log, flag_decisions
from curation.flags import current_flags
from curation.views.flags import flags
from curation.workspace import NotStoredError
from pages.components import flag_filters, markup, person, storing

KEPT = 300
"""Ids of entries that are remembered as heard."""
_STATE = "flag_state"
OPENS = ("adjust", "edit", "mark")
MOVES = ("confirm", "dismiss", "drop", "skip")
_LABELS = (
    ("confirm", "Confirm", "Y", "It is not there: the flag is right"),
    ("dismiss", "Dismiss", "N", "It is there: the flag is wrong"),
    ("skip", "Skip", "S", "Leave it and go on"),
    ("adjust", "Adjust", "W", "Shift which words are flagged, then confirm"),
    ("edit", "Edit", "E", "Write another response, then confirm"),
    ("drop", "Drop", "D", "Confirm, and leave the turn out of the export"),
    ("mark", "Mark", "M", "Mark words that nobody flagged"),
    ("undo", "Undo", "U", "Undo your last decision"),
    ("help", "Keys", "?", "All keys"),
)


@dataclass
class _FlagActionState:
    """What the acts of this session came to since the page was drawn.

    It is changed in place: whatever touches Streamlit may be cut short by the next key, and what was done must be
    known as done. The run that is cut short and the next one may go on at the same time for a while, hence the lock.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)

    heard: list[str] = field(default_factory=list)
    refused: str = ""
    opened: tuple[str, str] | None = None
    words: str = ""
    moved: bool = False
    to: str | None = None

    def go(self, flag_id: str | None) -> None:
        """The flag that is shown next; None for the first of the queue."""
        self.moved, self.to = True, flag_id


def _state() -> _FlagActionState:
    state: _FlagActionState = st.session_state.setdefault(_STATE, _FlagActionState())
    return state


def current(queue: pl.DataFrame) -> str | None:
    """The flag on the table: the one that the last act led to, else the address names it, else the first."""
    state = _state()
    if state.moved:
        _address(state.to)
        state.moved = False
    named = st.query_params.get("flag")
    if named and current_flags.row_of(server.current(), str(named)) is not None:
        return str(named)
    if named:
        state.words = markup.plain(f"There is no flag “{str(named)[:80]}”. This is the first of the queue.")
        _address(None)
    return None if queue.is_empty() else str(queue["flag_id"][0])


def show(owner: Server, flag_id: str) -> None:
    """Draws one button for each act, with its key.

    Args:
        owner: The server.
        flag_id: Id of the flag on the table.
    """
    row = current_flags.row_of(owner, flag_id)
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
                args=(act, flag_id),
            )


def show_undo() -> None:
    """Only the way back, for when the queue is empty."""
    _tell()
    st.button("Undo", key="flag_back_again", icon=":material/undo:", shortcut="U", type="tertiary", on_click=_undo)


def opened(current: str | None) -> tuple[str, str] | None:
    """The editor that is open on the present flag, (act, flag); None for none."""
    state = _state()
    if state.opened and state.opened[1] != current:
        state.opened = None
    return state.opened


def close() -> None:
    """No editor is open any more."""
    _state().opened = None


def heard() -> list[str]:
    """The ids of the entries that were heard last."""
    return list(_state().heard)


def refused() -> str:
    """Why what the browser says cannot be stored now; empty where it is stored."""
    return _state().refused


def hear(entries: Sequence[object]) -> None:
    """Does what the browser says was decided, each entry once, in order.

    An entry that cannot be stored now is not heard, nor is what came after it: the browser says them again.
    """
    state, name = _state(), person.name()
    refused = ""
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or entry["id"] in state.heard:
            continue
        act, flag_id, then = str(entry.get("act")), _text(entry.get("flag")), _text(entry.get("then"))
        then = then or _onwards(act, flag_id)
        with state.lock:  # nothing of Streamlit in here: it may end the run between an act and the note of it
            if entry["id"] in state.heard:
                continue
            try:
                if not decision_log.is_recorded(server.current().workspace, entry["id"]):
                    _do(state, person.signed(entry, name), act, flag_id, then, entry["id"])
            except NotStoredError as error:
                refused = storing.reason(error)
                break
            state.heard.append(entry["id"])
    with state.lock:
        state.refused = refused
        del state.heard[:-KEPT]


def saved(then: str | None, words: str) -> None:
    """Goes on after an editor, and says what was stored once its dialog is closed.

    Args:
        then: Id of the flag to go to; None means the first of the queue.
        words: What was stored, as Markdown.
    """
    state = _state()
    state.opened = None
    state.go(then)
    state.words = words


def following(flag_id: str) -> str | None:
    """The flag that comes after this one in the queue that the address names."""
    owner = server.current()
    return flags.after(flags.view(owner, flag_filters.current(), flag_filters.members(owner)).queue, flag_id)


@storing.safely
def _perform(act: str, flag_id: str) -> None:
    _do(_state(), person.name(), act, flag_id, _onwards(act, flag_id))


def _onwards(act: str, flag_id: str | None) -> str | None:
    return following(flag_id) if flag_id and act in MOVES else flag_id


def _do(state: _FlagActionState, who: str, act: str, flag_id: str | None, then: str | None, event_id: str = "") -> None:
    owner = server.current()
    row = current_flags.row_of(owner, flag_id) if flag_id else None
    if act == "undo":
        _take_back(state, who, event_id)
    elif row is None or act == "help":
        return
    elif act in OPENS:
        state.opened = (act, row["flag_id"])
        state.go(row["flag_id"])
    else:
        if act in ("confirm", "dismiss"):
            flag_decisions.decide(owner.workspace, who, row, act, event_id=event_id)
        elif act == "drop":
            flag_decisions.drop(owner.workspace, who, row, event_id=event_id)
        state.go(then)


@storing.safely
def _undo() -> None:
    _take_back(_state(), person.name())


def _take_back(state: _FlagActionState, who: str, event_id: str = "") -> None:
    undone = decision_log.undo(server.current().workspace, who, event_id=event_id)
    if undone is None:
        state.words = "You have no decision to take back."
        return
    more = f" on {undone['count']:,} at once" if undone["count"] > 1 else ""
    state.words = f"Took back “{undone['verdict']}”{more}."
    if undone["subject"] == "flag":
        state.go(undone["key"])


def _tell() -> None:
    """Says once what the last acts came to, however many there were since the page was drawn."""
    state = _state()
    if state.words:
        st.toast(state.words)
        state.words = ""


def _address(flag_id: str | None) -> None:
    if flag_id:
        st.query_params["flag"] = flag_id
    else:
        st.query_params.pop("flag", None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
