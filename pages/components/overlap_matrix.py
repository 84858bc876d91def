"""What datasets have in common: of each, how many samples are duplicates of another one's."""

from __future__ import annotations

import streamlit as st

from curation.flags.duplicates import Overlap
from pages.components import markup

MOST = 10


def show(overlap: Overlap) -> None:
    """Nothing where no dataset shares a sample with another; only those that do are shown."""
    pairs = overlap.pairs
    if not pairs:
        return
    shared = list(dict.fromkeys(name for pair in pairs for name in pair[:2]))[:MOST]
    positions = [overlap.names.index(name) for name in shared]
    st.markdown("**The same in several datasets**")
    rows = [(f"<b>{markup.safe(overlap.names[i])}</b>", *(_cell(overlap, i, j) for j in positions)) for i in positions]
    markup.show(
        f'<div class="w-overlap">{markup.table(("Samples of", *(f"also in {name}" for name in shared)), rows)}</div>'
    )
    name, other, count = pairs[0]
    st.page_link(
        "flags.py",
        label=markup.plain(f"{count:,} of {name} are also in {other}: keep one of each"),
        icon=":material/content_copy:",
        query_params={"kind": "duplicate"},
    )


def _cell(overlap: Overlap, i: int, j: int) -> str:
    count, share = overlap.counts[i][j], overlap.counts[i][j] / max(overlap.samples[i], 1)
    if not count:
        return '<span class="w-soft">-</span>'
    tint = f"background: color-mix(in srgb, var(--w-amber) {min(60 * share + 6, 60):.0f}%, transparent)"
    where = " within itself" if i == j else ""
    return f'<span class="w-cell w-num" style="{tint}" title="{share:.1%}{where}">{count:,} · {share:.0%}</span>'
