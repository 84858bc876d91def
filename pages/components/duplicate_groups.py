"""Keeping the best of each group of duplicates, for the present group or for all that the filters leave."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation import duplicates, server
from curation.server import Server
from pages.components import markup, person


def show(owner: Server, queue: pl.DataFrame, current: str | None) -> None:
    """The rule, and what it would keep and drop; nothing where the present flag is no duplicate."""
    row = (
        queue.filter(pl.col("flag_id") == current).select("kind", "sample_no").row(0)
        if current in queue["flag_id"]
        else None
    )
    if row is None or row[0] != duplicates.KIND:
        return
    rules = duplicates.rules(owner)
    members = duplicates.groups(owner)
    mine = members.filter(pl.col("sample_no") == row[1])["group_no"].to_list()[:1]
    wanted = queue.filter(pl.col("kind") == duplicates.KIND)["sample_no"]
    every = (
        members.filter(pl.col("sample_no").is_in(wanted.implode()))["group_no"].unique(maintain_order=True).to_list()
    )
    with st.container(border=True, gap="small"):
        rule = st.selectbox(
            "Of duplicates keep",
            list(rules),
            key="duplicate_rule",
            format_func=rules.__getitem__,
            persist_state="session",
        )
        _button(owner, "here_group", "This group", rule, mine)
        _button(owner, "here_groups", f"All {len(every):,} groups", rule, every)
        st.caption("Keeping dismisses a member's flag, dropping confirms it. One undo takes all of it back.")


def _button(owner: Server, key: str, label: str, rule: str, numbers: list[int]) -> None:
    plan = duplicates.plan(owner, rule, numbers)
    kept = int(plan["best"].sum())
    st.button(
        f"{label}: keep {kept:,}, drop {plan.height - kept:,}",
        key=key,
        disabled=plan.is_empty(),
        width="stretch",
        on_click=_apply,
        args=(rule, numbers),
    )


def _apply(rule: str, numbers: list[int]) -> None:
    act = duplicates.apply(server.current(), person.name(), rule, numbers)
    st.query_params.pop("flag", None)
    spared = f" {markup.count(act.spared, 'flag')} left alone: others decided them." if act.spared else ""
    st.toast(f"{markup.count(act.count, 'flag')} of {markup.count(len(numbers), 'group')} decided.{spared}")
