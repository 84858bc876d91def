"""The draft recipe as this session saw it last; a change is stored at once, can be taken back and made again."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import board, server
from curation.common import display
from curation.common.counts import counted
from curation.recipes import draft
from curation.recipes.draft import ChangedDraft, Conflict
from curation.recipes.recipe import Recipe
from pages.components import markup, person, storing

_SEEN, _CONFLICTS = "recipe", "recipe_conflicts"
_NAMES = {
    "quota": "", "cap": "Most of task", "limit": "Bounds of", "weight": "Weight of", "flag": "Drop flagged", "cut": "",
}  # fmt: skip


def latest() -> Recipe:
    """The draft as it is stored now, for a page that is drawn: what other tabs changed is in it."""
    st.session_state[_SEEN] = board.draft(server.current())
    return st.session_state[_SEEN]


def current() -> Recipe:
    """The draft as this session drew it last: what a click was about."""
    return st.session_state[_SEEN] if _SEEN in st.session_state else latest()


def change(new: Recipe, seen: Sequence[Recipe] = ()) -> None:
    """Puts into the draft what differs between what this session saw and another recipe.

    Args:
        new: The recipe to come to.
        seen: Recipes that the session showed, the oldest first; empty means the one drawn last.
    """
    bases, owner, who = list(seen) or [current()], server.current(), person.name()
    if new != bases[0]:
        _put(draft.change(owner.workspace, who, bases, new, bases[0]))


def can_undo() -> bool:
    """True when this person has a move to take back."""
    return bool(draft.history(server.current().workspace, person.name()).past)


def can_redo() -> bool:
    """True when this person took a move back last."""
    return bool(draft.history(server.current().workspace, person.name()).future)


@storing.safely
def undo() -> None:
    """Takes this person's last move back."""
    _put(draft.undo(server.current().workspace, person.name(), current()))


@storing.safely
def redo() -> None:
    """Makes the move again that was taken back last."""
    _put(draft.redo(server.current().workspace, person.name(), current()))


def show_conflicts() -> None:
    """What was not changed, since somebody else changed it meanwhile; either value can be chosen."""
    for position, conflict in enumerate(st.session_state.get(_CONFLICTS, ())):
        with st.container(border=True, key=f"recipe_conflict_{position}"):
            st.warning(
                markup.plain(
                    f"{_title(conflict)} was changed in another tab meanwhile. It is {_words(conflict.stored)} now; "
                    f"yours was {_words(conflict.requested)}."
                ),
                icon=":material/group:",
            )
            with st.container(horizontal=True):
                st.button(
                    markup.plain(f"Use mine: {_words(conflict.requested)}"), key=f"conflict_mine_{position}",
                    on_click=_use_mine, args=(conflict,),
                )  # fmt: skip
                st.button(
                    markup.plain(f"Keep {_words(conflict.stored)}"), key=f"conflict_theirs_{position}",
                    on_click=_forget, args=(conflict,),
                )  # fmt: skip


def _put(result: ChangedDraft) -> None:
    st.session_state[_SEEN] = result.recipe
    if result.conflicts:
        paths = {conflict.path for conflict in result.conflicts}
        older = [conflict for conflict in st.session_state.get(_CONFLICTS, ()) if conflict.path not in paths]
        st.session_state[_CONFLICTS] = [*older, *result.conflicts]


@storing.safely
def _use_mine(conflict: Conflict) -> None:
    _forget(conflict)
    change(draft.with_value(current(), conflict.path, conflict.requested))


@storing.safely
def _forget(conflict: Conflict) -> None:
    st.session_state[_CONFLICTS] = [other for other in st.session_state.get(_CONFLICTS, ()) if other != conflict]


def _title(conflict: Conflict) -> str:
    kind, *names = conflict.path
    if kind == "cut":
        column = board.current(server.current()).snapshot.columns.get(names[0])
        return f"The cut on {column.title if column else names[0]}"
    return display.title(" ".join(filter(None, (_NAMES.get(kind, kind), *names))))


def _words(value: object) -> str:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(edge is None or isinstance(edge, (int, float)) for edge in value)
    ):
        low, high = value
        if low is None:
            return f"at most {high:.4g}" if high is not None else "not set"
        return f"at least {low:.4g}" if high is None else f"{low:.4g} to {high:.4g}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict) and "keys" in value:
        return f"{counted(len(value['keys']), 'sample')}, {value['words']}"
    return "not set" if value is None else str(value)
