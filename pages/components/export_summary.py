"""One line over the export page: how many go out, and what became of the others."""

from __future__ import annotations

import streamlit as st

from curation.common import display
from curation.recipes.recipe import Recipe
from curation.views.export.export import ExportView
from pages.components import markup


def show(shown: ExportView, recipe: Recipe) -> None:
    """Counts that add up, a bar, and the way to the filters."""
    filtered, over = shown.total - shown.available, shown.available - shown.size
    bar = markup.bar(shown.size / max(shown.total, 1), rest=over / max(shown.total, 1))
    line, link = st.columns([5, 2], vertical_alignment="center")
    with line:
        markup.show(
            f'<div class="w-num"><b class="w-size">{shown.size:,}</b> of {shown.total:,} samples exported · '
            f"{over:,} over quota · {filtered:,} removed by filters and reviewers</div>{bar}"
        )
    kinds = ", ".join(display.words(kind) for kind in recipe.drop_flags) or "none"
    link.page_link(
        "thresholds.py",
        label=f"{len(recipe.cuts)} thresholds, {markup.count(len(recipe.drop_flags), 'kind')} of flags",
        icon=":material/tune:",
        help=markup.plain(f"Flags that drop a sample unless dismissed: {kinds}."),
    )
