"""What the draft recipe keeps, why the rest goes, and the last exports."""

from __future__ import annotations

import streamlit as st

from curation.common.counts import counted
from curation.views.overview.overview import DraftSummary
from pages.components import markup


def show(keeps: DraftSummary) -> None:
    """A bar, the three largest reasons, links."""
    if keeps.trouble:
        st.warning(markup.plain(keeps.trouble), icon=":material/warning:")
    else:
        share = keeps.remaining / max(keeps.total, 1)
        markup.show(
            f'<div class="w-num"><span class="w-figure">{keeps.remaining:,}</span> of {counted(keeps.total, "sample")} '
            f'<span class="w-soft">({100 * share:.0f} %)</span></div>{markup.bar(share)}'
        )
    if keeps.reasons:
        rows = [(markup.safe(words), f"{many:,}") for words, many in keeps.reasons]
        markup.show(markup.table(("Largest reasons to drop", "Samples"), rows, right=(1,)))
    elif not keeps.trouble:
        st.caption("The draft drops nothing yet.")
    st.page_link("thresholds.py", label="Change the thresholds", icon=":material/tune:")
    if not keeps.exports:
        st.caption("Nothing was exported so far.")
        return
    past = [
        (
            f"<b>{markup.safe(row['name'])}</b>",
            f'<span class="w-soft">{markup.moment(row["made_at"])}, {markup.safe(row["who"] or "somebody")}</span>',
            f"{row['samples']:,}",
        )
        for row in keeps.exports
    ]
    markup.show(markup.table(("Last exports", "", "Samples"), past, right=(2,)))
    st.page_link("export.py", label="Download or export again", icon=":material/archive:")
