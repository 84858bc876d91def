"""Decisions of people on samples, turns, spans and flags: record, undo, merge logs."""

from __future__ import annotations

import contextlib
import contextvars
import datetime
import getpass
import hashlib
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from curation.workspace import Workspace, cache
from storage import decisions
from storage.store import Store

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


class DecisionError(Exception):
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


def turn_key(sample_key: str, index: int) -> str:
    """The key of decisions on a turn."""
    return f"{sample_key}@{index}"


def span_key(sample_key: str, turn: int, start: int, end: int) -> str:
    """The key of decisions on characters of a response."""
    return f"{sample_key}@{turn}:{start}-{end}"


def tag_key(sample_key: str, tag: str) -> str:
    """The key of decisions on a tag of a sample."""
    return f"{sample_key}@{tag}"


def decide(
    workspace: Workspace,
    who: str,
    subject: str,
    key: str,
    verdict: str,
    payload: dict[str, Any] | None = None,
    *,
    adjudicates: bool = False,
) -> str:
    """Records one decision and returns the event's id. Raises DecisionError for an unknown verdict.

    One that adjudicates counts before all others on its key, whenever they were made.
    """
    _check(subject, verdict)
    event = _event(who, subject, key, verdict, payload) | {"adjudicates": adjudicates}
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
) -> Act:
    """Records the same decision on many keys as one act, which one undo takes back.

    With `spare_others`, keys on which somebody else's decision stands are left alone.
    """
    _check(subject, verdict)
    distinct_keys = list(dict.fromkeys(keys))
    spared = others(workspace, who, subject) if spare_others else set()
    batch = uuid.uuid4().hex
    events = [
        _event(who, subject, key, verdict, payload) | {"batch": batch} for key in distinct_keys if key not in spared
    ]
    if events:
        decisions.append(workspace.store, events)
    return Act(tuple(event["event_id"] for event in events), len(distinct_keys) - len(events))


def decide_together(
    workspace: Workspace, who: str, decided: Iterable[tuple[str, str, str, dict[str, Any] | None]]
) -> Act:
    """Records decisions of several sorts, (subject, key, verdict, payload) each, as one act with one undo.

    The first of them is what an undo names. Raises DecisionError for an unknown verdict; nothing is recorded then.
    """
    verdicts = list(decided)
    for subject, _, verdict, _ in verdicts:
        _check(subject, verdict)
    batch = uuid.uuid4().hex
    events = [_event(who, *decision) | {"batch": batch} for decision in verdicts]
    if events:
        decisions.append(workspace.store, events)
    return Act(tuple(event["event_id"] for event in events))


def bring(workspace: Workspace, who: str, source: str, decided: Iterable[tuple[str, str, str]]) -> int:
    """Records decisions that came with data, (subject, key, verdict) each; returns how many were new.

    The same `source` brought again adds nothing. Raises DecisionError for an unknown verdict.
    """
    events = []
    for subject, key, verdict in decided:
        _check(subject, verdict)
        named = hashlib.blake2b(f"{source}\0{subject}\0{key}".encode(), digest_size=16).hexdigest()
        events.append(_event(who, subject, key, verdict, None) | {"event_id": named})
    return decisions.append(workspace.store, events) if events else 0


def others(workspace: Workspace, who: str, subject: str) -> set[str]:
    """The keys on which somebody else's decision stands."""
    return set(standing(workspace, subject).filter(pl.col("who") != who)["key"])


def undo(workspace: Workspace, who: str) -> dict[str, Any] | None:
    """Takes back the person's newest standing act by another event; returns what was undone, or None.

    The result has the act's first event and `count`, its number of events.
    """
    with _undoing:  # of two quick requests each takes back an act of its own
        last = decisions.last_of(workspace.store, who)
        return None if last is None else take_back(workspace, who, last["event_id"])


def take_back(workspace: Workspace, who: str, event_id: str) -> dict[str, Any] | None:
    """Takes back the act that an event belongs to, as `undo` does; None when it does not stand any more."""
    act = decisions.act(workspace.store, event_id)
    if act.is_empty():
        return None
    first = act.row(0, named=True)
    event = _event(who, first["subject"], first["key"], "undo", None)
    decisions.append(workspace.store, [event | {"undoes": first["batch"] or first["event_id"]}])
    return first | {"count": act.height}


@contextlib.contextmanager
def once(workspace: Workspace, act_id: str) -> Iterator[bool]:
    """Gives the first event that is recorded inside this id; False for an act that is in the log already.

    A browser says an act again when it heard no answer: a server that was killed may have recorded it or not.
    """
    name = _named.set([act_id])
    try:
        yield not decisions.exists(workspace.store, act_id)
    finally:
        _named.reset(name)


def standing(workspace: Workspace, subject: str | None = None) -> pl.DataFrame:
    """The verdict that counts for every decided key: the newest that nobody took back, adjudications first.

    Columns are those of `storage.decisions.standing`, rows in the order of the log.
    """
    store = workspace.store
    if subject is None:
        return cache.recall(
            store, "standing decisions", lambda _: _counting(_events(workspace)), topics=cache.DECISIONS
        )
    return _part(workspace, "standing decisions by subject", subject, lambda: standing(workspace))


def by_person(workspace: Workspace, subject: str | None = None) -> pl.DataFrame:
    """What each person said last on each key (of a subject), adjudications left out."""
    store = workspace.store
    if subject is None:
        return cache.recall(
            store, "decisions by person", lambda _: _of_each(_events(workspace)), topics=cache.DECISIONS
        )
    return _part(workspace, "decisions by person and subject", subject, lambda: by_person(workspace))


def newest(workspace: Workspace, who: str, limit: int) -> pl.DataFrame:
    """A person's newest acts that stand, newest first: the first event of each, and `size`, its number of events."""
    acts = _events(workspace).filter(pl.col("who") == who).with_columns(act=pl.coalesce("batch", "event_id"))
    first = acts.with_columns(size=pl.len().over("act")).unique("act", keep="first", maintain_order=True)
    return first.drop("act").sort("event_no", descending=True).head(limit)


def _part(workspace: Workspace, name: str, subject: str, events: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Of what `events` makes, the rows on one subject; remembered apart, since pages ask for each many times."""

    def read(_: Store) -> dict[str, pl.DataFrame]:
        all_rows = events()
        parts = all_rows.partition_by("subject", as_dict=True, maintain_order=True)
        return {"": all_rows.clear()} | {str(subject): part for (subject,), part in parts.items()}

    parts = cache.recall(workspace.store, name, read, topics=cache.DECISIONS)
    return parts.get(subject, parts[""])


def _events(workspace: Workspace) -> pl.DataFrame:
    return cache.recall(workspace.store, "events that stand", decisions.standing, topics=cache.DECISIONS)


def _counting(events: pl.DataFrame) -> pl.DataFrame:
    return _last(events, "final", "ordered_at", "event_id", of=["subject", "key"])


def _of_each(events: pl.DataFrame) -> pl.DataFrame:
    return _last(events.filter(~pl.col("final")), "ordered_at", "event_id", of=["who", "subject", "key"])


def _last(events: pl.DataFrame, *order: str, of: list[str]) -> pl.DataFrame:
    return events.sort(*order).unique(of, keep="last", maintain_order=True).sort("event_no")


def log_lines(workspace: Workspace) -> list[bytes]:
    """The whole event log as JSON lines, oldest first."""
    return [_line(row) for row in decisions.log(workspace.store).iter_rows(named=True)]


def merge_lines(workspace: Workspace, lines: Iterable[bytes]) -> tuple[int, int]:
    """Adds the events of another log; returns (events read, events that were new).

    Raises DecisionError for a line that is no event; nothing is stored then.
    """
    events = [_parse(line, number) for number, line in enumerate(lines, start=1) if line.strip()]
    return len(events), decisions.append(workspace.store, events) if events else 0


_named: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("ids of the next events", default=None)


def _event(who: str, subject: str, key: str, verdict: str, payload: dict[str, Any] | None) -> dict[str, Any]:
    named = _named.get()
    return {
        "event_id": named.pop() if named else uuid.uuid4().hex,
        "made_at": _now(),
        "who": who,
        "subject": subject,
        "key": key,
        "verdict": verdict,
        "payload": orjson.dumps(payload or {}).decode(),
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


_LATER = ("batch", "adjudicates", "ordered_at")
"""Columns that logs of earlier versions lack."""


def _line(row: dict[str, Any]) -> bytes:
    event = {name: row[name] for name in decisions.COLUMNS} | {"payload": orjson.loads(row["payload"])}
    return orjson.dumps(event)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("event_id", "who", "subject", "key", "verdict"), (str,)),
    **dict.fromkeys(("undoes", "batch"), (str, type(None))),
    "adjudicates": (bool, type(None)),
}


def _moment(text: str) -> datetime.datetime:
    """A time as the log keeps it: UTC, without a zone."""
    moment = datetime.datetime.fromisoformat(text)
    return moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _parse(line: bytes, number: int) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
        event = {name: row.get(name) if name in _LATER else row[name] for name in decisions.COLUMNS}
        event["made_at"] = _moment(row["made_at"])
        event["ordered_at"] = _moment(event["ordered_at"] or row["made_at"])
        event["payload"] = orjson.dumps(row["payload"]).decode()
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise DecisionError(f"Line {number} is no decision event: {error}.") from error
    wrong = next((name for name, kinds in _KINDS.items() if not isinstance(event[name], kinds)), None)
    if wrong:
        raise DecisionError(f"Line {number} is no decision event: {wrong} is {event[wrong]!r}.")
    if event["verdict"] != "undo" and event["verdict"] not in VERDICTS.get(event["subject"], ()):
        raise DecisionError(f"Line {number} has the unknown verdict {event['verdict']!r} on a {event['subject']!r}.")
    return event
