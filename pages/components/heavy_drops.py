"""What is to be said first: datasets of which the filters that are on drop much."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.common.counts import counted
from curation.views.thresholds.thresholds import HeavyDropView
from pages.components import markup

_MOST = 4


def show(drops: Sequence[HeavyDropView], link: bool = True) -> None:
    """Warns of each dataset of which more than a twentieth is dropped, with what drops it.

    Args:
        drops: Those datasets, the hardest hit first.
        link: Whether to lead to the Thresholds page.
    """
    with st.container():  # always there, so that what follows keeps its place
        if not drops:
            return
        lines = [_line(drop) for drop in drops[:_MOST]]
        if len(drops) > _MOST:
            lines.append(markup.plain(f"{len(drops) - _MOST} more datasets lose more than 5 %."))
        head = markup.plain(f"The filters that are on drop more than 5 % of {counted(len(drops), 'dataset')}.")
        st.warning("\n- ".join((head + "\n", *lines)), icon=":material/filter_alt:")
        if link:
            st.page_link("thresholds.py", label="Look at the filters", icon=":material/tune:")


def _line(drop: HeavyDropView) -> str:
    filters = ", ".join(f"{title} {many:,}" for title, many in drop.filters)
    share = 100 * drop.dropped / drop.samples
    return markup.plain(
        f"{drop.dataset}: {share:.0f} % ({drop.dropped:,} of {counted(drop.samples, 'sample')}; {filters})"
    )
