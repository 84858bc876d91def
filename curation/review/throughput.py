"""How fast people decide, how long the rest takes at that pace, and what the random audit says of the whole set."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.decisions import one_by_one
from curation.filtering import cut_quality
from curation.filtering.cut_quality import Judged, Share
from curation.filtering.snapshot import Snapshot
from curation.review import predicted_audit, team
from curation.review.predicted_audit import PredictedShare
from curation.workspace import Workspace

WINDOW = datetime.timedelta(hours=1)
BREAK = datetime.timedelta(minutes=5)
"""Who decides nothing for longer than this does something else."""
LEAST, MOST_BREAKS = 10, 0.25
"""Decisions that follow another one, and breaks per such decision, between which a pace is told."""
DECIDED = ("approve", "reject")


@dataclass(frozen=True)
class Pace:
    """Samples that were decided one by one: per hour of work in the last hour (None: too few), and how many today."""

    personal: float | None
    team: float | None
    today_mine: int
    today_team: int
    people: int


@dataclass(frozen=True)
class Audit:
    """How much of the random draw was decided in its order without a gap, and which share of it is bad.

    `predicted` is the same share with the help of a judge's votes on all samples; None without enough of them.
    """

    decided: int
    total: int
    bad: Share
    predicted: PredictedShare | None = None


def of(workspace: Workspace, who: str, now: datetime.datetime, midnight: datetime.datetime) -> Pace:
    """Computes the present pace. Only decisions that were made one by one count.

    Args:
        workspace: Open workspace.
        who: The person's name.
        now: In UTC, without a zone.
        midnight: When the person's day began, in UTC, without a zone.

    Returns:
        The pace of this person and of all.
    """
    decided = one_by_one.by_person(workspace, "sample").filter(pl.col("verdict").is_in(DECIDED))
    own_decisions = decided.filter(pl.col("who") == who)
    today = decided.filter(pl.col("made_at") >= midnight)
    recent = decided.filter(pl.col("made_at") > now - WINDOW)
    return Pace(
        personal=per_hour(own_decisions["made_at"], now),
        team=per_hour(decided["made_at"], now),
        today_mine=today.filter(pl.col("who") == who).height,
        today_team=today.height,
        people=recent["who"].n_unique(),
    )


def per_hour(made_at: pl.Series, now: datetime.datetime) -> float | None:
    """Computes decisions per hour of work in the last hour: breaks are left out.

    Args:
        made_at: When each decision was made.
        now: In the same zone.

    Returns:
        A rate; None where too few decisions followed each other, or so slowly that a break cannot be told from work.
    """
    gaps = made_at.filter((made_at > now - WINDOW) & (made_at <= now)).sort().diff().drop_nulls()
    work = gaps.filter(gaps <= BREAK)
    spent = work.sum()
    if len(work) < LEAST or len(gaps) - len(work) > MOST_BREAKS * len(work) or not spent:
        return None
    assert isinstance(spent, datetime.timedelta)
    return len(work) * (WINDOW / spent)


def seconds(left: int, pace: float | None) -> float | None:
    """Computes how long some decisions take at a pace.

    Args:
        left: How many decisions.
        pace: Decisions per hour; None where there is none.

    Returns:
        Seconds; None where there is no pace.
    """
    return 3600.0 * left / pace if pace else None


def audit(workspace: Workspace, snapshot: Snapshot) -> Audit:
    """Reads the samples that come first in the random order and were all decided in it; of them, those that go.

    Args:
        workspace: Open workspace.
        snapshot: The samples.

    Returns:
        How many were decided, and the share of bad ones.
    """
    draw = team.draw(workspace.store, snapshot, team.AUDIT_DRAW)
    drawn = one_by_one.drawn(workspace)
    judged = cut_quality.judged(snapshot, drawn, cut_quality.random_part(snapshot, drawn, draw))
    share = Share(int(np.count_nonzero(judged.bad)), len(judged.numbers))
    return Audit(len(judged.numbers), snapshot.count, share, _predicted(snapshot, judged))


def _predicted(snapshot: Snapshot, judged: Judged) -> PredictedShare | None:
    votes = snapshot.values.get(predicted_audit.JUDGE)
    return None if votes is None else predicted_audit.bad_share(1.0 - votes.mean, judged.numbers, judged.bad)
