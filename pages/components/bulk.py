"""Deciding everything that the filters leave, with the count said before anything happens."""

from __future__ import annotations

from urllib.parse import quote

import polars as pl
import streamlit as st

from curation.app import server
from curation.app.server import Server
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.flags.current_flags import OPEN
from curation.views.flags import bulk_preview
from curation.views.flags.bulk_preview import BulkPreview, DrawnFlag
from pages.components import markup, person, storing


def show(owner: Server, queue: pl.DataFrame) -> None:
    """A popover that states how many flags it is about, and shows some of them before anything is decided."""
    open_flags = queue.filter(pl.col("status") == OPEN)
    if open_flags.is_empty():
        return
    ids, who = open_flags["flag_id"], person.name()
    count = len(ids)
    label = f"Decide all {count:,}"
    with st.popover(label, icon=":material/done_all:", width="stretch", key="bulk", on_change="rerun") as panel:
        st.markdown(
            f"One decision for each of the **{count:,} open flags** that pass the filters, "
            f"recorded as {markup.plain(who)}. What others decided is left alone. "
            "One undo takes all of them back."
        )
        if panel.open:
            _preview(bulk_preview.preview(owner, open_flags), count)
        with st.container(horizontal=True):
            st.button(f"Confirm {count:,}", key="bulk_confirm", on_click=_record, args=(who, ids, "confirm"))
            st.button(f"Dismiss {count:,}", key="bulk_dismiss", on_click=_record, args=(who, ids, "dismiss"))


def _preview(preview: BulkPreview, count: int) -> None:
    if preview.interval is None:
        st.caption("No flag of these kinds was decided one by one so far: how often they are right is not known.")
    else:
        low, high = preview.interval
        st.markdown(
            f"Of {counted(preview.decided, 'flag')} of these kinds that people decided one by one, "
            f"**{preview.confirmed / preview.decided:.0%}** ({low:.0%} to {high:.0%}) were confirmed. It holds for "
            "these as far as people did not pick what they looked at."
        )
    st.caption(f"{len(preview.drawn)} of {count:,}, drawn by chance:")
    markup.show("".join(_drawn(flag) for flag in preview.drawn))


def _drawn(flag: DrawnFlag) -> str:
    image = "" if flag.image_no is None else f'<img class="w-thumb w-thumb-small" src="/thumb/{flag.image_no}" alt="">'
    row = f'<span class="w-soft">{markup.safe(flag.dataset)}, row {flag.row}</span>'
    return (
        f'<a class="w-drawn-flag" href="/flags?flag={quote(flag.flag_id)}" target="_blank">{image}<span>'
        f"<b>{markup.safe(flag.words)}</b> {row}<br>{markup.safe(flag.reason)}</span></a>"
    )


@storing.safely
def _record(who: str, ids: pl.Series, verdict: str) -> None:
    act = decision_log.decide_all(server.current().workspace, who, "flag", ids.to_list(), verdict, spare_others=True)
    st.query_params.pop("flag", None)
    spared = f" {act.spared:,} were left alone: others decided them." if act.spared else ""
    st.toast(f"{counted(act.count, 'flag')}: {verdict}.{spared}")
