"""The filters at the side: values and histograms with counts that follow all other filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from curation.app import queried, scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.filtering import facet_choice, facets, query
from curation.filtering.facet_choice import FacetChoice
from curation.filtering.facets import Facets, LabelField
from curation.filtering.query import Query
from curation.filtering.snapshot import Snapshot
from curation.views.messages.browse import Facet, FacetMetric
from scoring.arrays import Mask

MOST_VALUES = 60
"""Values of a field that are listed, those of the most samples."""
MOST_OPEN = 12
"""Metrics whose histograms are drawn."""


@dataclass(frozen=True)
class SideFilters:
    """Fields with names, and metrics."""

    facets: list[Facet]
    metrics: list[FacetMetric]


def filters(server: Server, page_scope: Scope, searched: Query, open_metrics: Sequence[str]) -> SideFilters:
    """Counts what every filter offers.

    Args:
        server: Its samples are counted.
        page_scope: Filters of the page.
        searched: The query among them, read.
        open_metrics: Metrics whose histograms are drawn.

    Returns:
        Fields with at least one value and metrics with any, in their order.
    """
    fields = queried.fields(server)
    named = {name.lower() for name in query.fields(searched)}
    all_members = scope.members(server, page_scope)

    def members(field: str) -> Mask | None:
        """The samples of all filters but the field's own."""
        if field.lower() not in named:
            return all_members
        others = query.write(facet_choice.without(searched, field))
        return scope.members(server, replace(page_scope, query=others))

    return SideFilters(
        [
            _facet(name, labels, facet_choice.read(searched, name), members(name))
            for name, labels in fields.labelled.items()
            if labels.labels
        ],
        [
            _metric(fields, name, facet_choice.read(searched, name), members(name) if name in open_metrics else None,
                    is_open=name in open_metrics)
            for name in metrics(fields.snapshot)
        ],
    )  # fmt: skip


def metrics(snapshot: Snapshot) -> list[str]:
    """Names of the metrics that have values."""
    return [name for name, values in snapshot.values.items() if values.histogram.any()]


def _facet(name: str, labels: LabelField, choice: FacetChoice, members: Mask | None) -> Facet:
    counts = labels.counts(members)
    states = {label: _state(label, choice) for label in labels.labels}
    ordered = sorted(
        range(len(labels.labels)),
        key=lambda code: (not states[labels.labels[code]], -counts[code], labels.labels[code]),
    )
    # Decisions stand in their own order; what somebody chose is always listed.
    listed = list(range(len(labels.labels))) if name == "decision" else ordered[:MOST_VALUES]
    return {
        "field": name,
        "title": labels.title,
        "several": labels.sample_nos is not None,
        "every": choice.every,
        "values": [
            {"label": labels.labels[code], "count": int(counts[code]), "state": states[labels.labels[code]]}
            for code in listed
        ],
        "more": len(labels.labels) - len(listed),
    }


def _state(label: str, choice: FacetChoice) -> Literal["", "in", "out"]:
    if label.lower() in {value.lower() for value in choice.included}:
        return "in"
    return "out" if label.lower() in {value.lower() for value in choice.excluded} else ""


def _metric(fields: Facets, name: str, choice: FacetChoice, members: Mask | None, *, is_open: bool) -> FacetMetric:
    values, column = fields.snapshot.values[name], fields.snapshot.columns[name]
    counts = facets.histogram(fields, name, members) if is_open else np.empty(0, dtype=np.int64)
    return {
        "field": name,
        "title": column.title,
        "unit": column.unit,
        "low": choice.low,
        "high": choice.high,
        "edges": values.edges.tolist() if is_open else [],
        "counts": counts.tolist(),
    }
