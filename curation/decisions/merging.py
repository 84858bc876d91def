"""The log of decisions as lines of a file: written, and merged with that of another workspace."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

import orjson

from curation.decisions.decision_log import VERDICTS, DecisionError
from curation.workspace import Workspace
from storage import decisions

_LATER = ("batch", "adjudicates", "ordered_at")
"""Columns that logs of earlier versions lack."""

_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("event_id", "who", "subject", "key", "verdict"), (str,)),
    **dict.fromkeys(("undoes", "batch"), (str, type(None))),
    "adjudicates": (bool, type(None)),
}


def log_lines(workspace: Workspace) -> list[bytes]:
    """The whole event log as JSON lines, oldest first."""
    return [_line(row) for row in decisions.log(workspace.store).iter_rows(named=True)]


def merge_lines(workspace: Workspace, lines: Iterable[bytes]) -> tuple[int, int]:
    """Adds the events of another log.

    Args:
        workspace: Open workspace.
        lines: JSON Lines, as an export of decisions writes them.

    Returns:
        How many events were read, and how many of them were new.

    Raises:
        DecisionError: A line is no event; nothing is stored then.
    """
    events = [_parse(line, number) for number, line in enumerate(lines, start=1) if line.strip()]
    return len(events), decisions.append(workspace.store, events) if events else 0


def _line(row: dict[str, Any]) -> bytes:
    event = {name: row[name] for name in decisions.COLUMNS} | {"payload": orjson.loads(row["payload"])}
    return orjson.dumps(event)


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
