"""Profiles of the sets, distributions of a metric, and tasks with what they are made of."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.report import report_plots
from curation.views.report.report import Table
from pages.components import report_figures
from pages.components.report_rows import ReportSets

PROFILES = {"heat": "Heatmap", "radar": "Radar", "parallel": "Parallel axes"}
_DRAWN = {"heat": report_figures.heat, "radar": report_figures.radar, "parallel": report_figures.parallel}
MOST_ON_RADAR = 6
"""Sets that a radar draws."""
_SPEAKING = ("text_readability", "hallucination")
"""Metrics that are looked at first, where they are scored."""


@st.fragment(key="report_profiles")
def profiles(table: Table) -> None:
    """All sets over the indicators that all of them have."""
    names, set_profiles = report_plots.profiles(table.lines)
    if len(names) < 3:
        st.caption("A picture needs three indicators that every set has. Score more metrics on the Runs page.")
        return
    kind = st.segmented_control(
        "Picture", list(PROFILES), default="heat", required=True, key="report_profile",
        format_func=lambda name: PROFILES[name], label_visibility="collapsed",
    )  # fmt: skip
    lines = table.lines
    if kind == "radar" and len(lines) > MOST_ON_RADAR:
        st.caption(
            f"The first {MOST_ON_RADAR} of {len(lines)} sets: more lines cannot be told apart. Leave rows out above."
        )
        lines, set_profiles = lines[:MOST_ON_RADAR], set_profiles[:MOST_ON_RADAR]
    figure = _DRAWN[kind or "heat"](lines, names, set_profiles)
    report_figures.show(figure, kind or "heat", "The indicators of every set, as in the tables above")
    st.caption(
        "Every indicator is drawn as a share of the best set's value (↓: the best over the value), so 100 % is the "
        "best of these rows and not the best there could be. Indicators that some set lacks are not drawn."
    )


@st.fragment(key="report_distributions")
def distributions(report_sets: ReportSets) -> None:
    """One metric in every set, with all of its samples."""
    titles = report_plots.metrics(report_sets.all_sets)
    if not titles:
        st.caption("Nothing is scored yet.")
        return
    first = next((name for name in _SPEAKING if name in titles), next(iter(titles)))
    if st.session_state.get("report_metric") not in titles:
        st.session_state["report_metric"] = first
    sets = [named_set for named_set in report_sets.selected if named_set.kind != "ablation"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = st.selectbox(
            "Metric", list(titles), key="report_metric", format_func=lambda name: titles[name], width=340
        )
        with_ablations = st.toggle(
            "Ablations too", key="report_spread_ablations", disabled=len(sets) == len(report_sets.selected)
        )
    edges, spreads = report_plots.spreads(
        report_sets.all_sets, report_sets.selected if with_ablations else sets, metric
    )
    if not spreads:
        st.caption("No sample of these sets has a value of this metric.")
        return
    report_figures.show(
        report_figures.distribution(titles[metric], edges, spreads), "distribution", f"Distribution of {titles[metric]}"
    )
    st.caption("A sample counts with its worst turn or picture; all samples of a set count here.")


@st.fragment(key="report_tasks")
def tasks(report_sets: ReportSets) -> None:
    """One set as rings: tasks, then datasets or scenes."""
    owner, names = server.current(), {named_set.name: named_set for named_set in report_sets.selected}
    divisions = report_plots.divisions(owner, report_sets.all_sets)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.session_state.get("report_tasks_of") not in names:
            st.session_state["report_tasks_of"] = next(iter(names))
        if st.session_state.get("report_division") not in divisions:
            st.session_state["report_division"] = next(iter(divisions))
        of = st.selectbox("Set", list(names), key="report_tasks_of", width=340)
        division = st.selectbox(
            "Tasks, then", list(divisions), key="report_division", format_func=lambda name: divisions[name], width=240
        )
    parts = report_plots.parts(owner, report_sets.all_sets, names[of], division)
    report_figures.show(report_figures.sunburst(parts), "tasks", f"Tasks of {of} and their {divisions[division]}")
