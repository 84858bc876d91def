"""Floors that cannot be reached, each with one-click changes that would help."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.balancing import relaxations
from curation.balancing.allocation import Unmet
from curation.balancing.mixing import WEIGHT
from curation.balancing.relaxations import Advice, Step
from curation.common.counts import counted
from curation.recipes.recipe import Recipe
from curation.views.export.export import ExportView
from curation.views.thresholds.cut_detail import Focus
from pages.components import markup, recipe_state, storing, threshold_board


def show(export_view: ExportView) -> None:
    """Nothing where every floor is met."""
    if not export_view.unmet:
        return
    with st.container(border=True, key="unmet_floors"):
        st.markdown(f"**:material/warning: {_counted(export_view)} cannot be met**")
        for position, advice in enumerate(export_view.advice):
            _show(position, advice)
        if export_view.unmet > 1:
            unlisted = export_view.unmet - len(export_view.advice)
            unmet = export_view.plan.allotment.unmet
            st.button(
                f"Lower all {export_view.unmet} to what can be reached",
                key="lower_all",
                help=f"{unlisted} more are not listed." if unlisted else None,
                on_click=_lower,
                args=(unmet,),
            )


def _counted(export_view: ExportView) -> str:
    shares = sum(floor.axis == WEIGHT for floor in export_view.plan.allotment.unmet)
    unmet = ((export_view.unmet - shares, "floor"), (shares, "share"))
    return " and ".join(counted(count, word) for count, word in unmet if count)


def _show(position: int, advice: Advice) -> None:
    st.markdown(markup.plain(advice.sentence))
    with st.container(horizontal=True, gap="small"):
        for number, step in enumerate(advice.steps):
            _button(f"relax_{position}_{number}", step)


def _button(key: str, step: Step) -> None:
    if step.look_at is None:
        st.button(markup.plain(step.words), key=key, on_click=_take, args=(step.recipe,))
    elif st.button(markup.plain(step.words), key=key, icon=":material/tune:", help="Look at this filter in Thresholds"):
        threshold_board.look_at(Focus(step.look_at.kind, step.look_at.name))
        st.switch_page("thresholds.py")


@storing.safely
def _take(new: Recipe | None) -> None:
    """Only the quota: the plan's recipe has decisions that the draft has not."""
    if new is not None:
        recipe_state.change(relaxations.with_quota_of(recipe_state.current(), new))


@storing.safely
def _lower(unmet: Sequence[Unmet]) -> None:
    recipe_state.change(relaxations.all_lowered(recipe_state.current(), unmet))
