"""What to do next with a dataset that has come in: one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from curation.app.server import Server
from curation.common.counts import counted
from curation.views.ingest.ingest import DatasetView

MISSING = "image_missing"


@dataclass(frozen=True)
class NextStep:
    """The step's words, the page where it is done with its parameters, and why it is the next one."""

    label: str
    page: str
    why: str
    params: Mapping[str, str] = field(default_factory=dict)


def of(server: Server, dataset_view: DatasetView) -> NextStep | None:
    """Chooses the step.

    Args:
        server: Whether it is scoring just now.
        dataset_view: The dataset.

    Returns:
        Pictures that are missing come first, then the scoring that goes on, then review; None where nothing came in.
    """
    if not dataset_view.imported:
        return None
    missing = int(dataset_view.lint.filter(pl.col("kind") == MISSING)["samples"].sum())
    if missing:
        why = f"{missing:,} of {counted(dataset_view.imported, 'sample', 'lacks', 'lack')} a picture that they name."
        return NextStep("Look at missing pictures", "flags.py", why, {"kind": MISSING, "dataset": dataset_view.name})
    if server.scoring:
        return NextStep("Watch the scoring", "runs.py", "Its samples are being scored.")
    why = "No picture is missing, and nothing is being scored."
    return NextStep("Review samples", "review.py", why, {"dataset": dataset_view.name})
