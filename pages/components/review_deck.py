"""The deck: the sample on the table and the next ones, decided by keys; see assets/components/review_deck.js."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from curation.app import scope, server
from curation.app.server import Server
from curation.common.counts import counted
from curation.decisions import actions
from curation.decisions.decision_log import SAMPLE_VERDICTS, DecisionError
from curation.review import guidance
from curation.review.queues import Queue
from curation.views.messages.deck import DeckData, DeckItem
from curation.views.review import review
from curation.views.review.review import ReviewItem, ReviewView
from curation.workspace import NotStoredError
from pages.components import browser, frontend, markup, person, review_card, sample_address, storing

KEY = "review_deck"
_STATE = "review_deck_state"
STAY = -1
SIGN_SECONDS = float(os.environ.get("WINNOW_SIGN_SECONDS", "30"))
"""How often a browser says that somebody looks at a sample."""
SECONDS_AHEAD = 4.0
"""How long the samples ahead last at the reviewer's pace: a server that is busy answers so late."""
FIRST_AHEAD = 24
"""Samples ahead in a new deck: the pace is not known yet, and may be fast."""
TIMED = 6
"""Decisions by which the pace is told: the newest."""
LOOK_SECONDS = 2.0
"""How often a browser without a sample looks whether one got free."""


@dataclass
class DeckState:
    """What this session knows of its deck.

    `target` is where the browser went last (STAY: nowhere new, None: past the end).
    `editing` is (edit or mark, sample key, turn) while a turn is open in a dialog. `refused` says why acts are not
    stored, `pending` are the samples that they decided. `heard` is the last report that was heard, `decided_at` when
    the newest TIMED decisions were made, in milliseconds of the browser's clock.
    """

    ack: int = 0
    heard: int = 0
    decided_at: tuple[int, ...] = ()
    target: int | None = STAY
    jumps: int = 0
    editing: tuple[str, str, int] | None = None
    messages: list[str] = field(default_factory=list)
    refused: str = ""
    pending: frozenset[int] = frozenset()
    deck: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


def state() -> DeckState:
    """The session's; it lives as one thing, since every look into the session may end the run."""
    deck_state: DeckState = st.session_state.setdefault(_STATE, DeckState())
    return deck_state


def show(review_view: ReviewView, deck: str) -> None:
    """Draws the deck.

    Args:
        review_view: The sample on the table and the next ones.
        deck: Name of the deck; another one starts anew with the first of the items.
    """
    deck_state, owner, who = state(), server.current(), person.name()
    guided = guidance.read(owner.workspace)
    if review_view.elsewhere:
        jump(review_view.items[0].sample.sample_no if review_view.items else None)
    data: DeckData = {
        "deck": deck,
        "workspace": browser.workspace(owner),
        "who": who,
        "holder": browser.name(),
        "ack": deck_state.ack,
        "heard": deck_state.heard,
        "given": time.time(),
        "safe": 1000 * review_view.safe_seconds / 2,  # half of it is for the way to the browser
        "refused": deck_state.refused,
        "jump": deck_state.jumps,
        "sign": 1000 * SIGN_SECONDS,
        "before": review_view.before,
        "items": [_item(item, who) for item in review_view.items],
        "empty": _empty(review_view, len(deck_state.pending)),
        "reasons": list(guided.reasons),
        "guidelines": guided.guidelines,
        "known": {"tag": list(scope.tags(owner)), "send": review.people(owner)},
    }
    frontend.component(KEY)(
        key=KEY,
        data=data,
        on_acts_change=lambda: _received(owner, review_view.queue),
    )
    if review_view.blocked:
        st.fragment(_wait_until_free, run_every=LOOK_SECONDS, key="review_waiting")(owner, review_view.blocked)
    while deck_state.messages:
        st.toast(markup.plain(deck_state.messages.pop()))


def enter(owner: Server, deck: str) -> None:
    """Gives back at once what this browser held in another queue.

    Args:
        owner: The server, which holds the leases.
        deck: Name of the deck that is shown now.
    """
    deck_state = state()
    if deck_state.deck != deck:
        owner.leases.forget([browser.name()])
        deck_state.deck, deck_state.decided_at = deck, ()


def jump(number: int | None) -> None:
    """Puts another sample on the table: the browser goes there whatever it shows."""
    deck_state = state()
    deck_state.jumps, deck_state.target = deck_state.jumps + 1, number


def on_table(count: int) -> int | None:
    """The sample on the table: where the browser went last, which is written to the address, else what that names."""
    deck_state = state()
    moved = deck_state.target
    if moved is None:
        st.query_params.pop("sample", None)
    elif moved != STAY:
        st.query_params["sample"] = str(moved)
    if deck_state.target == moved:  # only now: the address may end the run, and the next one has to write it then
        deck_state.target = STAY
    return sample_address.read(count)


def ahead() -> int:
    """How many samples to make ready after the one on the table: as many as the reviewer decides in SECONDS_AHEAD."""
    decided_at = state().decided_at
    if len(decided_at) < TIMED:
        return FIRST_AHEAD
    milliseconds_each = (decided_at[-1] - decided_at[0]) / (TIMED - 1)
    return int(min(review.MOST_AHEAD, max(review.AHEAD, 1000 * SECONDS_AHEAD / milliseconds_each)))


def _item(item: ReviewItem, who: str) -> DeckItem:
    notes = [note.verdict for note in item.notes if note.who == who]
    return {
        "no": item.sample.sample_no,
        "key": item.sample.key,
        "html": review_card.html(item),
        "images": [f"/image/{picture.image_no}" for picture in item.sample.pictures if picture.image_no is not None],
        "turns": len(item.sample.turns),
        "marks": len(item.sample.marks),
        "dropped": [index for index, edit in item.edits.items() if edit.drop],
        "note": notes[0] if notes else "",
        "verdict": item.own_verdict,
        "open": item.left,
    }


def _empty(review_view: ReviewView, pending: int) -> str:
    if not review_view.size:
        return '<div class="w-none">No sample is in this queue.</div>'
    if review_view.blocked:
        number = len(review_view.blocked)
        words = counted(number, "sample", "is", "are")
        return (
            f'<div class="w-none"><b>Nothing free right now: {words} with other reviewers.</b> '
            "The next one that gets free appears here by itself.</div>"
        )
    if review_view.done + pending < review_view.size:
        return '<div class="w-none">Fetching the next sample …</div>'
    waiting = f" {counted(review_view.second, 'sample')} of it wait for another reviewer." if review_view.second else ""
    return f'<div class="w-none"><b>✓ Every sample of this queue is decided.</b>{waiting}</div>'


def _wait_until_free(owner: Server, blocked: frozenset[int]) -> None:
    browser.give_back_of_closed(owner)
    if review.has_news(owner, browser.name(), blocked):
        st.rerun()


def _received(owner: Server, queue: Queue) -> None:
    """Records what the browser reports; an act that was recorded before is left alone.

    The next act may be on its way, and then any look into the session or write to the page ends this run: so both
    are over before the first act is recorded. A run that was ended may still be in here when the next one comes.
    An act that cannot be stored now is not acknowledged, nor is what came after it: the browser says them again.
    """
    acts, deck_state, who = (st.session_state.get(KEY) or {}).get("acts") or [], state(), person.name()
    acts = sorted(acts, key=lambda act: int(act["seq"]))
    with deck_state.lock:
        deck_state.refused = ""
        deck_state.heard = max((int(act.get("again", 0)) for act in acts), default=0)
        decided_at = [act["seq"] for act in acts if act["seq"] > deck_state.ack and act["do"] in SAMPLE_VERDICTS]
        deck_state.decided_at = (*deck_state.decided_at, *decided_at)[-TIMED:]
        try:
            for act in acts:
                if act["seq"] > deck_state.ack:
                    _perform(owner, person.signed(act, who), queue, act, deck_state)
                deck_state.ack = max(deck_state.ack, act["seq"])
        except NotStoredError as error:
            deck_state.refused, deck_state.target = storing.reason(error), acts[-1].get("at")
        deck_state.pending = frozenset(
            int(act["no"]) for act in acts if act["seq"] > deck_state.ack and act["do"] in SAMPLE_VERDICTS
        )


def _perform(owner: Server, who: str, queue: Queue, act: Mapping[str, Any], deck_state: DeckState) -> None:
    deck_state.target = act.get("at")
    if act["do"] == "look":
        return
    if act["do"] in ("edit", "mark"):
        deck_state.editing = (act["do"], str(act["key"]), int(act["turn"]))
        return
    try:
        done = actions.apply(owner.workspace, who, act, queue.kind)
    except (DecisionError, KeyError, ValueError) as error:
        deck_state.messages.append(str(error))
        return
    if done.said:
        deck_state.messages.append(done.said)
    if done.key:
        deck_state.jumps, deck_state.target = deck_state.jumps + 1, review.number_of(owner, done.key)
