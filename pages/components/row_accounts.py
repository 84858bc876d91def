"""What became of every row of every file: a picture of the flow, and a table that adds up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import streamlit as st

from curation import accounting
from curation.accounting import EXPORTED, FATES, Account
from pages.components import markup

TONES = dict(zip(FATES, ("#d64535", "#d28a1c", "#9a5fab", "#3f87cf", "#2f9e6b"), strict=True))
SHORT = dict(zip(FATES, ("Rejected", "Filtered", "By people", "Over the quota", "Exported"), strict=True))


def show(accounts: Sequence[Account], flows: pl.DataFrame, fates: Callable[[], bytes]) -> None:
    """The flow from files to fates and reasons, the counts, and the fate of each row as a file."""
    if not flows.is_empty():
        st.echarts_chart(_spec(flows), height=_height(flows), key="row_flow", alt=_in_words(accounts))
    _table(accounts)
    late = [one.dataset for one in accounts if not one.adds_up]
    if late:
        st.caption(markup.plain(f"Still being imported: {', '.join(late)}. Its newest rows are not counted yet."))
    st.download_button(
        "Fate of every row (CSV)", fates, accounting.FILE, "text/csv", on_click="ignore", icon=":material/download:",
        key="fates_csv",
    )  # fmt: skip


def _table(accounts: Sequence[Account]) -> None:
    found = accounting.table(accounts)
    rows = [_row(one) for one in found.iter_rows(named=True)]
    if len(rows) > 1:
        rows.append(_row(found.sum().to_dicts()[0] | {"dataset": ""}))
    heads = ("Dataset", "Rows in the file", *SHORT.values(), "")
    markup.show(markup.table(heads, rows, right=(1, 2, 3, 4, 5, 6)))
    st.caption("Each row is counted once, under the first cause that leaves it out; every line adds up.")


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    name = markup.safe(one["dataset"]) or "<b>All</b>"
    spans = "".join(
        f'<span style="width:{100 * one[fate] / max(one["rows"], 1):.2f}%; --w-tone: {TONES[fate]}" '
        f'title="{SHORT[fate]}: {one[fate]:,}"></span>'
        for fate in FATES
        if one[fate]
    )
    counts = (f"<b>{one[fate]:,}</b>" if fate == EXPORTED else f"{one[fate]:,}" for fate in FATES)
    return (name, f"{one['rows']:,}", *counts, f'<div class="w-stack w-flow">{spans}</div>')


def _in_words(accounts: Sequence[Account]) -> str:
    return "; ".join(
        f"{one.dataset}: {one.rows:,} rows, "
        + ", ".join(f"{one.count(fate):,} {words}" for fate, words in FATES.items() if one.count(fate))
        for one in accounts
    )


def _spec(flows: pl.DataFrame) -> dict[str, Any]:
    """A Sankey diagram; a node's name ends in as many zero-width spaces as its depth, so that no two are the same."""
    nodes: dict[str, dict[str, Any]] = {}
    links = []
    of_sets = flows.filter(pl.col("kind") == "dataset")
    for name in of_sets["source"].unique(maintain_order=True):
        _node(nodes, name, 0, "#8a9691")
    for fate in FATES:
        if fate in of_sets["target"]:
            _node(nodes, fate, 1, TONES[fate])
    for source, target, rows, kind in flows.iter_rows():
        depth = 0 if kind == "dataset" else 1
        start = _node(nodes, source, depth, "#8a9691" if kind == "dataset" else TONES[kind])
        end = _node(nodes, target, depth + 1, TONES[target if kind == "dataset" else kind], "" if not depth else kind)
        links.append({"source": start, "target": end, "value": rows})
    totals = dict.fromkeys(nodes, 0)
    for link in links:
        totals[link["target"]] += link["value"]
        totals[link["source"]] += link["value"] if nodes[link["source"]]["depth"] == 0 else 0
    for name, node in nodes.items():
        node["label"] = {"formatter": f"{node.pop('words')} · {totals[name]:,}".replace("{", "(").replace("}", ")")}
    series = {
        "type": "sankey", "data": list(nodes.values()), "links": links, "left": 4, "right": "30%", "top": 6,
        "bottom": 6, "nodeGap": 12, "nodeWidth": 12, "draggable": False, "emphasis": {"focus": "adjacency"},
        "lineStyle": {"color": "target", "opacity": 0.3}, "label": {"width": 190, "overflow": "truncate"},
        "layoutIterations": 0,
    }  # fmt: skip
    return {"tooltip": {"trigger": "item", "valueFormatter": "localized"}, "animation": False, "series": [series]}


def _node(nodes: dict[str, dict[str, Any]], text: str, depth: int, tone: str, of: str = "") -> str:
    words = SHORT.get(text, text) if depth == 1 else text
    name = words + "\u200b" * (depth + (list(FATES).index(of) + 1 if of else 0) * 3)
    nodes.setdefault(name, {"name": name, "words": words, "depth": depth, "itemStyle": {"color": tone}})
    return name


def _height(flows: pl.DataFrame) -> int:
    starts = flows.filter(pl.col("kind") == "dataset")["source"].n_unique()
    ends = flows.filter(pl.col("kind") != "dataset").height
    return min(max(220, 34 * max(starts, ends) + 40), 560)
