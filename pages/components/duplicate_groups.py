"""Keeping the best of each group of duplicates, for the present group or for all that the filters leave."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.app import server
from curation.app.server import Server
from curation.common.counts import counted
from curation.flags import current_flags, duplicates
from pages.components import markup, person, storing


def show(owner: Server, queue: pl.DataFrame, current: str) -> None:
    """Draws the rule for duplicates and what it would keep and drop; nothing where the present flag is no duplicate.

    Args:
        owner: The server.
        queue: Flags that the filters leave.
        current: Id of the present flag.
    """
    row = current_flags.row_of(owner, current)
    if row is None or row["kind"] != duplicates.KIND:
        return
    rules = duplicates.rules(owner)
    members = duplicates.groups(owner)
    group, _ = duplicates.members_of(owner, row["sample_no"])
    present_group = [] if group is None else [group]
    duplicate_samples = queue.filter(pl.col("kind") == duplicates.KIND)["sample_no"]
    every = (
        members.filter(pl.col("sample_no").is_in(duplicate_samples.implode()))["group_no"]
        .unique(maintain_order=True)
        .to_list()
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        rule = st.selectbox(
            "Of duplicates keep",
            list(rules),
            key="duplicate_rule",
            format_func=rules.__getitem__,
            persist_state="session",
            width=240,
            help="Keeping dismisses a member's flag, dropping confirms it. One undo takes all of it back.",
        )
        prefer = _prefer(sorted(members["dataset"].unique()))
        _button(owner, "here_group", "This group", rule, present_group, prefer)
        _button(owner, "here_groups", f"All {counted(len(every), 'group')}", rule, every, prefer)


def _prefer(names: list[str]) -> list[str]:
    """Datasets whose members stay before those of others, in the order in which they are chosen."""
    if len(names) < 2:
        return []
    return st.multiselect(
        "First of dataset",
        names,
        key="duplicate_prefer",
        format_func=markup.line,
        placeholder="any",
        persist_state="session",
        width=240,
        help="A member of the first dataset stays, else one of the second, ...; the rule decides within a dataset.",
    )


def _button(owner: Server, key: str, label: str, rule: str, numbers: list[int], prefer: list[str]) -> None:
    plan = duplicates.plan(owner, rule, numbers, prefer)
    keep_count = int(plan["best"].sum())
    st.button(
        f"{label}: keep {keep_count:,}, drop {plan.height - keep_count:,}",
        key=key,
        disabled=plan.is_empty(),
        on_click=_apply,
        args=(person.name(), rule, numbers, prefer),
    )


@storing.safely
def _apply(who: str, rule: str, numbers: list[int], prefer: list[str]) -> None:
    act = duplicates.apply(server.current(), who, rule, numbers, prefer)
    st.query_params.pop("flag", None)
    spared = f" {counted(act.spared, 'flag')} left alone: others decided them." if act.spared else ""
    st.toast(f"{counted(act.count, 'flag')} of {counted(len(numbers), 'group')} decided.{spared}")
