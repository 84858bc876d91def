"""Decisions of people on samples and flags: record, undo, merge logs."""

from __future__ import annotations

import datetime
import getpass
import uuid
from collections.abc import Iterable
from typing import Any

import orjson
import polars as pl

from curation.workspace import Workspace
from storage import decisions

SAMPLE_VERDICTS = ("approve", "reject", "later")
FLAG_VERDICTS = ("confirm", "dismiss")
VERDICTS = {"sample": SAMPLE_VERDICTS, "flag": FLAG_VERDICTS}


class DecisionError(Exception):
    """The decision cannot be recorded; the message says why."""


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
) -> str:
    """Records one decision and returns the event's id. Raises DecisionError for an unknown verdict."""
    return decide_all(workspace, who, subject, [key], verdict, payload)[0]


def decide_all(
    workspace: Workspace,
    who: str,
    subject: str,
    keys: Iterable[str],
    verdict: str,
    payload: dict[str, Any] | None = None,
) -> list[str]:
    """Records the same decision on many samples or flags, one event each."""
    if subject not in VERDICTS:
        raise DecisionError(f"There are decisions on {' and '.join(VERDICTS)}s, not on {subject!r}.")
    if verdict not in VERDICTS[subject]:
        raise DecisionError(f"A {subject} can be decided {', '.join(VERDICTS[subject])}; not {verdict!r}.")
    events = [_event(who, subject, key, verdict, payload) for key in keys]
    decisions.append(workspace.store, events)
    return [event["event_id"] for event in events]


def undo(workspace: Workspace, who: str) -> dict[str, Any] | None:
    """Takes back the person's newest standing decision by another event; returns what was undone, or None."""
    last = decisions.last_of(workspace.store, who)
    if last is None:
        return None
    event = _event(who, last["subject"], last["key"], "undo", None) | {"undoes": last["event_id"]}
    decisions.append(workspace.store, [event])
    return last


def standing(workspace: Workspace, subject: str | None = None) -> pl.DataFrame:
    """The verdict that counts for every decided key."""
    return decisions.standing(workspace.store, subject)


def log_lines(workspace: Workspace) -> list[bytes]:
    """The whole event log as JSON lines, oldest first."""
    return [_line(row) for row in decisions.log(workspace.store).iter_rows(named=True)]


def merge_lines(workspace: Workspace, lines: Iterable[bytes]) -> tuple[int, int]:
    """Adds the events of another log; returns (events read, events that were new).

    Raises DecisionError for a line that is no event; nothing is stored then.
    """
    events = [_parse(line, number) for number, line in enumerate(lines, start=1) if line.strip()]
    return len(events), decisions.append(workspace.store, events) if events else 0


def _event(who: str, subject: str, key: str, verdict: str, payload: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "event_id": uuid.uuid4().hex,
        "made_at": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
        "who": who,
        "subject": subject,
        "key": key,
        "verdict": verdict,
        "payload": orjson.dumps(payload or {}).decode(),
        "undoes": None,
    }


def _line(row: dict[str, Any]) -> bytes:
    event = {name: row[name] for name in decisions.COLUMNS} | {"payload": orjson.loads(row["payload"])}
    return orjson.dumps(event)


def _parse(line: bytes, number: int) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
        event = {name: row[name] for name in decisions.COLUMNS}
        event["made_at"] = datetime.datetime.fromisoformat(row["made_at"])
        event["payload"] = orjson.dumps(row["payload"]).decode()
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise DecisionError(f"Line {number} is no decision event: {error}.") from error
    if event["verdict"] != "undo" and event["verdict"] not in VERDICTS.get(event["subject"], ()):
        raise DecisionError(f"Line {number} has the unknown verdict {event['verdict']!r} on a {event['subject']!r}.")
    return event
