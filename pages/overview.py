"""Overview: what is in, what is scored, what needs a person, what the draft keeps, what happened last."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.views.overview import first_steps as steps
from curation.views.overview import overview
from curation.views.runs import progress
from pages.components import (
    contents,
    draft_keeps,
    empty,
    figures,
    first_steps,
    heavy_drops,
    people,
    person,
    recent,
    recipe_state,
    scored,
)

owner = server.current()

st.title("Overview")
if not progress.totals(owner)["samples"]:
    empty.show(progress.activity(owner))
    st.stop()

inside = overview.contents(owner)
draft = recipe_state.latest()
work, keeps = overview.work(owner, person.name(), draft), overview.keeps(owner, draft)
total = inside.totals["samples"]
left = max(total - work.decided, 0)

first_steps.show(steps.listing(owner))
heavy_drops.show(keeps.heavy)
figures.show(
    (
        (f"{total:,}", "Samples", f"in {counted(inside.totals['datasets'], 'dataset')}"),
        (f"{inside.totals['turns']:,}", "Turns", f"{inside.totals['turns'] / total:.1f} each"),
        (f"{inside.totals['images']:,}", "Images", f"{inside.totals['good_images']:,} can be opened"),
        (f"{keeps.remaining:,}", "Kept by the current filters", f"{100 * keeps.remaining / total:.0f} %"),
        (f"{work.decided:,}", "Samples decided", f"{left:,} undecided"),
    )
)
wide, narrow = st.columns([8, 5], gap="large")
with wide:
    st.subheader("To review")
    people.show(work)
    st.subheader("Scoring")
    scored.show_live()
with narrow:
    st.subheader("Datasets")
    contents.show(inside)
    st.subheader("Kept by the current filters")
    draft_keeps.show(keeps)
    st.subheader("Recent activity")
    recent.show(overview.recent(owner))
