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
from curation.review import queues, team
from curation.workspace import Workspace, cache

WINDOW = datetime.timedelta(hours=1)
SHORTEST = datetime.timedelta(minutes=5)
"""A pace of less time than this would be guessed from too little."""
DECIDED = ("approve", "reject")


@dataclass(frozen=True)
class Pace:
    """Samples that were decided one by one: per hour over the last hour (None: none in it), and how many today."""

    mine: float | None
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
    """The present pace; both moments are in UTC, without a zone. Acts on many samples at once are left out."""
    said = cache.recall(workspace.store, "decided one by one", lambda _: _one_by_one(workspace), topics=cache.DECISIONS)
    mine = said.filter(pl.col("who") == who)
    today = said.filter(pl.col("made_at") >= midnight)
    recent = said.filter(pl.col("made_at") > now - WINDOW)
    return Pace(
        mine=per_hour(mine["made_at"], now),
        team=per_hour(said["made_at"], now),
        today_mine=today.filter(pl.col("who") == who).height,
        today_team=today.height,
        people=recent["who"].n_unique(),
    )


def per_hour(made_at: pl.Series, now: datetime.datetime) -> float | None:
    """Decisions per hour since the first one of the last hour, at least SHORTEST ago; None where there is none."""
    recent = made_at.filter((made_at > now - WINDOW) & (made_at <= now))
    if recent.is_empty():
        return None
    first = recent.min()
    assert isinstance(first, datetime.datetime)
    return len(recent) * (WINDOW / max(now - first, SHORTEST))


def seconds(left: int, pace: float | None) -> float | None:
    """How long so many decisions take at a pace per hour; None where there is no pace."""
    return 3600.0 * left / pace if pace else None


def audit(workspace: Workspace, snapshot: Snapshot) -> Audit:
    """The samples that come first in the random order and were all decided; of the decided ones, those that go."""
    draw = team.draw(workspace.store, snapshot, queues.AUDIT_DRAW)
    said = cut_quality.judged(snapshot, cut_quality.random_part(snapshot, draw))
    return Audit(len(said.numbers), snapshot.count, Share(int(np.count_nonzero(said.bad)), len(said.numbers)))


def _one_by_one(workspace: Workspace) -> pl.DataFrame:
    """who and made_at of every standing verdict on a sample that was not part of an act on several samples."""
    said = decision_log.by_person(workspace, "sample").filter(pl.col("verdict").is_in(DECIDED))
    many = pl.col("batch").is_not_null() & (pl.len().over("batch") > 1)
    return said.filter(~many).select("who", "made_at")
