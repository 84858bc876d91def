"""The list of flags that the filters leave; a click opens one."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.app.server import Server
from curation.common.counts import counted
from curation.views.flags import flags

SHOWN = 200
ROW_HEIGHT = 36
SIGNS = {"unsupported": "✗", "unsure": "?", "supported": "✓", "confirmed": "✗✗", "dismissed": "✓✓"}
HELP = "✗ unsupported, ? unsure, ✓ supported, ! another kind of flag; twice where a person said so"


def show(owner: Server, queue: pl.DataFrame, current: str | None) -> None:
    """Draws the part of the queue around the present flag; a click opens a flag.

    Args:
        owner: The server, which has the pictures.
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
        pl.concat_str("dataset", pl.lit(" · "), "row").alias("place"),
    ).insert_column(0, pl.Series("picture", flags.thumbnails(owner, part), dtype=pl.String))
    key = f"queue-{hash(tuple(ids))}-{current}"
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=min(520, 40 + ROW_HEIGHT * part.height),
        row_height=ROW_HEIGHT,
        on_select=lambda: _selected(key, ids),
        selection_mode="single-row",
        column_config={
            "picture": st.column_config.ImageColumn("", width=46),
            "what": st.column_config.TextColumn("Flagged", width=92),
            "state": st.column_config.TextColumn("", width=34, help=HELP),
            "place": st.column_config.TextColumn("Place", width=96, help="Dataset and row"),
        },
    )


def _selected(key: str, ids: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.query_params["flag"] = ids[rows[0]]
