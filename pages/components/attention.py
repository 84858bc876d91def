"""Flags by kind as cards that lead to the flags page, and the worst of them with their pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from pages.components import markup, picture


def show_kinds(kinds: pl.DataFrame) -> None:
    """One card per kind: how many are open, on how many samples."""
    if kinds.is_empty():
        st.caption("Nothing is flagged so far.")
        return
    with st.grid(columns="auto", min_column_width=170, border=True):
        for row in kinds.iter_rows(named=True):
            with st.container(gap=None):
                st.page_link(
                    "flags.py",
                    label=f"**{markup.plain(markup.words(row['kind']))}**",
                    query_params={"kind": row["kind"]},
                )
                decided = f" · {row['decided']:,} decided" if row["decided"] else ""
                markup.show(
                    f'<span class="w-big" style="font-size:1.5rem">{row["open"]:,}</span> '
                    f'<span class="w-soft">on {markup.count(row["samples"], "sample")}{decided}</span>'
                )


def show_worst(flags: Sequence[Mapping[str, object]]) -> None:
    """Cards with thumbnail, flagged words and a link to the flag."""
    with st.grid(columns="auto", min_column_width=150):
        for row in flags:
            number = row["image_no"]
            with st.container(gap=None):
                what = markup.safe(row["text"] or row["reason"])
                markup.show(
                    f"{picture.thumbnail(number if isinstance(number, int) else None, str(row['dataset']))}"
                    f'<div class="w-clip" title="{markup.safe(row["reason"])}">'
                    f'<span class="w-dot w-{markup.safe(row["verdict"] or "flagged")}"></span>{what}</div>'
                )
                st.page_link(
                    "flags.py",
                    label=f"{markup.plain(markup.words(str(row['kind'])))} · row {row['row']}",
                    query_params={"flag": str(row["flag_id"]), "kind": str(row["kind"])},
                )
