"""Generate: new samples from annotations, by templates or by a language model; looked at, tried, made, reviewed."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.generate import generate
from pages.components import (
    generate_arrivals,
    generate_preview,
    generate_settings,
    generate_source,
    generate_try,
    generate_work,
)

owner = server.current()
generate_view = generate.view(owner)

st.title("Generate")
left, right = st.columns([2, 3], gap="large")
with left:
    where = generate_source.show(generate_view)
    if where:
        run_plan = generate_settings.show(generate_view, where)
        generate_work.show(generate_view, run_plan)
    generate_work.show_unfinished()
with right:
    if where:
        generate_preview.show(run_plan)
        generate_try.show(generate_view, run_plan)
    else:
        st.caption(
            "An image's clue and what becomes of it will be shown here, as soon as annotations are read: objects, "
            "captions, boxes, questions and texts that people noted of images."
        )
generate_arrivals.show()
