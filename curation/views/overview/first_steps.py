"""The four steps from data to an export, each ticked once it was done in this workspace."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from curation.app.server import Server
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.flags import current_flags
from curation.views.runs import progress
from storage import exports, runs

PEOPLE_DECIDE = ("sample", "flag")
"""What a decision is on that counts as review."""


@dataclass(frozen=True)
class FirstStep:
    """A step with what it is for; `label` says what to do next, on `page`."""

    title: str
    purpose: str
    is_done: bool
    label: str
    page: str


def listing(server: Server) -> tuple[FirstStep, ...]:
    """Lists the steps, in their order.

    Args:
        server: Its workspace and what it does now are looked at.

    Returns:
        Import, Score, Review and Export.
    """
    store = server.workspace.store
    has_samples = bool(progress.totals(server)["samples"])
    is_scored = has_samples and not server.scoring and (runs.listing(store, 20)["state"] == "done").any()
    review_label, review_page = _what_to_review(server) if is_scored else ("Review samples", "review.py")
    score_label = "Watch the scoring" if server.scoring else "Score the samples"
    return (
        FirstStep("Import", "Bring in conversations with their images.", has_samples, "Import a dataset", "ingest.py"),
        FirstStep("Score", "Metrics find what is wrong or weak.", is_scored, score_label, "runs.py"),
        FirstStep("Review", "People confirm, correct and approve.", _is_reviewed(server), review_label, review_page),
        FirstStep(
            "Export", "A balanced split for your trainer.", bool(exports.newest(store, 1).height), "Export", "export.py"
        ),
    )


def _is_reviewed(server: Server) -> bool:
    decisions = decision_log.standing(server.workspace)
    return bool(decisions["subject"].is_in(PEOPLE_DECIDE).any())


def _what_to_review(server: Server) -> tuple[str, str]:
    """What the button says, and its page: the flagged samples where there are any."""
    open_flags = current_flags.every(server).filter(pl.col("status") == "open")
    flagged = open_flags["sample_no"].n_unique()
    if not flagged:
        return "Review samples", "review.py"
    return f"Review the {counted(flagged, 'flagged sample')}", "flags.py"
