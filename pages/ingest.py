"""Ingest: bring a dataset in, watch it come, and see what became of every row."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.ingest import dataset_acts, evaluation_sets, ingest, next_step
from pages.components import (
    dataset_tags,
    datasets,
    import_form,
    import_jobs,
    import_preview,
    next_action,
    outcome,
    readable,
)
from pages.components import (
    evaluation_sets as evaluation_sets_section,
)

owner = server.current()
ingest_view = ingest.view(owner)

st.title("Ingest")
left, right = st.columns([2, 3], gap="large")
with left:
    import_form.show(ingest_view)
    readable.show(ingest_view)
with right:
    import_preview.show()
    import_jobs.show()
    names = ingest_view.datasets["name"].to_list()
    if names:
        if (imported := import_jobs.newly_imported()) in names:
            st.session_state["outcome_of"] = imported
        name = st.selectbox("Import result of", names, index=len(names) - 1, key="outcome_of")
        dataset_view = ingest.dataset(owner, name)
        if dataset_view:
            next_action.show(next_step.of(owner, dataset_view))
            outcome.show(dataset_view)
            dataset_tags.show(dataset_view.tagged)
    else:
        st.caption("Nothing has been imported yet. The outcome of every row will be listed here.")
datasets.show(dataset_acts.view(owner))
if names:
    evaluation_sets_section.show(evaluation_sets.view(owner))
