"""A language model's suggestion for the response of the present flag: asked on demand, shown as a diff, accepted."""

from __future__ import annotations

import streamlit as st

from curation.app.server import Server
from curation.common.counts import counted
from curation.decisions.decision_log import DecisionError
from curation.flags import current_flags
from curation.generation.llm import rewriting
from curation.views.flags import suggestions
from pages.components import difference, flag_actions, markup, person, storing


def show(owner: Server, flag_id: str) -> None:
    """Draws the button that asks for a correction, then the correction; nothing where no model can help.

    Args:
        owner: The server.
        flag_id: Id of the present flag.
    """
    row = current_flags.row_of(owner, flag_id)
    if row is None or row["start_char"] is None or row["turn_index"] is None or not suggestions.possible():
        return
    job = suggestions.job(owner, flag_id)
    running = job is not None and job.state == "running"
    proposal = suggestions.of_flag(owner, flag_id)
    if proposal is None or running:
        st.button(
            "Suggest a correction", icon=":material/auto_fix_high:", key="flag_suggest", disabled=running,
            on_click=storing.safely(suggestions.ask), args=(owner, flag_id),
            help="A language model rewrites the response without what is doubted. Nothing changes until you accept.",
        )  # fmt: skip
        st.fragment(_live, run_every=0.5 if running else None, key="flag_suggesting")(owner, flag_id, running)
        return
    with st.container(border=True, key="flag_suggestion"):
        if proposal.outcome == rewriting.PROPOSED:
            markup.show(
                f'<div class="w-who">Suggested by {markup.safe(proposal.model)}</div>'
                f'<div class="w-bubble w-answer">{difference.html(proposal.before, proposal.after)}</div>'
            )
        else:
            st.markdown(markup.plain(f"No correction is suggested: {proposal.outcome}. {proposal.reason}"))
        with st.container(horizontal=True):
            if proposal.outcome == rewriting.PROPOSED:
                confirmed = counted(len(proposal.flags), "flag")
                st.button(
                    f"Accept, confirming {confirmed}", type="primary", icon=":material/check:", key="flag_accept",
                    on_click=_accept, args=(owner, flag_id), help="Edits the turn; one undo takes all of it back",
                )  # fmt: skip
            st.button(
                "Discard", icon=":material/close:", key="flag_discard", on_click=storing.safely(suggestions.discard),
                args=(owner, flag_id),
            )  # fmt: skip


@storing.safely
def _accept(owner: Server, flag_id: str) -> None:
    following = flag_actions.following(flag_id)
    try:
        act = suggestions.accept(owner, person.name(), flag_id)
    except DecisionError as error:
        st.toast(markup.plain(error))
        return
    message = "Saved the text and confirmed its flags." if act and act.count else "The response was changed meanwhile."
    flag_actions.saved(following, message)


def _live(owner: Server, flag_id: str, was_running: bool) -> None:
    job = suggestions.job(owner, flag_id)
    if job is None:
        return
    if job.state == "running":
        st.caption("Asking …")
    elif job.message:
        st.error(markup.plain(job.message), icon=":material/error:")
    if was_running != (job.state == "running"):
        st.rerun()
