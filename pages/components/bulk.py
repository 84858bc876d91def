"""Deciding everything that the filters leave, with the count said before anything happens."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.flags.current_flags import OPEN
from pages.components import markup, person, storing


def show(queue: pl.DataFrame) -> None:
    """A popover that states how many flags it is about."""
    ids = queue.filter(pl.col("status") == OPEN)["flag_id"]
    if ids.is_empty():
        return
    count, who = len(ids), person.name()
    with st.popover(f"Decide all {count:,}", icon=":material/done_all:", width="stretch"):
        st.markdown(
            f"One decision for each of the **{count:,} open flags** that pass the filters, "
            f"recorded as {markup.plain(who)}. What others decided is left alone. "
            "One undo takes all of them back."
        )
        with st.container(horizontal=True):
            st.button(f"Confirm {count:,}", key="bulk_confirm", on_click=_record, args=(who, ids, "confirm"))
            st.button(f"Dismiss {count:,}", key="bulk_dismiss", on_click=_record, args=(who, ids, "dismiss"))


@storing.safely
def _record(who: str, ids: pl.Series, verdict: str) -> None:
    act = decision_log.decide_all(server.current().workspace, who, "flag", ids.to_list(), verdict, spare_others=True)
    st.query_params.pop("flag", None)
    spared = f" {act.spared:,} were left alone: others decided them." if act.spared else ""
    st.toast(f"{counted(act.count, 'flag')}: {verdict}.{spared}")
