"""The dialogs of a flag: shift its span, edit its response, mark what nobody flagged."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from curation.app import server
from curation.decisions import flag_decisions
from curation.views.flags import flags
from curation.views.flags.inspection import FlagInspection
from pages.components import drafts, flag_actions, markup, person, span_editor, text_editor

_SAVED = "flag_saved"


def show(act: str, flag_id: str) -> None:
    """Opens the editor for an act on a flag; a toast where the flag is about no response.

    Args:
        act: One of `flag_actions.OPENS`.
        flag_id: Id of the flag.
    """
    owner = server.current()
    look = flags.look_at(owner, flag_id)
    if look is None or not look.turns:
        flag_actions.close()
        st.toast("This flag is about no response that could be edited.")
        return
    following = flag_actions.following(flag_id)

    def dialog(look: FlagInspection) -> None:
        if st.session_state.pop(_SAVED, False):
            st.rerun()  # of the whole page, which closes the dialog
        draw[act](look, following)

    titles = {"adjust": "Adjust the span", "edit": "Edit the response", "mark": "Mark what nobody flagged"}
    draw = {"adjust": _adjust, "edit": _edit, "mark": _mark}
    st.dialog(titles[act], width="large", on_dismiss=flag_actions.close)(dialog)(look)


def _adjust(look: FlagInspection, then: str | None) -> None:
    flag, response = look.flag, _response(look)
    now = next((claim for claim in look.claims if claim.flag_id == flag["flag_id"]), None)

    def save(start: int, end: int) -> None:
        flag_decisions.adjust(server.current().workspace, person.name(), flag, response, start, end)
        flag_actions.saved(then, f"Confirmed for “{markup.plain(response[start:end])}”.")

    st.caption("The characters that are wrong. Saving confirms the flag for them.")
    if now:
        span_editor.show(
            response, now.start, now.end, key=f"adjust-{flag['flag_id']}", on_save=_closing(save),
            action="Confirm this",
            draft=drafts.name("adjust", flag["flag_id"]),
        )  # fmt: skip


def _edit(look: FlagInspection, then: str | None) -> None:
    flag, turn = look.flag, _turn(look)

    def save(text: str) -> None:
        flag_decisions.edit(server.current().workspace, person.name(), flag, text)
        flag_actions.saved(then, "Saved the text and confirmed the flag.")

    st.caption("The export writes what you save here. Saving confirms the flag.")
    text_editor.show(
        look.turns[turn].edited or look.turns[turn].response,
        key=f"edit-{flag['flag_id']}", on_save=_closing(save), action="Save and confirm",
        start=flag["start_char"], end=flag["end_char"], draft=drafts.name("flag response", flag["flag_id"]),
    )  # fmt: skip


def _mark(look: FlagInspection, _: str | None) -> None:
    flag, response = look.flag, _response(look)

    def save(start: int, end: int) -> None:
        flag_decisions.mark(server.current().workspace, person.name(), flag, response, start, end)
        flag_actions.saved(flag["flag_id"], f"Marked “{markup.plain(response[start:end])}” as hallucinated.")

    st.caption("Select words with the mouse, or move the ends. The flag itself stays as it is.")
    span_editor.show(
        response, 0, 0, key=f"mark-{flag['flag_id']}", on_save=_closing(save), action="Mark as hallucinated",
        tone="marked", draft=drafts.name("mark words", flag["flag_id"]),
    )  # fmt: skip


def _closing(save: Callable[..., None]) -> Callable[..., None]:
    """The same, closing the dialog after it."""

    def run(*values: int | str) -> None:
        save(*values)
        st.session_state[_SAVED] = True

    return run


def _turn(look: FlagInspection) -> int:
    return min(flag_decisions.turn_of(look.flag), len(look.turns) - 1)


def _response(look: FlagInspection) -> str:
    return look.turns[_turn(look)].response
