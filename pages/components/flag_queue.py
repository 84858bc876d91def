"""The list of flags that the filters leave; a click opens one."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.common.counts import counted

SHOWN = 200
SIGNS = {"unsupported": "✗", "unsure": "?", "supported": "✓", "confirmed": "✗✗", "dismissed": "✓✓"}
HELP = "✗ unsupported, ? unsure, ✓ supported, ! another kind of flag; twice where a person said so"


def show(queue: pl.DataFrame, current: str | None) -> None:
    """Draws the part of the queue around the present flag; a click opens a flag.

    Args:
        queue: Flags that the filters leave, in order.
        current: Id of the present flag; None where no flag is open.
    """
    queue_position = queue["flag_id"].index_of(current) if current and not queue.is_empty() else None
    position = f"{queue_position + 1:,} of " if queue_position is not None else ""
    start = max(0, (queue_position or 0) - SHOWN // 2) if queue.height > SHOWN else 0
    part = queue.slice(start, SHOWN)
    more = f", here {start + 1:,} to {start + part.height:,}" if queue.height > SHOWN else ""
    st.caption(f"{position}{counted(queue.height, 'flag')}{more}")
    if part.is_empty():
        return
    ids = part["flag_id"].to_list()
    rows = part.select(
        pl.concat_str(
            pl.when(pl.col("flag_id") == (current or "")).then(pl.lit("▸ ")).otherwise(pl.lit("")),
            pl.when(pl.col("text") != "")
            .then("text")
            .otherwise(pl.format("{} · row {}", pl.col("kind").str.replace_all("_", " "), "row")),
        ).alias("what"),
        pl.when(pl.col("status") == "open")
        .then("verdict")
        .otherwise("status")
        .replace_strict(SIGNS, default="!")
        .alias("state"),
    )
    key = f"queue-{hash(tuple(ids))}-{current}"
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=min(460, 40 + 30 * part.height),
        row_height=30,
        on_select=lambda: _selected(key, ids),
        selection_mode="single-row",
        column_config={
            "what": st.column_config.TextColumn("Flagged", width=118),
            "state": st.column_config.TextColumn("", width=40, help=HELP),
        },
    )


def _selected(key: str, ids: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.query_params["flag"] = ids[rows[0]]
