"""Deciding everything that the filters leave, with the count said before anything happens."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation import review, server
from curation.views.flags import OPEN
from pages.components import markup, person


def show(queue: pl.DataFrame) -> None:
    """A popover that states how many flags it is about."""
    ids = queue.filter(pl.col("status") == OPEN)["flag_id"].to_list()
    if not ids:
        return
    with st.popover(f"Decide all {len(ids):,}", icon=":material/done_all:", width="stretch"):
        st.markdown(
            f"One decision for each of the **{len(ids):,} open flags** that pass the filters, "
            f"recorded as {markup.plain(person.name())}. One undo takes all of them back."
        )
        with st.container(horizontal=True):
            st.button(f"Confirm {len(ids):,}", key="bulk_confirm", on_click=_record, args=(ids, "confirm"))
            st.button(f"Dismiss {len(ids):,}", key="bulk_dismiss", on_click=_record, args=(ids, "dismiss"))


def _record(ids: list[str], verdict: str) -> None:
    review.decide_all(server.current().workspace, person.name(), "flag", ids, verdict)
    st.query_params.pop("flag", None)
    st.toast(f"{len(ids):,} flags: {verdict}.")
