"""Export: balance what goes out, see what is left out and why, approve it by name, and download the split."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.recipes.recipe import Recipe, dumps
from curation.views.export import export, exports, mix
from curation.views.export.export import AxisView, ExportView
from pages.components import (
    approve,
    cell_table,
    empty,
    evenness,
    export_edits,
    export_form,
    export_jobs,
    export_preview,
    export_summary,
    indicators,
    mix_weights,
    past_exports,
    quota,
    quota_table,
    recipe_state,
    row_accounts,
    unmet_floors,
)

owner = server.current()
VIEWS = ("Balance", "Mix", "In and out", "Rows", "Edits", "Files", "Indicators", "Card and recipe")

st.title("Export")
if not export.count(owner):
    empty.show_if_empty()
    st.stop()


@st.fragment(key="export")
def plan() -> None:
    """Everything that a change of the quota draws again."""
    recipe = recipe_state.latest()
    shown = export.view(owner, recipe)
    export_summary.show(shown, recipe)
    left, right = st.columns([4, 7], gap="medium")
    with left:
        quota.show(shown, recipe)
        export_form.show(shown)
        st.subheader("Approve")
        approve.show(shown, recipe)
    with right:
        with st.container():  # always there: what comes and goes must not move the table to another place
            unmet_floors.show(shown)
        chosen = st.segmented_control(
            "Show", VIEWS, default=VIEWS[0], required=True, key="export_view", label_visibility="collapsed"
        )
        _PARTS[chosen or VIEWS[0]](shown, recipe)


def _balance(shown: ExportView, recipe: Recipe) -> None:
    with st.container():
        evenness.show(shown.axes)
        if recipe.quota.choice == "spread":
            evenness.coverage(export.coverage(owner, shown))
    quota_table.show(_chosen_axis(shown))
    cell_table.show(shown)


def _chosen_axis(shown: ExportView) -> AxisView:
    titles = {one.axis: one for one in shown.axes}
    if st.session_state.get("limits_of") not in titles:
        st.session_state["limits_of"] = shown.axes[0].axis
    with st.container():
        if len(titles) < 2:
            return shown.axes[0]
        name = st.segmented_control(
            "Floors and caps of", list(titles), format_func=lambda axis: titles[axis].title, required=True,
            key="limits_of", label_visibility="collapsed",
        )  # fmt: skip
    return titles[name or shown.axes[0].axis]


def _mix(shown: ExportView, _: Recipe) -> None:
    mix_weights.show(mix.view(owner, shown))


def _rows(shown: ExportView, _: Recipe) -> None:
    found = mix.accounts(owner, shown)
    row_accounts.show(found, mix.flows(found), lambda: mix.fates(owner, shown))


def _preview(shown: ExportView, _: Recipe) -> None:
    export_preview.show(shown)
    with st.expander("Where every sample went", icon=":material/account_tree:"):
        export_preview.account(shown)


def _edits(shown: ExportView, _: Recipe) -> None:
    export_edits.show(shown)


def _files(shown: ExportView, _: Recipe) -> None:
    export_form.preview(shown)


def _indicators(shown: ExportView, _: Recipe) -> None:
    indicators.show(*export.indicators(owner, shown.planned, heavy=indicators.asked_for_all()))


def _card(shown: ExportView, _: Recipe) -> None:
    st.download_button(
        "recipe.json", dumps(export.whole(owner, shown.planned)), "recipe.json", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip
    with st.container(border=True):
        st.markdown(export.card_text(owner, shown.planned))


_PARTS = dict(zip(VIEWS, (_balance, _mix, _preview, _rows, _edits, _files, _indicators, _card), strict=True))

plan()
st.subheader("Approved exports")
export_jobs.show()
past_exports.show(exports.past(owner))
