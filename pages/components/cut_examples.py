"""Samples nearest to a cut, on both of its sides, with why the dropped ones are dropped."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation import server
from curation.recipe import Recipe
from curation.views import thresholds
from curation.views.thresholds import Example, ThresholdsView
from pages.components import markup, picture


def show(shown: ThresholdsView, recipe: Recipe) -> None:
    """The cut that was moved last, or the one chosen here."""
    cuts = {cut.metric: cut for cut in recipe.cuts if cut.metric in {row.name for row in shown.metrics}}
    if not cuts:
        st.caption("No threshold is set: nothing lies at a cut.")
        return
    titles = {row.name: row.title for row in shown.metrics}
    if st.session_state.get("looked_at") not in cuts:
        drops = {row.name: row.drops for row in shown.metrics}
        st.session_state["looked_at"] = max(cuts, key=lambda name: drops[name])
    name = st.selectbox("At the cut of", list(cuts), key="looked_at", format_func=lambda one: markup.plain(titles[one]))
    kept, dropped = thresholds.examples(server.current(), shown, cuts[name])
    _row("Just inside", kept)
    _row("Just outside", dropped)


def _row(title: str, examples: Sequence[Example]) -> None:
    if not examples:
        markup.show(f'<div class="w-soft">{title}: none.</div>')
        return
    cards = "".join(_card(one) for one in examples)
    markup.show(
        f'<div class="w-soft">{title}</div>'
        f'<div style="display:grid;grid-template-columns:repeat({max(len(examples), 6)},1fr);gap:.4rem">{cards}</div>'
    )


def _card(one: Example) -> str:
    why = f"Dropped by: {', '.join(one.reasons)}" if one.reasons else "Remains"
    picture_html = picture.thumbnail(one.image_no, one.dataset)
    return (
        f'<a class="w-card" href="/review?sample={int(one.sample_no)}" target="_blank" title="{markup.safe(why)}">'
        f"{picture_html}"
        f'<span class="w-soft w-num">{one.value:.4g} · row {int(one.row)}</span><br>'
        f'<span class="w-soft w-clip">{markup.safe(", ".join(one.reasons)) if one.reasons else "remains"}</span></a>'
    )
