"""Several reviewers over one workspace: who still has to decide what, queues, leases and requests."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from support import row

from curation import importing, queues, review, reviewing, team
from curation.leases import Leases
from curation.queues import Queue
from curation.recipe import Recipe
from curation.review import DecisionError
from curation.server import Server
from curation.team import Policy
from curation.views import board
from curation.views import review as page
from curation.workspace import Workspace
from storage import decisions


@pytest.fixture
def owner(workspace: Workspace, llava: Callable[..., Path]) -> Iterator[Server]:
    importing.import_file(workspace, llava([row(f"What is in picture {n}?", f"Thing {n}.") for n in range(40)]))
    started = Server(workspace)
    yield started
    started._closing.set()


def _keys(owner: Server) -> list[str]:
    return board.current(owner).snapshot.samples["key"].to_list()


def _shown(owner: Server, who: str, kind: str = "all", at: int | None = None) -> page.ReviewView:
    return page.view(owner, Queue(kind), who, f"tab of {who}", Recipe(), at=at)


def _apply(owner: Server, who: str, act: dict[str, object], queue: str = "") -> reviewing.Done:
    return reviewing.apply(owner.workspace, who, {"id": uuid.uuid4().hex, **act}, queue)


def _order(owner: Server, who: str, kind: str) -> list[int]:
    snapshot = board.current(owner).snapshot
    made = queues.Board(owner.workspace, snapshot, team.standing(owner.workspace, snapshot, who), who)
    return queues.order(made, Queue(kind)).tolist()


def test_two_reviewers__are_never_given_the_same_sample(owner: Server) -> None:
    ann, bob = _shown(owner, "ann"), _shown(owner, "bob")
    first = {item.sample.sample_no for item in ann.items}
    second = {item.sample.sample_no for item in bob.items}
    assert len(first) == len(second) == page.AHEAD + 1
    assert not first & second
    assert _shown(owner, "cem", at=min(first)).elsewhere == "ann"


def test_leases__end_with_time_and_with_the_tab() -> None:
    leases = Leases(seconds=0.05)
    assert leases.take("tab 1", "ann", [1, 2, 3], 2) == [1, 2]
    assert leases.take("tab 2", "bob", [1, 2, 3], 2) == [3]
    time.sleep(0.06)
    assert leases.take("tab 2", "bob", [1, 2], 2) == [1, 2]
    leases.forget(["tab 2"])
    assert leases.take("tab 1", "ann", [1], 1) == [1]


def test_overlap__a_share_needs_two_people_and_is_blind_until_decided(owner: Server) -> None:
    team.set_policy(owner.workspace, Policy(overlap=0.5, reviewers=2))
    needed = team.needed(owner.workspace, board.current(owner).snapshot)
    twice = int(np.flatnonzero(needed == 2)[0])
    assert 8 < np.count_nonzero(needed == 2) < 32
    review.decide(owner.workspace, "ann", "sample", _keys(owner)[twice], "reject")
    for_bob = _shown(owner, "bob", at=twice).items[0]
    assert (for_bob.blind, for_bob.sample.verdict, for_bob.said) == (True, "", ())
    assert for_bob.left
    assert not _shown(owner, "ann", at=twice).items[0].left
    review.decide(owner.workspace, "bob", "sample", _keys(owner)[twice], "approve")
    seen = _shown(owner, "bob", at=twice).items[0]
    assert not seen.blind
    assert [(one.who, one.verdict) for one in seen.said] == [("ann", "reject"), ("bob", "approve")]


def test_once__is_enough_without_overlap(owner: Server) -> None:
    review.decide(owner.workspace, "ann", "sample", _keys(owner)[0], "approve")
    assert _shown(owner, "bob").items[0].sample.sample_no == 1


def test_disagreed__lasts_until_somebody_settles_it(owner: Server) -> None:
    key = _keys(owner)[3]
    review.decide(owner.workspace, "ann", "sample", key, "reject")
    review.decide(owner.workspace, "bob", "sample", key, "approve")
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
    review.decide(owner.workspace, "bob", "sample", keys[5], "approve")
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
    reviewing.mark(owner.workspace, "ann", key, 0, 0, 5, "Thing", "inaccurate")
    spans = _shown(owner, "bob", at=4).items[0].sample.turns[0].spans
    assert [(one.start, one.end, one.tone, one.reason) for one in spans] == [(0, 5, "confirmed", "ann: inaccurate")]
    team.set_policy(owner.workspace, Policy(overlap=1.0))
    assert _shown(owner, "bob", at=4).items[0].sample.turns[0].spans == ()
    assert len(_shown(owner, "ann", at=4).items[0].sample.turns[0].spans) == 1


def test_acts__said_again_by_a_browser_that_heard_no_answer__are_recorded_once(owner: Server) -> None:
    key = _keys(owner)[2]
    for act in ({"id": "1", "do": "approve"}, {"id": "2", "do": "tag", "text": "night"}, {"id": "3", "do": "undo"}):
        for _ in range(3):
            _apply(owner, "ann", {"key": key, **act})
    events = decisions.log(owner.workspace.store)
    assert events["event_id"].to_list() == ["1", "2", "3"]
    assert _shown(owner, "ann", at=2).items[0].mine == "approve"


def test_acts__nonsense_is_one_sentence(owner: Server) -> None:
    with pytest.raises(DecisionError, match="nothing that can be done"):
        _apply(owner, "ann", {"do": "explode", "key": _keys(owner)[0]})
    with pytest.raises(DecisionError, match="can be decided keep, drop, edit"):
        _apply(owner, "ann", {"do": "turn", "key": "a", "turn": 0, "verdict": "burn"})
    assert _apply(owner, "ann", {"do": "undo"}).said == "You have no decision to take back."
