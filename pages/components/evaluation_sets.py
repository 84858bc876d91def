"""The evaluation sets that samples are compared with, and a form that adds one."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.common.errors import WinnowError
from curation.views.ingest import evaluation_sets
from curation.views.ingest.evaluation_sets import EvaluationSetsView
from pages.components import drafts, markup, storing

_PROBLEM = "evaluation_set_problem"


def show(view: EvaluationSetsView) -> None:
    """Draws the section."""
    st.subheader("Evaluation sets")
    st.caption("Samples with a picture or question of a benchmark are flagged as contaminated and stay out of exports.")
    for compared in view.sets:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(markup.plain(compared.words()), width="content")
            st.button(
                "Remove", icon=":material/close:", key=f"remove_set_{compared.file}", on_click=_remove,
                args=(compared.name,),
            )  # fmt: skip
    if view.comparison:
        st.markdown(markup.plain(view.comparison))
    with st.form("evaluation_set", border=False, enter_to_submit=False):
        path, name = st.columns([3, 1])
        path.text_input("Folder or file of a benchmark", key="evaluation_set_from", placeholder="/data/POPE")
        name.text_input("Name", key="evaluation_set_name", placeholder="POPE")
        st.form_submit_button("Add evaluation set", icon=":material/rule:", key="compare_with_set", on_click=_add)
    drafts.field("evaluation_set_from")
    drafts.field("evaluation_set_name")
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(markup.plain(problem), icon=":material/error:")


@storing.safely
def _add() -> None:
    state = st.session_state
    try:
        evaluation_sets.add(server.current(), state.evaluation_set_from, state.evaluation_set_name)
    except WinnowError as error:
        state[_PROBLEM] = str(error)
        return
    drafts.fields_saved("evaluation_set_from", "evaluation_set_name")
    state.evaluation_set_from = state.evaluation_set_name = ""


@storing.safely
def _remove(name: str) -> None:
    evaluation_sets.remove(server.current(), name)
