"""What people said looking at one thing at a time: what figures about people and their verdicts rest on.

A later act on many things at once does not hide what somebody said before on one of them.
"""

from __future__ import annotations

import polars as pl

from curation.decisions import decision_log, origins, standing
from curation.workspace import Workspace


def counting(workspace: Workspace, subject: str) -> pl.DataFrame:
    """Reads what counts for every key, as `decision_log.standing` does of all decisions.

    Args:
        workspace: Open workspace.
        subject: What the decisions are on.

    Returns:
        The columns of `decision_log.standing`, in the order of the log.
    """
    return standing.counting(_events(workspace, subject))


def by_person(workspace: Workspace, subject: str) -> pl.DataFrame:
    """Reads what each person said last on each key, adjudications left out.

    Args:
        workspace: Open workspace.
        subject: What the decisions are on.

    Returns:
        The columns of `decision_log.standing`, in the order of the log.
    """
    return standing.by_person(_events(workspace, subject))


def drawn(workspace: Workspace) -> pl.DataFrame:
    """Reads what counts on the samples that somebody decided in the order of the random audit.

    Args:
        workspace: Open workspace.

    Returns:
        One event per sample, with the columns of `decision_log.standing`.
    """
    decided = _events(workspace, "sample")
    in_audit = decided.filter(pl.col(origins.FIELD) == "audit")["key"].unique()
    return standing.counting(decided.filter(pl.col("key").is_in(in_audit.implode())))


def _events(workspace: Workspace, subject: str) -> pl.DataFrame:
    return decision_log.events(workspace, subject).filter(pl.col(origins.FIELD).is_in(origins.ONE_BY_ONE))
