"""How fast people decide, how long the rest takes at that pace, and what the random audit says of the whole set."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.decisions import decision_log
from curation.filtering import cut_quality
from curation.filtering.cut_quality import Share
from curation.filtering.snapshot import Snapshot
from curation.review import team
from curation.workspace import Workspace, cache

WINDOW = datetime.timedelta(hours=1)
SHORTEST = datetime.timedelta(minutes=5)
"""A pace of less time than this would be guessed from too little."""
DECIDED = ("approve", "reject")


@dataclass(frozen=True)
class Pace:
    """Samples that were decided one by one: per hour over the last hour (None: none in it), and how many today."""

    personal: float | None
    team: float | None
    today_mine: int
    today_team: int
    people: int


@dataclass(frozen=True)
class Audit:
    """How much of the random draw is decided without a gap, and which share of it is bad."""

    decided: int
    total: int
    bad: Share


def of(workspace: Workspace, who: str, now: datetime.datetime, midnight: datetime.datetime) -> Pace:
    """Computes the present pace. Acts on many samples at once are left out.

    Args:
        workspace: Open workspace.
        who: The person's name.
        now: In UTC, without a zone.
        midnight: When the person's day began, in UTC, without a zone.

    Returns:
        The pace of this person and of all.
    """
    decided = cache.recall(
        workspace.store, "decided one by one", lambda _: _one_by_one(workspace), topics=cache.DECISIONS
    )
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
    """Computes decisions per hour since the first one of the last hour, at least SHORTEST ago.

    Args:
        made_at: When each decision was made.
        now: In the same zone.

    Returns:
        A rate; None where there is no decision in the last hour.
    """
    recent = made_at.filter((made_at > now - WINDOW) & (made_at <= now))
    if recent.is_empty():
        return None
    first = recent.min()
    assert isinstance(first, datetime.datetime)
    return len(recent) * (WINDOW / max(now - first, SHORTEST))


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
    """Reads the samples that come first in the random order and were all decided; of the decided ones, those that go.

    Args:
        workspace: Open workspace.
        snapshot: The samples.

    Returns:
        How many were decided, and the share of bad ones.
    """
    draw = team.draw(workspace.store, snapshot, team.AUDIT_DRAW)
    judged = cut_quality.judged(snapshot, cut_quality.random_part(snapshot, draw))
    return Audit(len(judged.numbers), snapshot.count, Share(int(np.count_nonzero(judged.bad)), len(judged.numbers)))


def _one_by_one(workspace: Workspace) -> pl.DataFrame:
    """who and made_at of every standing verdict on a sample that was not part of an act on several samples."""
    verdicts = decision_log.by_person(workspace, "sample").filter(pl.col("verdict").is_in(DECIDED))
    many = pl.col("batch").is_not_null() & (pl.len().over("batch") > 1)
    return verdicts.filter(~many).select("who", "made_at")
