"""The last decisions on samples; each can be opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.components import markup

_ICONS = {"approve": ":material/check:", "reject": ":material/close:", "later": ":material/schedule:"}


def show(history: Sequence[Mapping[str, Any]]) -> None:
    """The newest first."""
    st.markdown("**Last decisions**")
    if not history:
        st.caption("None so far.")
    with st.container(gap=None):
        for row in history:
            label = f"{row['verdict']} · {row['dataset']} row {row['row_index']} · {row['who']}"
            st.button(
                markup.plain(label),
                key=f"again-{row['event_id']}",
                icon=_ICONS.get(row["verdict"]),
                type="tertiary",
                on_click=_open,
                args=(row["sample_no"],),
            )


def _open(number: int) -> None:
    st.query_params["sample"] = str(number)
