"""What is balanced, how many samples go out in all, and which of a cell's are taken."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.maps import layouts
from curation.recipes import quotas, strategies
from curation.recipes.recipe import Quota, Recipe
from curation.views.export import export
from curation.views.export.export import AXES, ExportView
from curation.views.runs import runs
from pages.components import drafts, markup, recipe_state, storing


def show(export_view: ExportView, recipe: Recipe) -> None:
    """Draws axes, total, choice and seed; every change is answered at once.

    Args:
        export_view: The plan under the present quota.
        recipe: The draft with the quota.
    """
    quota = recipe.quota
    recipe_state.show_conflicts()
    _axes(quota)
    _evening(export_view)
    _total(export_view, quota)
    _choice(recipe)
    _parts(quota)
    if quotas.uses_map(quota) and quota.map not in export_view.maps:
        _no_map(quota)
    st.button(
        "Undo the last change",
        key="quota_undo",
        icon=":material/undo:",
        disabled=not recipe_state.can_undo(),
        on_click=recipe_state.undo,
        help="Takes back the last change of quotas, thresholds or flags.",
    )


def _put(key: str, value: object) -> None:
    """Shows another value; one that is shown already is left alone, so that a click on its way is not undone."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _axes(quota: Quota) -> None:
    if set(st.session_state.get("quota_axes") or ()) != set(quota.axes):
        st.session_state["quota_axes"] = list(quota.axes)
    st.pills(
        "Balance by",
        list(AXES),
        format_func=lambda axis: AXES[axis],
        selection_mode="multi",
        default=None,
        key="quota_axes",
        on_change=_axes_changed,
        help="The cells of these axes share evenly: every cell gives as many, as far as it has them and rules allow.",
    )


def _evening(export_view: ExportView) -> None:
    """Says so where balancing leaves everything as it is, and offers a cap that evens out the first axis."""
    offer = export.evening(export_view)
    if offer is None:
        return
    st.caption("Balancing changes nothing yet: without a maximum or a cap, all that pass the filters go out.")
    st.button(
        f"Even out: {offer.kept:,} of {export_view.available:,}", key="quota_even", icon=":material/balance:",
        on_click=_even_out, args=(offer.axis, offer.cap),
        help=f"At most {offer.cap:,} of each {AXES[offer.axis].lower()}, as many as the one in the middle has.",
    )  # fmt: skip


@storing.safely
def _even_out(axis: str, cap: int) -> None:
    recipe_state.change(export.with_bound(recipe_state.current(), axis, "", "cap", cap))


_FIELDS = ("quota_total", "quota_percent", "quota_seed")


def _total(export_view: ExportView, quota: Quota) -> None:
    available = export_view.available
    _put("quota_total", quota.total)
    _put("quota_percent", None if quota.total is None else round(100 * quota.total / max(available, 1), 2))
    total, percent, seed = st.columns([5, 4, 3], gap="small")
    total.number_input(
        "Maximum samples",
        min_value=0,
        value=None,
        step=50,
        key="quota_total",
        placeholder="no limit",
        on_change=_total_changed,
    )
    percent.number_input(
        "Percent",
        min_value=0.0,
        value=None,
        step=5.0,
        format="%.4g",
        icon=":material/percent:",
        key="quota_percent",
        placeholder="all",
        on_change=_percent_changed,
        args=(available,),
        help=f"Of the {counted(available, 'sample')} that pass the filters.",
    )
    _put("quota_seed", recipe_state.current().seed)
    seed.number_input("Seed", min_value=0, value=None, step=1, key="quota_seed", on_change=_seed_changed)
    for key in _FIELDS:
        drafts.field(key, commits=False)


def _choice(recipe: Recipe) -> None:
    kinds = strategies.kinds()
    _put("quota_choice", recipe.quota.choice)
    st.selectbox(
        "Choose samples within a group",
        list(kinds),
        format_func=lambda name: kinds[name].title,
        key="quota_choice",
        on_change=_choice_changed,
        help="Samples that people approved come first.",
    )
    st.caption(markup.plain(kinds[recipe.quota.choice].about))


def _parts(quota: Quota) -> None:
    """Which map and which metric, where they decide something."""
    if quotas.uses_map(quota):
        _put("quota_map", quota.map)
        st.selectbox(
            "Map",
            list(layouts.MAPS),
            format_func=lambda name: layouts.MAPS.get(name, name),
            key="quota_map",
            on_change=_map_changed,
        )
    if quotas.uses_complexity(quota):
        titles = export.complexities(server.current())
        names = list(dict.fromkeys([*titles, quota.complexity]))
        _put("quota_complexity", quota.complexity)
        st.selectbox(
            "Complexity is",
            names,
            format_func=lambda name: markup.line(titles.get(name, f"{name} (not scored)")),
            key="quota_complexity",
            on_change=_complexity_changed,
            help="Its lowest, middle and highest third are the values of this axis.",
        )


def _no_map(quota: Quota) -> None:
    subject = layouts.MAPS.get(quota.map, quota.map).lower()
    st.warning(f"The map of {subject} is not computed: samples are drawn by chance.", icon=":material/map:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Compute this map", icon=":material/scatter_plot:", on_click=_compute, args=(quota.map,))
        st.page_link("map.py", label="Map", icon=":material/scatter_plot:")
        st.page_link("runs.py", label="Runs", icon=":material/manufacturing:")


@storing.safely
def _compute(name: str) -> None:
    runs.switch(server.current(), name, True)
    st.toast("The map is being computed; Runs shows how far it is.")


def _changed(**parts: object) -> None:
    old = recipe_state.current()
    recipe_state.change(replace(old, quota=replace(old.quota, **parts)))  # type: ignore[arg-type]


@storing.safely
def _axes_changed() -> None:
    old = recipe_state.current()
    new_quota = quotas.with_axes(old.quota, tuple(st.session_state["quota_axes"] or ()))
    lost = len(old.quota.limits) + len(old.quota.caps) - len(new_quota.limits) - len(new_quota.caps)
    if lost > 0:
        st.toast(f"{counted(lost, 'rule')} of that axis went with it; undo brings back both.")
    recipe_state.change(replace(old, quota=new_quota))


@storing.safely
def _total_changed() -> None:
    _changed(total=st.session_state["quota_total"])
    drafts.fields_saved("quota_total")


@storing.safely
def _percent_changed(available: int) -> None:
    percent = st.session_state["quota_percent"]
    _changed(total=None if percent is None else round(available * percent / 100))
    drafts.fields_saved("quota_percent")


@storing.safely
def _seed_changed() -> None:
    recipe_state.change(replace(recipe_state.current(), seed=int(st.session_state["quota_seed"] or 0)))
    drafts.fields_saved("quota_seed")


@storing.safely
def _choice_changed() -> None:
    _changed(choice=st.session_state["quota_choice"])


@storing.safely
def _map_changed() -> None:
    _changed(map=st.session_state["quota_map"])


@storing.safely
def _complexity_changed() -> None:
    _changed(complexity=st.session_state["quota_complexity"])
