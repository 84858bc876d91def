"""What to do next, from what is here."""

from __future__ import annotations

import streamlit as st

from curation.views.overview import OverviewView


def show(shown: OverviewView, open_flags: int) -> None:
    """Links in the order in which the work goes."""
    if shown.activity.busy:
        st.caption("Scoring goes on in the background; everything below can be used meanwhile.")
    if open_flags:
        st.page_link("flags.py", label=f"Answer {open_flags:,} open flags", icon=":material/flag:")
    st.page_link("thresholds.py", label="Set thresholds and see what remains", icon=":material/tune:")
    left = shown.totals["samples"] - shown.decided
    st.page_link("review.py", label=f"Review samples one by one ({left:,} undecided)", icon=":material/rate_review:")
    st.page_link("export.py", label="Balance tasks and export a split", icon=":material/archive:")
