"""One line over the export page: how many go out, and what became of the others."""

from __future__ import annotations

import streamlit as st

from curation.common import display
from curation.common.counts import counted
from curation.recipes.recipe import Recipe
from curation.views.export.export import ExportView
from pages.components import markup


def show(export_view: ExportView, recipe: Recipe) -> None:
    """Draws counts that add up, a bar, and the way to the filters.

    Args:
        export_view: The plan that would be exported.
        recipe: The draft, whose filters are counted.
    """
    outside, over = export_view.plan.outside, export_view.available - export_view.size
    filtered = export_view.total - outside - export_view.available
    selected = f" · {outside:,} outside the selection" if recipe.selection else ""
    bar = markup.bar(export_view.size / max(export_view.total, 1), faint_share=over / max(export_view.total, 1))
    line, link = st.columns([5, 2], vertical_alignment="center")
    with line:
        markup.show(
            f'<div class="w-num"><b class="w-size">{export_view.size:,}</b> of '
            f"{counted(export_view.total, 'sample')} exported · {over:,} over quota · "
            f"{filtered:,} removed by filters and reviewers{selected}</div>{bar}"
        )
    kinds = ", ".join(display.words(kind) for kind in recipe.drop_flags) or "none"
    link.page_link(
        "thresholds.py",
        label=f"{len(recipe.cuts)} thresholds, {counted(len(recipe.drop_flags), 'kind')} of flags",
        icon=":material/tune:",
        help=markup.plain(f"Flags that drop a sample unless dismissed: {kinds}."),
    )
