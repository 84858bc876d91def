"""Decisions of people on samples, turns, spans and flags: record, undo, merge logs."""

from __future__ import annotations

import datetime
import getpass
import hashlib
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from curation.common.errors import WinnowError
from curation.decisions import origins
from curation.decisions import standing as standing_decisions
from curation.decisions.origins import Origin
from curation.decisions.standing import Standing
from curation.workspace import Workspace, cache
from storage import decisions

VERDICTS = {
    "sample": ("approve", "reject", "later"),
    "flag": ("confirm", "dismiss"),
    "turn": ("keep", "drop", "edit"),
    "span": ("accurate", "inaccurate", "analysis", "unsure"),
    "tag": ("add", "remove"),
    "note": ("write",),
    "request": ("ask", "done"),
}
"""What can be said on what. Spans take M-HalDetect's labels (https://arxiv.org/abs/2308.06394); a request sends a
sample to review."""
SAMPLE_VERDICTS, FLAG_VERDICTS = VERDICTS["sample"], VERDICTS["flag"]


_undoing = threading.Lock()


class DecisionError(WinnowError):
    """The decision cannot be recorded; the message says why."""


@dataclass(frozen=True)
class Act:
    """What was recorded at once: the events' ids, and how many keys were left alone because others decided them."""

    event_ids: tuple[str, ...]
    spared: int = 0

    @property
    def count(self) -> int:
        """Number of events."""
        return len(self.event_ids)


def default_person() -> str:
    """The name under which decisions are recorded unless the user gives another."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "curator"


def decide(
    workspace: Workspace,
    who: str,
    subject: str,
    key: str,
    verdict: str,
    payload: dict[str, Any] | None = None,
    *,
    adjudicates: bool = False,
    event_id: str = "",
    origin: Origin = "single",
) -> str:
    """Records one decision.

    Args:
        workspace: Open workspace.
        who: The person.
        subject: What it is on.
        key: The key of that.
        verdict: One of the subject's verdicts.
        payload: What belongs to the verdict, such as a new text.
        adjudicates: Whether it counts before all others on its key, whenever they were made.
        event_id: The event's id; "" for a new one. One that is in the log already is not recorded again.
        origin: How it was made.

    Returns:
        The event's id.

    Raises:
        DecisionError: The verdict is unknown.
    """
    _check(subject, verdict)
    event = _event(who, subject, key, verdict, payload, event_id, origin=origin) | {"adjudicates": adjudicates}
    decisions.append(workspace.store, [event])
    return str(event["event_id"])


def decide_all(
    workspace: Workspace,
    who: str,
    subject: str,
    keys: Iterable[str],
    verdict: str,
    payload: dict[str, Any] | None = None,
    *,
    spare_others: bool = False,
    origin: Origin = "bulk",
) -> Act:
    """Records the same decision on many keys as one act, which one undo takes back.

    Args:
        workspace: Open workspace.
        who: The person.
        subject: What the decisions are on.
        keys: Each counts once.
        verdict: One of the subject's verdicts.
        payload: What belongs to the verdict.
        spare_others: Whether keys on which somebody else's decision stands are left alone.
        origin: How they were made.

    Returns:
        The act, and how many keys were left alone.

    Raises:
        DecisionError: The verdict is unknown.
    """
    _check(subject, verdict)
    distinct_keys = list(dict.fromkeys(keys))
    spared = others(workspace, who, subject) if spare_others else set()
    batch = uuid.uuid4().hex
    events = [
        _event(who, subject, key, verdict, payload, origin=origin) | {"batch": batch}
        for key in distinct_keys
        if key not in spared
    ]
    if events:
        decisions.append(workspace.store, events)
    return Act(tuple(event["event_id"] for event in events), len(distinct_keys) - len(events))


def decide_together(
    workspace: Workspace,
    who: str,
    decided: Iterable[tuple[str, str, str, dict[str, Any] | None]],
    *,
    event_id: str = "",
    origin: Origin = "bulk",
) -> Act:
    """Records decisions of several sorts as one act with one undo.

    Args:
        workspace: Open workspace.
        who: The person.
        decided: (subject, key, verdict, payload) each; the first of them is what an undo names.
        event_id: The first event's id; "" for a new one.
        origin: How they were made.

    Returns:
        The act.

    Raises:
        DecisionError: A verdict is unknown; nothing is recorded then.
    """
    verdicts = list(decided)
    for subject, _, verdict, _ in verdicts:
        _check(subject, verdict)
    batch = uuid.uuid4().hex
    events = [_event(who, *decision, origin=origin) | {"batch": batch} for decision in verdicts]
    if events and event_id:
        events[0]["event_id"] = event_id
    if events:
        decisions.append(workspace.store, events)
    return Act(tuple(event["event_id"] for event in events))


def bring(workspace: Workspace, who: str, source: str, decided: Iterable[tuple[str, str, str]]) -> int:
    """Records decisions that came with data.

    Args:
        workspace: Open workspace.
        who: Whose decisions they are.
        source: Where they come from; the same source brought again adds nothing.
        decided: (subject, key, verdict) each.

    Returns:
        How many were new.

    Raises:
        DecisionError: A verdict is unknown.
    """
    events = []
    for subject, key, verdict in decided:
        _check(subject, verdict)
        named = hashlib.blake2b(f"{source}\0{subject}\0{key}".encode(), digest_size=16).hexdigest()
        events.append(_event(who, subject, key, verdict, None, named, origin="import"))
    return decisions.append(workspace.store, events) if events else 0


def others(workspace: Workspace, who: str, subject: str) -> set[str]:
    """Finds the keys on which somebody else's decision stands.

    Args:
        workspace: Open workspace.
        who: The person.
        subject: What the decisions are on.

    Returns:
        The keys.
    """
    return set(standing(workspace, subject).filter(pl.col("who") != who)["key"])


def undo(workspace: Workspace, who: str, *, event_id: str = "") -> dict[str, Any] | None:
    """Takes back the person's newest standing act by another event.

    Args:
        workspace: Open workspace.
        who: The person.
        event_id: Id of the event that takes it back; "" for a new one.

    Returns:
        The act's first event and `count`, its number of events; None when nothing stands.
    """
    with _undoing:  # of two quick requests each takes back an act of its own
        last = decisions.last_of(workspace.store, who)
        return None if last is None else take_back(workspace, who, last["event_id"], by=event_id)


def take_back(workspace: Workspace, who: str, event_id: str, *, by: str = "") -> dict[str, Any] | None:
    """Takes back the act that an event belongs to, as `undo` does.

    Args:
        workspace: Open workspace.
        who: The person.
        event_id: Any event of the act.
        by: Id of the event that takes it back; "" for a new one.

    Returns:
        The act's first event and `count`, its number of events; None when it does not stand any more.
    """
    act = decisions.act(workspace.store, event_id)
    if act.is_empty():
        return None
    first = act.row(0, named=True)
    event = _event(who, first["subject"], first["key"], "undo", None, by)
    decisions.append(workspace.store, [event | {"undoes": first["batch"] or first["event_id"]}])
    return first | {"count": act.height}


def is_recorded(workspace: Workspace, event_id: str) -> bool:
    """Looks whether an act is in the log already.

    A browser says an act again when it heard no answer: a server that was killed may have recorded it or not.

    Args:
        workspace: Open workspace.
        event_id: Id of the act's first event.

    Returns:
        True when it is there, taken back or not.
    """
    return decisions.exists(workspace.store, event_id)


def standing(workspace: Workspace, subject: str | None = None) -> pl.DataFrame:
    """Reads the verdict that counts for every decided key: the newest that nobody took back, adjudications first.

    Args:
        workspace: Open workspace.
        subject: The only subject; None for all.

    Returns:
        The columns of `storage.decisions.since` and `origin`, in the order of the log.
    """
    return _standing(workspace).counting.of(subject)


def by_person(workspace: Workspace, subject: str | None = None) -> pl.DataFrame:
    """Reads what each person said last on each key, adjudications left out.

    Args:
        workspace: Open workspace.
        subject: The only subject; None for all.

    Returns:
        The columns of `storage.decisions.since` and `origin`, in the order of the log.
    """
    return _standing(workspace).by_person.of(subject)


def events(workspace: Workspace, subject: str) -> pl.DataFrame:
    """Reads every event that nobody took back.

    Args:
        workspace: Open workspace.
        subject: What the decisions are on.

    Returns:
        The columns of `storage.decisions.since` and `origin`, in the order of the log.
    """
    return _standing(workspace).events.filter(pl.col("subject") == subject)


def newest(workspace: Workspace, who: str, limit: int) -> pl.DataFrame:
    """Reads a person's newest acts that stand.

    Args:
        workspace: Open workspace.
        who: The person.
        limit: At most so many acts.

    Returns:
        The first event of each act, and `size`, its number of events, the newest act first.
    """
    acts = _standing(workspace).events.filter(pl.col("who") == who).with_columns(act=pl.coalesce("batch", "event_id"))
    first = acts.with_columns(size=pl.len().over("act")).unique("act", keep="first", maintain_order=True)
    return first.drop("act").sort("event_no", descending=True).head(limit)


def _standing(workspace: Workspace) -> Standing:
    return cache.grow(workspace.store, "standing decisions", standing_decisions.read, topics=cache.DECISIONS)


def _event(
    who: str,
    subject: str,
    key: str,
    verdict: str,
    payload: dict[str, Any] | None,
    event_id: str = "",
    *,
    origin: Origin = "single",
) -> dict[str, Any]:
    return {
        "event_id": event_id or uuid.uuid4().hex,
        "made_at": _now(),
        "who": who,
        "subject": subject,
        "key": key,
        "verdict": verdict,
        "payload": origins.marked(payload, origin),
        "undoes": None,
        "batch": None,
        "adjudicates": False,
        "ordered_at": None,
    }


def _check(subject: str, verdict: str) -> None:
    if subject not in VERDICTS:
        raise DecisionError(f"There are decisions on a {', a '.join(VERDICTS)}, not on {subject!r}.")
    if verdict not in VERDICTS[subject]:
        raise DecisionError(f"A {subject} can be decided {', '.join(VERDICTS[subject])}; not {verdict!r}.")


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
