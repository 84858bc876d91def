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
from curation.decisions import actions
from curation.decisions.decision_log import SAMPLE_VERDICTS, DecisionError
from curation.review.queues import Queue
from curation.views.review import review
from curation.views.review.review import Item, ReviewView
from curation.workspace import NotStoredError
from pages.components import browser, frontend, markup, person, review_card, sample_address, storing

KEY = "review_deck"
_STATE = "review_deck_state"
STAY = -1
SIGN_SECONDS = float(os.environ.get("WINNOW_SIGN_SECONDS", "30"))
"""How often a browser says that somebody looks at a sample."""
REPORTS_AHEAD = 3
"""For how many reports of the browser the samples ahead have to last: the one under way, its answer, and a slow one."""
LOOK_SECONDS = 2.0
"""How often a browser without a sample looks whether one got free."""


@dataclass
class State:
    """What this session knows of its deck. `at` is where the browser went last (STAY: nowhere new, None: past the end).

    `editing` is (edit or mark, sample key, turn) while a turn is open in a dialog. `refused` says why acts are not
    stored, `pending` are the samples that they decided. `heard` is the last report that was heard, `pace` how many
    samples the reports of a fast series decide.
    """

    ack: int = 0
    heard: int = 0
    pace: int = 0
    at: int | None = STAY
    jumps: int = 0
    editing: tuple[str, str, int] | None = None
    said: list[str] = field(default_factory=list)
    refused: str = ""
    pending: frozenset[int] = frozenset()
    deck: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


def state() -> State:
    """The session's; it lives as one thing, since every look into the session may end the run."""
    found: State = st.session_state.setdefault(_STATE, State())
    return found


def show(shown: ReviewView, deck: str) -> None:
    """Draws the deck; another `deck` starts anew with the first of the items."""
    here, owner, who = state(), server.current(), person.name()
    if shown.elsewhere:
        jump(shown.items[0].sample.sample_no if shown.items else None)
    frontend.component(KEY)(
        key=KEY,
        data={
            "deck": deck,
            "workspace": browser.workspace(owner),
            "who": who,
            "holder": browser.name(),
            "ack": here.ack,
            "heard": here.heard,
            "given": time.time(),
            "safe": 1000 * shown.safe_seconds / 2,  # half of it is for the way to the browser
            "refused": here.refused,
            "jump": here.jumps,
            "sign": 1000 * SIGN_SECONDS,
            "before": shown.before,
            "items": [_item(item, who) for item in shown.items],
            "empty": _empty(shown, len(here.pending)),
            "known": {"tag": list(scope.tags(owner)), "send": review.people(owner)},
        },
        on_acts_change=lambda: _received(owner, shown.queue),
    )
    if shown.blocked:
        st.fragment(_wait_until_free, run_every=LOOK_SECONDS, key="review_waiting")(owner, shown.blocked)
    while here.said:
        st.toast(markup.plain(here.said.pop()))


def enter(owner: Server, deck: str) -> None:
    """Gives back at once what this browser held in another queue."""
    here = state()
    if here.deck != deck:
        owner.leases.forget([browser.name()])
        here.deck = deck


def jump(number: int | None) -> None:
    """Puts another sample on the table: the browser goes there whatever it shows."""
    here = state()
    here.jumps, here.at = here.jumps + 1, number


def at(count: int) -> int | None:
    """The sample on the table: where the browser went last, which is written to the address, else what that names."""
    here = state()
    moved = here.at
    if moved is None:
        st.query_params.pop("sample", None)
    elif moved != STAY:
        st.query_params["sample"] = str(moved)
    if here.at == moved:  # only now: the address may end the run, and the next one has to write it then
        here.at = STAY
    return sample_address.read(count)


def ahead() -> int:
    """How many samples to make ready after the one on the table: more for who decides faster than they arrive."""
    return min(review.MOST_AHEAD, max(review.AHEAD, REPORTS_AHEAD * state().pace))


def _item(item: Item, who: str) -> dict[str, Any]:
    notes = [note.verdict for note in item.notes if note.who == who]
    return {
        "no": item.sample.sample_no,
        "key": item.sample.key,
        "html": review_card.html(item),
        "images": [f"/image/{one.image_no}" for one in item.sample.pictures if one.image_no is not None],
        "turns": len(item.sample.turns),
        "marks": len(item.sample.marks),
        "dropped": [index for index, edit in item.edits.items() if edit.drop],
        "note": notes[0] if notes else "",
        "verdict": item.mine,
        "open": item.left,
    }


def _empty(shown: ReviewView, pending: int) -> str:
    if not shown.size:
        return '<div class="w-none">No sample is in this queue.</div>'
    if shown.blocked:
        number = len(shown.blocked)
        words = "1 sample is" if number == 1 else f"{number:,} samples are"
        return (
            f'<div class="w-none"><b>Nothing free right now: {words} with other reviewers.</b> '
            "The next one that gets free appears here by itself.</div>"
        )
    if shown.done + pending < shown.size:
        return '<div class="w-none">Fetching the next sample …</div>'
    waiting = f" {markup.count(shown.second, 'sample')} of it wait for another reviewer." if shown.second else ""
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
    acts, here, who = (st.session_state.get(KEY) or {}).get("acts") or [], state(), person.name()
    acts = sorted(acts, key=lambda act: int(act["seq"]))
    with here.lock:
        here.refused = ""
        here.heard = max((int(act.get("again", 0)) for act in acts), default=0)
        decided = sum(act["seq"] > here.ack and act["do"] in SAMPLE_VERDICTS for act in acts)
        here.pace = max(decided, here.pace - 1) if decided else 0
        try:
            for act in acts:
                if act["seq"] > here.ack:
                    _perform(owner, person.signed(act, who), queue, act, here)
                here.ack = max(here.ack, act["seq"])
        except NotStoredError as error:
            here.refused, here.at = storing.reason(error), acts[-1].get("at")
        here.pending = frozenset(
            int(act["no"]) for act in acts if act["seq"] > here.ack and act["do"] in SAMPLE_VERDICTS
        )


def _perform(owner: Server, who: str, queue: Queue, act: Mapping[str, Any], here: State) -> None:
    here.at = act.get("at")
    if act["do"] == "look":
        return
    if act["do"] in ("edit", "mark"):
        here.editing = (act["do"], str(act["key"]), int(act["turn"]))
        return
    try:
        done = actions.apply(owner.workspace, who, act, queue.kind)
    except (DecisionError, KeyError, ValueError) as error:
        here.said.append(str(error))
        return
    if done.said:
        here.said.append(done.said)
    if done.key:
        here.jumps, here.at = here.jumps + 1, review.number_of(owner, done.key)
