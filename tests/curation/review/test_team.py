"""Several reviewers over one workspace: who still has to decide what, queues, leases and requests."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from support import row

from benchmarks import reviewers
from curation.app import board
from curation.app.leases import Leases
from curation.app.server import Server
from curation.decisions import actions, decision_log
from curation.decisions.decision_log import DecisionError
from curation.importing import importer
from curation.recipes.recipe import Recipe
from curation.review import queues, team
from curation.review.queues import Queue
from curation.review.team import Policy
from curation.views.review import review as page
from curation.workspace import Workspace
from storage import decisions


@pytest.fixture
def owner(workspace: Workspace, llava: Callable[..., Path]) -> Iterator[Server]:
    importer.import_file(workspace, llava([row(f"What is in picture {n}?", f"Thing {n}.") for n in range(40)]))
    started = Server(workspace)
    yield started
    started._closing.set()


def _keys(owner: Server) -> list[str]:
    return board.current(owner).snapshot.samples["key"].to_list()


def _shown(owner: Server, who: str, kind: str = "all", at: int | None = None) -> page.ReviewView:
    return page.view(owner, Queue(kind), who, f"tab of {who}", Recipe(), sample_no=at)


def _apply(owner: Server, who: str, act: dict[str, object], queue: str = "") -> actions.ActResult:
    return actions.apply(owner.workspace, who, {"id": uuid.uuid4().hex, **act}, queue)


def _order(owner: Server, who: str, kind: str) -> list[int]:
    snapshot = board.current(owner).snapshot
    made = queues.QueueInputs(owner.workspace, snapshot, team.standing(owner.workspace, snapshot, who), who)
    return queues.order(made, Queue(kind)).tolist()


def test_two_reviewers__are_never_given_the_same_sample(owner: Server) -> None:
    ann, bob = _shown(owner, "ann"), _shown(owner, "bob")
    first = {item.sample.sample_no for item in ann.items}
    second = {item.sample.sample_no for item in bob.items}
    assert len(first) == page.AHEAD + 1
    assert len(second) == 40 // 8
    assert not first & second


def test_link_to_a_sample_of_somebody_else__says_so_and_does_not_give_it_twice(owner: Server) -> None:
    ann = _shown(owner, "ann")
    number = ann.items[0].sample.sample_no
    shown = _shown(owner, "cem", at=number)
    assert shown.elsewhere == "ann"
    assert number not in [item.sample.sample_no for item in shown.items]
    assert _shown(owner, "ann", at=number).items[0].sample.sample_no == number


class Clock:
    """The time that leases see; only a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now

    def go_on(self, seconds: float) -> None:
        """Lets so much time go by."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still beside the test."""
    stopped = Clock()
    monkeypatch.setattr("curation.app.leases.time", stopped)
    return stopped


def test_leases__end_with_time_and_with_the_tab(clock: Clock) -> None:
    leases = Leases(seconds=0.05)
    assert leases.take("tab 1", "ann", [1, 2, 3], 2, queue_left=9) == [1, 2]
    assert leases.take("tab 2", "bob", [1, 2, 3], 2, queue_left=9) == [3]
    clock.go_on(0.06)
    assert leases.take("tab 2", "bob", [1, 2], 2, queue_left=9) == [1, 2]
    leases.forget(["tab 2"])
    assert leases.take("tab 1", "ann", [1], 1, queue_left=9) == [1]


def test_leases__a_short_queue_is_shared_by_several() -> None:
    leases = Leases()
    shares = [leases.take(f"tab {n}", "ann", range(8), 11, queue_left=8) for n in range(6)]
    assert shares == [[0, 1, 2, 3], [4], [5], [6], [7], []]


def test_leases__what_is_given_back_stays_until_the_browser_knows(clock: Clock) -> None:
    leases = Leases(grace=0.05)
    assert leases.take("tab 1", "ann", range(8), 11, queue_left=8) == [0, 1, 2, 3]
    leases.take("tab 2", "bob", range(4, 8), 11, queue_left=8)
    assert leases.take("tab 1", "ann", range(8), 11, queue_left=8) == [0]
    assert leases.take("tab 3", "cem", range(4), 11, queue_left=8) == []
    clock.go_on(0.06)
    assert leases.take("tab 3", "cem", range(4), 11, queue_left=8) == [1]


def test_leases__what_an_idle_browser_has_ahead_goes_to_one_that_finds_nothing_else(clock: Clock) -> None:
    leases = Leases(ahead_seconds=0.05)
    assert leases.take("tab 1", "ann", range(8), 5, queue_left=8) == [0, 1, 2, 3]
    assert leases.take("tab 2", "bob", range(4), 5, queue_left=8) == []
    assert leases.out_of_reach("tab 2") == {0, 1, 2, 3}
    clock.go_on(0.45)  # the four that are free last another browser 0.4 seconds
    assert leases.out_of_reach("tab 2") == {0}
    assert leases.take("tab 2", "bob", range(5), 5, queue_left=8) == [4]
    assert leases.take("tab 2", "bob", range(4), 5, queue_left=7) == [1]
    assert leases.take("tab 1", "ann", range(4), 5, queue_left=7) == [0]


def test_leases__are_safe_for_as_long_as_the_others_find_enough_besides() -> None:
    leases = Leases()
    leases.take("tab 1", "ann", range(5), 5, queue_left=1000)
    assert 90 < leases.safe_seconds("tab 1", range(5)) <= 100
    leases.take("tab 1", "ann", range(5), 5, queue_left=20)
    assert 5 < leases.safe_seconds("tab 1", range(5)) <= 6


def test_leases__a_sign_keeps_the_sample_on_the_table_and_says_when_it_is_gone(clock: Clock) -> None:
    leases = Leases(seconds=0.2)
    leases.take("tab 1", "ann", [1, 2], 2, queue_left=9)
    clock.go_on(0.15)
    assert leases.stay("tab 1", 1)
    assert not leases.stay("tab 2", 1)
    clock.go_on(0.1)
    assert leases.take("tab 2", "bob", [1, 2], 2, queue_left=9) == [2]
    clock.go_on(0.25)
    assert not leases.stay("tab 1", 1)


def test_six_browsers__share_eight_samples_within_seconds_though_five_are_idle(owner: Server) -> None:
    owner.leases.ahead_seconds = owner.leases.grace = 0.1
    for key in _keys(owner)[8:]:
        decision_log.decide(owner.workspace, "before", "sample", key, "approve")
    first = [_shown(owner, name).items for name in ("ann", "bob", "cem", "dia", "eva")]
    on_table = [items[0].sample.sample_no for items in first]
    assert len(set(on_table)) == 5
    waiting = _shown(owner, "fay")
    time.sleep(0.5)
    assert waiting.items or page.has_news(owner, "tab of fay", waiting.blocked)
    mine: list[int] = []
    while items := _shown(owner, "fay").items:
        mine.append(items[0].sample.sample_no)
        _apply(owner, "fay", {"do": "approve", "key": items[0].sample.key})
    assert sorted([*on_table, *mine]) == list(range(8))


def test_leases__a_decided_sample_that_is_not_stored_stays_with_its_browser() -> None:
    leases = Leases(grace=0)
    leases.take("tab 1", "ann", [0], 1, queue_left=9)
    assert leases.take("tab 1", "ann", [1], 1, queue_left=9, pending=[0]) == [1]
    assert leases.take("tab 2", "bob", [0, 1, 2], 1, queue_left=9) == [2]


def test_decided_and_with_others__are_two_answers(owner: Server) -> None:
    keys = _keys(owner)
    for key in keys[:-1]:
        decision_log.decide(owner.workspace, "ann", "sample", key, "approve")
    assert [item.sample.sample_no for item in _shown(owner, "ann").items] == [39]
    bob = _shown(owner, "bob")
    assert (bob.items, bob.blocked, bob.size - bob.done) == ((), {39}, 1)
    assert not page.has_news(owner, "tab of bob", bob.blocked)
    decision_log.decide(owner.workspace, "ann", "sample", keys[39], "approve")
    done = _shown(owner, "bob")
    assert (done.items, done.blocked, done.size - done.done) == ((), frozenset(), 0)


def test_waiting__ends_when_the_browser_of_the_sample_is_closed(owner: Server) -> None:
    for key in _keys(owner)[:-1]:
        decision_log.decide(owner.workspace, "ann", "sample", key, "approve")
    _shown(owner, "ann")
    waiting = _shown(owner, "bob")
    owner.leases.forget(["tab of ann"])
    assert page.has_news(owner, "tab of bob", waiting.blocked)
    assert [item.sample.sample_no for item in _shown(owner, "bob").items] == [39]


def test_forty_reviewers__decide_every_sample_exactly_once_and_have_work_to_the_end(tmp_path: Path) -> None:
    figures = reviewers.campaign(tmp_path, samples=240, reviewers=40)
    assert (figures.lost, figures.doubled, figures.idle, figures.sent_home) == (0, 0, 0, [])
    assert figures.log.height == 240
    assert figures.earliest_end > 0.75  # nobody is left without work while others have much


def test_overlap__a_share_needs_two_people_and_is_blind_until_decided(owner: Server) -> None:
    team.set_policy(owner.workspace, overlap=0.5, reviewers=2)
    needed = team.needed(owner.workspace, board.current(owner).snapshot)
    twice = int(np.flatnonzero(needed == 2)[0])
    assert 8 < np.count_nonzero(needed == 2) < 32
    decision_log.decide(owner.workspace, "ann", "sample", _keys(owner)[twice], "reject")
    for_bob = _shown(owner, "bob", at=twice).items[0]
    assert (for_bob.blind, for_bob.sample.verdict, for_bob.verdicts) == (True, "", ())
    assert for_bob.left
    assert not _shown(owner, "ann", at=twice).items[0].left
    decision_log.decide(owner.workspace, "bob", "sample", _keys(owner)[twice], "approve")
    seen = _shown(owner, "bob", at=twice).items[0]
    assert not seen.blind
    assert [(one.who, one.verdict) for one in seen.verdicts] == [("ann", "reject"), ("bob", "approve")]


def test_once__is_enough_without_overlap(owner: Server) -> None:
    decision_log.decide(owner.workspace, "ann", "sample", _keys(owner)[0], "approve")
    assert _shown(owner, "bob").items[0].sample.sample_no == 1


def test_disagreed__lasts_until_somebody_settles_it(owner: Server) -> None:
    key = _keys(owner)[3]
    decision_log.decide(owner.workspace, "ann", "sample", key, "reject")
    decision_log.decide(owner.workspace, "bob", "sample", key, "approve")
    shown = _shown(owner, "lead", "disagreed")
    assert (shown.size, shown.done, shown.items[0].sample.sample_no) == (1, 0, 3)
    _apply(owner, "lead", {"do": "reject", "key": key}, "disagreed")
    assert (_shown(owner, "lead", "disagreed").done, _shown(owner, "bob").items[0].sample.sample_no) == (1, 0)
    snapshot = board.current(owner).snapshot
    assert team.standing(owner.workspace, snapshot, "ann").verdict[3] == team.CODES["reject"]
    assert page.team_view(owner).samples.items == 1


def test_sent__waits_for_whom_it_was_sent_to_until_they_decide(owner: Server) -> None:
    keys = _keys(owner)
    _apply(owner, "ann", {"do": "send", "key": keys[5], "text": "bob"})
    _apply(owner, "ann", {"do": "send", "key": keys[6], "text": ""})
    assert _order(owner, "bob", "assigned") == [5, 6]
    assert _order(owner, "cem", "assigned") == [6]
    decision_log.decide(owner.workspace, "bob", "sample", keys[5], "approve")
    shown = _shown(owner, "bob", "assigned")
    assert (shown.size, shown.done, shown.items[0].sample.sample_no) == (2, 1, 6)


def test_later__comes_last_and_is_a_queue_of_its_own(owner: Server) -> None:
    _apply(owner, "ann", {"do": "later", "key": _keys(owner)[0]})
    assert _shown(owner, "ann").items[0].sample.sample_no == 1
    assert _order(owner, "ann", "unsure") == [0]


def test_audit__is_a_draw_that_stays_the_same(owner: Server) -> None:
    order = _order(owner, "ann", "audit")
    assert sorted(order) == list(range(40))
    assert order != sorted(order)
    assert order == _order(owner, "bob", "audit")


def test_acts__notes_tags_and_undo_of_anything(owner: Server) -> None:
    key = _keys(owner)[2]
    for act in (
        {"do": "note", "key": key, "text": " <b>look</b> "},
        {"do": "tag", "key": key, "text": "night"},
        {"do": "tag", "key": key, "text": "rain"},
        {"do": "tag", "key": key, "text": "rain"},
        {"do": "turn", "key": key, "turn": 0, "verdict": "drop"},
    ):
        _apply(owner, "ann", act)
    item = _shown(owner, "ann", at=2).items[0]
    assert (item.notes[0].verdict, item.tags) == ("<b>look</b>", ("night",))
    assert item.edits[0].drop
    done = _apply(owner, "ann", {"do": "undo"})
    assert (done.said, done.key) == ("Took back “drop”.", key)
    assert _shown(owner, "ann", at=2).items[0].edits == {}
    history = page.history(owner, "ann")
    assert [(row["verdict"], row["sample_no"]) for row in history[:2]] == [("remove", 2), ("add", 2)]


def test_marked_words__are_shown_and_stay_hidden_from_a_blind_reviewer(owner: Server) -> None:
    key = _keys(owner)[4]
    actions.mark(owner.workspace, "ann", key, 0, 0, 5, "Thing", "inaccurate")
    spans = _shown(owner, "bob", at=4).items[0].sample.turns[0].spans
    assert [(one.start, one.end, one.tone, one.reason) for one in spans] == [(0, 5, "confirmed", "ann: inaccurate")]
    team.set_policy(owner.workspace, overlap=1.0)
    assert _shown(owner, "bob", at=4).items[0].sample.turns[0].spans == ()
    owner.leases.forget(["tab of bob"])
    assert len(_shown(owner, "ann", at=4).items[0].sample.turns[0].spans) == 1


def test_acts__said_again_by_a_browser_that_heard_no_answer__are_recorded_once(owner: Server) -> None:
    key = _keys(owner)[2]
    for act in ({"id": "1", "do": "approve"}, {"id": "2", "do": "tag", "text": "night"}, {"id": "3", "do": "undo"}):
        for _ in range(3):
            _apply(owner, "ann", {"key": key, **act})
    events = decisions.log(owner.workspace.store)
    assert events["event_id"].to_list() == ["1", "2", "3"]
    assert _shown(owner, "ann", at=2).items[0].own_verdict == "approve"


def test_acts__nonsense_is_one_sentence(owner: Server) -> None:
    with pytest.raises(DecisionError, match="Unknown action"):
        _apply(owner, "ann", {"do": "explode", "key": _keys(owner)[0]})
    with pytest.raises(DecisionError, match="can be decided keep, drop, edit"):
        _apply(owner, "ann", {"do": "turn", "key": "a", "turn": 0, "verdict": "burn"})
    assert _apply(owner, "ann", {"do": "undo"}).said == "You have no decision to take back."


@pytest.mark.parametrize("number", get_args(team.DrawNumber))
def test_draw__every_one_there_is__spreads_over_the_samples(owner: Server, number: team.DrawNumber) -> None:
    draw = team.draw(owner.workspace.store, board.current(owner).snapshot, number)
    assert len(set(draw.tolist())) == 40
    assert 0 <= draw.min() < 0.25
    assert 0.75 < draw.max() < 1


def test_policy__one_part_is_changed__the_others_stay(owner: Server) -> None:
    team.set_policy(owner.workspace, overlap=0.5)
    team.set_policy(owner.workspace, blind=False)
    assert team.policy(owner.workspace) == Policy(overlap=0.5, reviewers=2, blind=False)
