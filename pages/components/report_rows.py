"""Which sets the report puts side by side, and whether they are cut down to one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from curation.app import server
from curation.reporting.sample_sets import NamedSet
from curation.views.report import report
from curation.views.report.report import Sets
from curation.views.thresholds import recipes
from pages.components import markup, recipe_state

_GROUPS = tuple(report.GROUPS)
_ABLATED, _LEFT_OUT = "report_ablated", "report_left_out"


@dataclass(frozen=True)
class ReportSets:
    """All sets, those that were selected, and how they are drawn."""

    all_sets: Sets
    selected: tuple[NamedSet, ...]
    equal: bool
    seed: int


def show() -> ReportSets:
    """The choice in one line; what cannot be shown is said below."""
    owner = server.current()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        groups = st.pills(
            "Rows beside the raw set", _GROUPS, selection_mode="multi", default=_GROUPS, key="report_groups",
            format_func=lambda name: report.GROUPS[name], persist_state="session",
        )  # fmt: skip
        ablated = _ablated(disabled="ablation" not in groups)
        equal = st.toggle(
            "Equal size", value=True, key="report_equal", persist_state="session",
            help="Cuts every set down to the size of the smallest, as the paper does: a larger set looks more "
            "various just for being larger.",
        )  # fmt: skip
        seed = st.number_input(
            "Seed of the draw", min_value=0, max_value=10**9, value=0, step=1, key="report_seed", width=140,
            disabled=not equal, persist_state="session",
        )  # fmt: skip
        all_sets = report.sets(owner, recipe_state.current(), ablated, ablations="ablation" in groups)
        without = _left_out(all_sets.of(groups))
    notes = [*all_sets.notes, *report.small_sets_left_out(all_sets.of(groups), without)]
    if notes:
        st.caption("  \n".join(markup.plain(note) for note in notes))
    return ReportSets(all_sets, all_sets.of(groups, without), equal, int(seed))


def _ablated(*, disabled: bool) -> str:
    names = report.recipes_of(server.current())
    if st.session_state.get(_ABLATED) not in names:
        st.session_state[_ABLATED] = recipes.DRAFT
    return st.selectbox(
        "Ablations of", names, key=_ABLATED, disabled=disabled, width=190,
        help="The recipe whose filters are left out, a group at a time.",
    )  # fmt: skip


def _left_out(offered: Sequence[NamedSet]) -> list[str]:
    """Sets that a person takes out; very small ones are out until someone takes them in."""
    names = [named_set.name for named_set in offered]
    sizes = {named_set.name: named_set.size for named_set in offered}
    before = st.session_state.get(_LEFT_OUT)
    left_out = report.too_small(offered) if before is None else [name for name in before if name in names]
    if left_out != before:
        st.session_state[_LEFT_OUT] = left_out
    with st.popover(f"Leave rows out{f' · {len(left_out)}' if left_out else ''}", icon=":material/visibility_off:"):
        return st.multiselect(
            "Left out", names, key=_LEFT_OUT, format_func=lambda name: f"{name} · {sizes[name]:,}",
            help="Without the smallest set, the others are cut down less.", persist_state="session",
        )  # fmt: skip
