"""What is in: datasets with what became of their rows, the mix of tasks, and a small picture of the map."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from curation.formats import registry
from curation.maps import layouts
from curation.views.overview.overview import Contents
from curation.workspace import tags
from curation.workspace.tags import Tagged
from pages.components import markup, overlap_matrix

TASKS = 8


def show(contents: Contents) -> None:
    """Datasets, what they have in common, tasks, map."""
    _datasets(contents.datasets, contents.tagged)
    overlap_matrix.show(contents.overlap)
    if not contents.tasks.is_empty():
        st.markdown("**Tasks**")
        _tasks(contents.tasks)
    if contents.map:
        stage, run_no = contents.map
        st.page_link("map.py", label=f"**Map of {layouts.MAPS[stage].lower()}**", query_params={"map": stage})
        markup.show(
            f'<img class="w-map-small" src="/map-small/{markup.safe(stage)}/{int(run_no)}" '
            f'alt="Where the samples lie on the map, coloured by cluster">'
        )


def _datasets(datasets: pl.DataFrame, tagged: Mapping[str, Tagged]) -> None:
    rows = [
        (
            f'<b>{markup.safe(row["name"])}</b> <span class="w-soft">{markup.safe(registry.short_name(row["format"]))}'
            f"{'' if row['state'] == 'complete' else ' · still importing'}</span>{_tags(tagged.get(row['name']))}",
            f"{row['imported']:,}",
            f"{row['rejected']:,}",
        )
        for row in datasets.iter_rows(named=True)
    ]
    markup.show(markup.table(("Dataset", "Imported", "Rejected"), rows, right=(1, 2)))
    if datasets["rejected"].sum():
        st.page_link("ingest.py", label="Why rows were rejected", icon=":material/upload_file:")


def _tags(dataset: Tagged | None) -> str:
    """What people say of a dataset; what is only suggested is said to be."""
    if dataset is None or not dataset.samples:
        return ""
    words = tags.words(dataset.tags)
    parts = [words] if words else []
    if not words and dataset.suggestion:
        parts = [f"perhaps {tags.words(dataset.suggestion.tags) or 'of no tendency'}?"]
    parts.append(f"{dataset.kind_of_turns} turn, {dataset.turns:.1f} each")
    return f'<div class="w-soft">{markup.safe(" · ".join(parts))}</div>'


def _tasks(tasks: pl.DataFrame) -> None:
    """The largest tasks as bars, the rest in one line."""
    total, largest = int(tasks["samples"].sum()), max(int(tasks["samples"][0]), 1)
    rows = [
        (markup.safe(task), markup.bar(samples / largest), f"{samples:,}", f"{100 * samples / total:.0f} %")
        for task, samples in tasks.head(TASKS).iter_rows()
    ]
    smaller = tasks.slice(TASKS)
    if smaller.height:
        samples = int(smaller["samples"].sum())
        rows.append((f"{smaller.height:,} more", "", f"{samples:,}", f"{100 * samples / total:.0f} %"))
    markup.show(markup.table(("", "", "", ""), rows, right=(2, 3)))
