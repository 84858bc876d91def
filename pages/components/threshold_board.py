"""Metrics on the left, what remains on the right."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from curation.recipe import Recipe
from curation.views.thresholds import ThresholdsView
from pages.components import cut_examples, drop_flags, markup, remaining, threshold_row


def show(shown: ThresholdsView, recipe: Recipe) -> None:
    """Draws both halves."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        if not shown.metrics:
            st.caption("No metric has values yet. They appear here while scoring goes on.")
        with st.container(height=740, border=False, gap="xsmall"):
            for principle, rows in groupby(shown.metrics, key=lambda row: row.principle):
                markup.show(f'<div class="w-group">{markup.safe(markup.words(principle))}</div>')
                for row in rows:
                    threshold_row.show(row)
    with right:
        remaining.show_number(shown.outcome.remaining, shown.total)
        drop_flags.show(shown.kinds, recipe)
        cuts, funnel, tasks = st.tabs(["At the cut", "Funnel", "Tasks"])
        with cuts:
            cut_examples.show(shown, recipe)
        with funnel:
            remaining.show_funnel(shown.funnel, shown.total)
        with tasks:
            remaining.show_tasks(shown.tasks)
