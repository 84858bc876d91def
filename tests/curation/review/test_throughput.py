"""Pace, time left and the random audit, against numbers counted by hand."""

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from support import row

from curation.decisions import actions, decision_log
from curation.filtering.snapshot import build
from curation.importing import importer
from curation.review import team, throughput
from curation.workspace import Workspace

NOON = datetime.datetime(2025, 5, 1, 12, 0, 0)


def _moments(*minutes_ago: float) -> pl.Series:
    return pl.Series([NOON - datetime.timedelta(minutes=one) for one in minutes_ago], dtype=pl.Datetime("us"))


@pytest.mark.parametrize(
    ("minutes_ago", "expected"),
    [
        ([10 - 0.5 * place for place in range(13)], 120.0),
        ([*(50 - 0.5 * place for place in range(7)), *(10 - 0.5 * place for place in range(7))], 120.0),  # a break
        ([80 - 0.5 * place for place in range(20)], None),  # too long ago
        ([10 - 0.5 * place for place in range(9)], None),  # too few
        ([59 - 4.9 * place for place in range(5)] + [35 - 6 * place for place in range(6)], None),  # work or breaks?
        ([3.0] * 30, None),  # at one moment
        ([], None),
    ],
)
def test_per_hour__counts_work_and_no_breaks(minutes_ago: list[float], expected: float | None) -> None:
    pace = throughput.per_hour(_moments(*minutes_ago), NOON)
    assert pace == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("pause", [0, 20, 40])
def test_per_hour__simulated_reviewer__pace_is_true_whatever_the_break(pause: float) -> None:
    for seed in range(20):
        minutes = np.cumsum(np.random.default_rng(seed).lognormal(np.log(0.2), 0.7, 90))
        minutes[45:] += pause
        pace = throughput.per_hour(_moments(*(minutes.max() - minutes)), NOON)
        truth = 60 / (0.2 * np.exp(0.7**2 / 2))
        assert pace == pytest.approx(truth, rel=0.35)


def test_seconds__left_at_a_pace() -> None:
    assert throughput.seconds(30, 60.0) == 1800.0
    assert throughput.seconds(30, None) is None


@pytest.fixture
def forty(workspace: Workspace, llava: Callable[..., Path]) -> Workspace:
    """Forty samples."""
    importer.import_file(workspace, llava([row(f"What is in picture {n}?", f"Thing {n}.") for n in range(40)]))
    return workspace


def test_of__mine_and_the_teams__without_bulk_acts(forty: Workspace) -> None:
    keys = build(forty).samples["key"].to_list()
    for key in keys[:3]:
        decision_log.decide(forty, "ann", "sample", key, "approve")
    decision_log.decide(forty, "ben", "sample", keys[5], "reject")
    decision_log.decide(forty, "ben", "sample", keys[6], "later")
    decision_log.decide_all(forty, "ben", "sample", keys[10:30], "reject")
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=1)
    found = throughput.of(forty, "ann", now, now - datetime.timedelta(hours=2))
    assert (found.today_mine, found.today_team, found.people) == (3, 4, 2)
    assert (found.personal, found.team) == (None, None)  # too few to tell
    tomorrow = throughput.of(forty, "ann", now + datetime.timedelta(hours=2), now)
    assert (tomorrow.personal, tomorrow.team, tomorrow.today_team) == (None, None, 0)


def test_audit__only_the_draw_without_a_gap_counts(forty: Workspace) -> None:
    snapshot = build(forty)
    order = np.argsort(team.draw(forty.store, snapshot, team.AUDIT_DRAW))
    keys = snapshot.samples["key"].gather(order.tolist()).to_list()
    for place in (0, 1, 2, 3, 7):  # 7 was not reached by the draw
        act = {"id": keys[place], "do": "reject" if place in (1, 7) else "approve", "key": keys[place]}
        actions.apply(forty, "ann", act, "audit")
    decision_log.decide(forty, "ben", "sample", keys[4], "reject")  # looked at elsewhere
    decision_log.decide_all(forty, "ben", "sample", keys[:3], "reject")  # does not change what the draw says
    found = throughput.audit(forty, build(forty))
    assert (found.decided, found.total, found.bad.hits, found.bad.of) == (4, 40, 1, 4)
    assert found.bad.interval == pytest.approx((0.0456, 0.6994), abs=1e-4)  # Wilson for 1 of 4


def test_audit__nothing_decided__no_share(forty: Workspace) -> None:
    assert throughput.audit(forty, build(forty)).bad.value is None
