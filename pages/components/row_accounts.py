"""What became of every row of every file: a picture of the flow, and a table that adds up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import streamlit as st

from curation.common.counts import counted
from curation.exporting import accounting
from curation.exporting.accounting import EXPORTED, FATES, Account
from pages.components import markup

TONES = dict(zip(FATES, ("#d64535", "#8a9691", "#d28a1c", "#9a5fab", "#3f87cf", "#6b7f2f", "#2f9e6b"), strict=True))
SHORT = dict(
    zip(
        FATES,
        ("Rejected", "Not selected", "Filtered", "By people", "Over the quota", "No row in the format", "Exported"),
        strict=True,
    )
)


def show(accounts: Sequence[Account], flows: pl.DataFrame, fates: Callable[[], bytes]) -> None:
    """Draws the flow from files to fates and reasons, the counts, and the download of each row's fate.

    Args:
        accounts: One account per dataset.
        flows: source, target, rows and kind of each flow.
        fates: Writes the CSV when it is downloaded.
    """
    if not flows.is_empty():
        st.echarts_chart(_spec(flows), height=_height(flows), key="row_flow", alt=_in_words(accounts))
    _table(accounts)
    late = [account.dataset for account in accounts if not account.adds_up]
    if late:
        st.caption(markup.plain(f"Still being imported: {', '.join(late)}. Its newest rows are not counted yet."))
    st.download_button(
        "Fate of every row (CSV)", fates, "accounting.csv", "text/csv", on_click="ignore", icon=":material/download:",
        key="fates_csv",
    )  # fmt: skip


def _table(accounts: Sequence[Account]) -> None:
    counts = accounting.table(accounts)
    fates = list(accounting.named_fates(counts.select(list(FATES)).sum().to_dicts()[0]))
    rows = [_row(row, fates) for row in counts.iter_rows(named=True)]
    if len(rows) > 1:
        rows.append(_row(counts.sum().to_dicts()[0] | {"dataset": ""}, fates))
    heads = ("Dataset", "Rows in the file", *(SHORT[fate] for fate in fates), "")
    markup.show(markup.table(heads, rows, right=range(1, len(heads) - 1)))
    st.caption("Each row is counted once, under the first cause that leaves it out; every line adds up.")


def _row(row: dict[str, Any], fates: Sequence[str]) -> tuple[str, ...]:
    name = markup.safe(row["dataset"]) or "<b>All</b>"
    spans = "".join(
        f'<span style="width:{100 * row[fate] / max(row["rows"], 1):.2f}%; --w-tone: {TONES[fate]}" '
        f'title="{SHORT[fate]}: {row[fate]:,}"></span>'
        for fate in fates
        if row[fate]
    )
    counts = (f"<b>{row[fate]:,}</b>" if fate == EXPORTED else f"{row[fate]:,}" for fate in fates)
    return (name, f"{row['rows']:,}", *counts, f'<div class="w-stack w-flow">{spans}</div>')


def _in_words(accounts: Sequence[Account]) -> str:
    return "; ".join(
        f"{account.dataset}: {counted(account.rows, 'row')}, "
        + ", ".join(f"{account.count(fate):,} {words}" for fate, words in FATES.items() if account.count(fate))
        for account in accounts
    )


def _spec(flows: pl.DataFrame) -> dict[str, Any]:
    """A Sankey diagram: datasets, fates, reasons."""
    nodes, links = _graph(flows)
    totals = dict.fromkeys(nodes, 0)
    for link in links:
        totals[link["target"]] += link["value"]
        totals[link["source"]] += link["value"] if nodes[link["source"]]["depth"] == 0 else 0
    for name, node in nodes.items():  # braces would be read as a template
        words = node.pop("words").replace("{", "(").replace("}", ")")
        node["label"] = {"formatter": f"{words} · {totals[name]:,}"}
    series = {
        "type": "sankey", "data": list(nodes.values()), "links": links, "left": 4, "right": "30%", "top": 6,
        "bottom": 6, "nodeGap": 12, "nodeWidth": 12, "draggable": False, "emphasis": {"focus": "adjacency"},
        "lineStyle": {"color": "target", "opacity": 0.3}, "label": {"width": 190, "overflow": "truncate"},
        "layoutIterations": 0,
    }  # fmt: skip
    return {"tooltip": {"trigger": "item", "valueFormatter": "localized"}, "animation": False, "series": [series]}


def _graph(flows: pl.DataFrame) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Nodes by name, in the order in which they are drawn, and the links between them."""
    nodes: dict[str, dict[str, Any]] = {}
    of_sets = flows.filter(pl.col("kind") == "dataset")
    for name in of_sets["source"].unique(maintain_order=True):
        _node(nodes, name, 0, "#8a9691")
    for fate in FATES:
        if fate in of_sets["target"]:
            _node(nodes, fate, 1, TONES[fate])
    links = []
    for source, target, rows, kind in flows.iter_rows():
        if kind == "dataset":
            ends = _node(nodes, source, 0, ""), _node(nodes, target, 1, "")
        else:
            ends = _node(nodes, source, 1, ""), _node(nodes, target, 2, TONES[kind], kind)
        links.append({"source": ends[0], "target": ends[1], "value": rows})
    return nodes, links


def _node(nodes: dict[str, dict[str, Any]], text: str, depth: int, tone: str, of: str = "") -> str:
    """Adds a node unless it is there, and gives its name.

    The name ends in as many zero-width spaces as tell it from all others: a dataset may be called "Exported", and two
    fates may have a reason of the same words.
    """
    words = SHORT.get(text, text) if depth == 1 else text
    name = words + "\u200b" * (depth + (list(FATES).index(of) + 1 if of else 0) * 3)
    nodes.setdefault(name, {"name": name, "words": words, "depth": depth, "itemStyle": {"color": tone}})
    return name


def _height(flows: pl.DataFrame) -> int:
    starts = flows.filter(pl.col("kind") == "dataset")["source"].n_unique()
    ends = flows.filter(pl.col("kind") != "dataset").height
    return min(max(220, 34 * max(starts, ends) + 40), 560)
