"""What people's decisions say of the cut in focus, and other cuts to choose from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import board
from curation.common.counts import counted
from curation.common.intervals import LEAST_FOR_KAPPA
from curation.filtering.cut_quality import CutQuality, Estimate
from curation.filtering.cut_suggestions import CutSuggestion
from curation.filtering.group_costs import GroupCost, GroupCut
from curation.recipes.recipe import Cut
from curation.views.thresholds.cut_detail import Judgement
from pages.components import markup, recipe_state, storing

_MOST_GROUPS = 30


def show(judgement: Judgement | None) -> None:
    """Precision and recall with their intervals, then the suggestions, each applied by one click."""
    if judgement is None:
        st.caption("Choose a metric: only thresholds have a precision and other cuts.")
        return
    st.markdown(f"**{markup.plain(judgement.title)}**")
    if judgement.quality is None:
        st.caption("This metric has no cut to judge yet.")
    else:
        _quality(judgement.quality)
    st.markdown("**Other cuts**")
    for position, suggestion in enumerate(judgement.suggestions):
        _suggestion(position, suggestion, judgement.costs.get(suggestion.name, []))
    _group_cuts(judgement.group_cuts)


def _quality(quality: CutQuality) -> None:
    left, right = st.columns(2)
    with left:
        _share("Precision", quality.precision, "decided samples that this cut drops should go")
    with right:
        _share("Recall", quality.recall, "decided samples that should go are dropped by it")
    bad = quality.decided - quality.good
    st.caption(
        f"Over all samples, not only the decided ones. Rests on {counted(quality.decided, 'sample')} decided one by "
        f"one: {bad:,} should go (rejected, or with a confirmed flag), {quality.good:,} should stay (approved). "
        "Samples that nobody decided may be either, which sets the outer bounds."
    )
    st.caption(_agreement(quality))
    if quality.drawn:
        st.caption(
            f"The {quality.drawn:,} first samples of the random audit are a random draw: their share is shown, and "
            "narrows the bounds to its 95 % interval."
        )
    else:
        st.caption(
            "Nothing was decided in the random audit yet. That queue in Review is a random draw: a few dozen "
            "decisions there give a figure instead of bounds."
        )


def _agreement(quality: CutQuality) -> str:
    """How far the cut and people agree beyond chance."""
    if quality.kappa is None:
        return (
            f"Agreement of the cut with people (Cohen's κ): not computed; it needs {LEAST_FOR_KAPPA} decided samples, "
            "and both verdicts from people and from the cut."
        )
    value, low, high = quality.kappa
    return (
        f"Agreement of the cut with people beyond chance: κ {value:.2f} (95 %: {low:.2f} to {high:.2f}), on the "
        f"{quality.decided:,} decided samples, which people chose to look at."
    )


def _share(label: str, estimate: Estimate, words: str) -> None:
    value = "–" if estimate.value is None else f"{estimate.value:.0%}"
    markup.show(
        f'<div>{label}</div><div class="w-big">{value}</div><div class="w-num">{_bounds(estimate)}</div>'
        f'<div class="w-soft">{estimate.counted.hits:,} of {estimate.counted.of:,} {words}</div>'
    )


def _bounds(estimate: Estimate) -> str:
    low, high = f"{estimate.low:.0%}", f"{estimate.high:.0%}"
    if (low, high) == ("0%", "100%"):
        return "anything from 0 to 100 %"
    if low == high:
        return f"known: {low}"
    if low == "0%":
        return f"at most {high}"
    return f"at least {low}" if high == "100%" else f"{low} to {high}"


def _suggestion(position: int, suggestion: CutSuggestion, costs: Sequence[GroupCost]) -> None:
    if suggestion.cut is None:
        markup.show(f'<div class="w-soft"><b>{markup.safe(suggestion.name)}</b>: {markup.safe(suggestion.why)}</div>')
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            markup.plain(suggestion.name),
            key=f"suggest-{position}",
            help=markup.plain(suggestion.about),
            on_click=_use,
            args=(suggestion.cut,),
        )
        hit = "".join(f" · {cost.by.lower()} {cost.group}: {cost.share:.0%}" for cost in costs)
        words = markup.safe(f"{_edges(suggestion.cut)} · drops {suggestion.fails:,}{hit}")
        markup.show(f'<span class="w-soft w-num">{words}</span>')


def _group_cuts(group_cuts: Sequence[GroupCut]) -> None:
    """The cut that each group would have for itself, and what it would cost the others."""
    if not group_cuts:
        return
    st.markdown("**By task, language and dataset**")
    rows = [
        (
            f'<span class="w-soft">{markup.safe(group_cut.cost.by)}</span><br>{markup.safe(group_cut.cost.group)}',
            f"{group_cut.cost.samples:,}",
            "–" if group_cut.standing is None else f"{group_cut.standing.share:.1%}",
            markup.safe(_edges(group_cut.cut)),
            f"{group_cut.cost.fails:,}",
            f"{group_cut.everywhere:,}",
        )
        for group_cut in group_cuts[:_MOST_GROUPS]
    ]
    head = ("Group", "Samples", "The cut drops", "Its own cut", "Drops of it", "Drops of all")
    markup.show(markup.table(head, rows, right=(1, 2, 4, 5)))
    st.caption("A group's own cut drops at most 1 % of it. A cut holds for all samples, whatever group it suits.")


def _edges(cut: Cut) -> str:
    if cut.low is None:
        return f"at most {cut.high:.4g}"
    return f"at least {cut.low:.4g}" if cut.high is None else f"{cut.low:.4g} to {cut.high:.4g}"


@storing.safely
def _use(cut: Cut) -> None:
    recipe_state.change(board.with_cut(recipe_state.current(), cut))
