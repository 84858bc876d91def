"""Export: balance what goes out, see what is left out and why, approve it by name, and download the split."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.recipes.recipe import Recipe, dumps
from curation.views.export import export, exports, mix
from curation.views.export.export import AxisView, ExportView
from curation.views.thresholds import thresholds
from pages.components import (
    approve,
    cell_table,
    empty,
    evenness,
    export_edits,
    export_form,
    export_jobs,
    export_preview,
    export_selection,
    export_summary,
    hand_over_form,
    heavy_drops,
    indicators,
    mix_weights,
    past_exports,
    quota,
    quota_table,
    recipe_state,
    row_accounts,
    split_shares,
    unmet_floors,
)

owner = server.current()
VIEWS = ("Balance", "Mix", "In and out", "Rows", "Edits", "Files", "Indicators", "Card and recipe", "Other tools")

st.title("Export")
if not export.count(owner):
    empty.show_if_empty()
    st.stop()


@st.fragment(key="export")
def plan() -> None:
    """Everything that a change of the quota draws again."""
    recipe = recipe_state.latest()
    export_view = export.view(owner, recipe)
    heavy_drops.show(thresholds.heavy_drops(export_view.plan.outcome))
    export_summary.show(export_view, recipe)
    with st.container():  # always there, so that the fields below keep their places
        approve.button(export_view)
    left, right = st.columns([4, 7], gap="medium")
    with left:
        export_selection.show(export_view, recipe)
        quota.show(export_view, recipe)
        split_shares.show(recipe)
        export_form.show(export_view)
        st.subheader("Name and place")
        approve.fields(recipe)
    with right:
        with st.container():  # always there: what comes and goes must not move the table to another place
            unmet_floors.show(export_view)
        part = st.segmented_control(
            "Show", VIEWS, default=VIEWS[0], required=True, key="export_view", label_visibility="collapsed"
        )
        _PARTS[part or VIEWS[0]](export_view, recipe)


def _balance(export_view: ExportView, recipe: Recipe) -> None:
    with st.container():
        evenness.show(export_view.axes)
        if recipe.quota.choice == "spread":
            evenness.coverage(export.coverage(owner, export_view))
    quota_table.show(_chosen_axis(export_view))
    cell_table.show(export_view)


def _chosen_axis(export_view: ExportView) -> AxisView:
    titles = {axis_view.axis: axis_view for axis_view in export_view.axes}
    if st.session_state.get("limits_of") not in titles:
        st.session_state["limits_of"] = export_view.axes[0].axis
    with st.container():
        if len(titles) < 2:
            return export_view.axes[0]
        name = st.segmented_control(
            "Floors and caps of", list(titles), format_func=lambda axis: titles[axis].title, required=True,
            key="limits_of", label_visibility="collapsed",
        )  # fmt: skip
    return titles[name or export_view.axes[0].axis]


def _mix(export_view: ExportView, _: Recipe) -> None:
    mix_weights.show(mix.view(owner, export_view))


def _rows(export_view: ExportView, _: Recipe) -> None:
    accounts = mix.accounts(owner, export_view)
    row_accounts.show(accounts, mix.flows(accounts), lambda: mix.fates(owner, export_view))


def _preview(export_view: ExportView, _: Recipe) -> None:
    export_preview.show(export_view)
    with st.expander("Where every sample went", icon=":material/account_tree:"):
        export_preview.account(export_view)


def _edits(export_view: ExportView, _: Recipe) -> None:
    export_edits.show(export_view)


def _files(export_view: ExportView, _: Recipe) -> None:
    export_form.preview(export_view)


def _indicators(export_view: ExportView, _: Recipe) -> None:
    indicators.show(*export.indicators(owner, export_view.plan, heavy=indicators.asked_for_all()))


def _card(export_view: ExportView, _: Recipe) -> None:
    st.download_button(
        "recipe.json", dumps(export.complete_recipe(owner, export_view.plan)), "recipe.json", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip
    with st.container(border=True):
        st.markdown(export.card_text(owner, export_view.plan))


def _tools(export_view: ExportView, _: Recipe) -> None:
    hand_over_form.show(export_view)


_PARTS = dict(zip(VIEWS, (_balance, _mix, _preview, _rows, _edits, _files, _indicators, _card, _tools), strict=True))

plan()
st.subheader("Approved exports")
export_jobs.show()
past_exports.show(exports.past(owner))
