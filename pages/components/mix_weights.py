"""The mix of datasets: a weight for each, and what the shares are before and after."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.common.counts import counted
from curation.recipes import quotas
from curation.recipes.recipe import MOST_WEIGHT, Quota
from curation.views.export import mix
from curation.views.export.mix import MixRow, MixView
from pages.components import drafts, markup, recipe_state, storing

TONES = ("--w-teal", "--w-amber", "--w-blue", "--w-purple", "--w-red", "--w-olive", "--w-gray")


def show(mix_view: MixView) -> None:
    """Both mixes as bars, then a line per dataset with its weight; every change is answered at once."""
    markup.show(_mixes(mix_view))
    st.caption(
        "The datasets' shares of what goes out are proportional to their weights, as far as the data go. Once one has "
        "a weight, those without count as 1; 0 leaves a dataset out. No row goes out twice."
    )
    _holding(mix_view)
    head = st.columns([9, 3], gap="small")
    head[0].markdown("**Dataset**")
    head[1].markdown("**Weight**")
    for position, row in enumerate(mix_view.rows):
        _line(position, row, mix_view)
    with st.container(horizontal=True, gap="small"):
        names = [row.dataset for row in mix_view.rows]
        st.button(
            f"Equal shares keep {mix_view.even:,} of {mix_view.available:,}", key="mix_equal", on_click=_equal,
            icon=":material/warning:" if mix_view.even < mix_view.available / 2 else ":material/drag_handle:",
            args=(names,),
            help="Gives every dataset the weight 1: none gives more than the smallest has, unless a total is set.",
        )  # fmt: skip
        st.button(
            "No weights", key="mix_none", icon=":material/backspace:", disabled=not mix_view.mixing, on_click=_none,
            help="Every dataset gives what the other rules leave of it.",
        )  # fmt: skip


def _mixes(mix_view: MixView) -> str:
    before = [(row.dataset, row.available / max(mix_view.available, 1), row.available) for row in mix_view.rows]
    after = [(row.dataset, row.exported / max(mix_view.exported, 1), row.exported) for row in mix_view.rows]
    return (
        f'<div class="w-soft">{counted(mix_view.available, "sample", "passes", "pass")} the filters</div>{_bar(before)}'
        f'<div class="w-soft w-over-mix">{mix_view.exported:,} go out</div>{_bar(after)}'
    )


def _bar(parts: list[tuple[str, float, int]]) -> str:
    """Datasets side by side, as wide as their shares; the words of narrow ones are in their titles."""
    spans = "".join(
        f'<span style="width:{100 * share:.2f}%; --w-tone: var({_tone(position)})" '
        f'title="{markup.safe(name)}: {count:,} ({share:.1%})">{markup.safe(name)} {share:.0%}</span>'
        for position, (name, share, count) in enumerate(parts)
        if count
    )
    return f'<div class="w-mix">{spans}</div>'


def _tone(position: int) -> str:
    return TONES[position % len(TONES)]


def _line(position: int, row: MixRow, mix_view: MixView) -> None:
    before, after = row.available / max(mix_view.available, 1), row.exported / max(mix_view.exported, 1)
    words = f' <span class="w-soft">{markup.safe(row.tags)}</span>' if row.tags else ""
    key = f"weight of {row.dataset}"
    if key not in st.session_state or st.session_state[key] != row.weight:
        st.session_state[key] = row.weight
    left, right = st.columns([9, 3], gap="small", vertical_alignment="center")
    with left:
        markup.show(
            f'<div><span class="w-dot" style="--w-tone: var({_tone(position)})"></span>'
            f"<b>{markup.safe(row.dataset)}</b>{words}</div>"
            f'<div class="w-num w-soft">{row.exported:,} of {row.available:,} that pass · '
            f"share {before:.1%} → <b>{after:.1%}</b></div>"
        )
    right.number_input(
        markup.plain(f"Weight of {row.dataset}"), min_value=0.0, max_value=float(MOST_WEIGHT), value=None, step=0.5,
        format="%.4g", key=key, placeholder="1" if mix_view.mixing else "no weight", label_visibility="collapsed",
        on_change=_changed, args=(row.dataset, key),
    )  # fmt: skip
    drafts.field(key, commits=False)


def _holding(mix_view: MixView) -> None:
    if mix_view.holding:
        names = ", ".join(mix_view.holding)
        has = "has" if len(mix_view.holding) == 1 else "have"
        st.info(
            markup.plain(
                f"{names} {has} no more to give, so the mix is {counted(mix_view.exported, 'sample')}. For a larger "
                "one give it a lower weight, loosen a rule, or set a total: then the others give what it lacks."
            ),
            icon=":material/straighten:",
        )


def _change(quota: Quota) -> None:
    recipe_state.change(replace(recipe_state.current(), quota=quota))


@storing.safely
def _changed(name: str, key: str) -> None:
    _change(quotas.with_weight(recipe_state.current().quota, name, st.session_state[key]))
    drafts.fields_saved(key)


@storing.safely
def _equal(names: list[str]) -> None:
    _change(mix.with_equal_weights(recipe_state.current().quota, names))


@storing.safely
def _none() -> None:
    _change(replace(recipe_state.current().quota, weights={}))
