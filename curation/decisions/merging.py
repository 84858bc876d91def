"""The log of decisions as lines of a file: written, and merged with that of another workspace.

In the file, samples and flags have names that are the same in every workspace (`identities`), and every decision says
in its payload how it was made (`origins`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from curation.decisions import decision_log, identities, origins
from curation.decisions.decision_log import VERDICTS, DecisionError
from curation.decisions.identities import KeyNames
from curation.workspace import Workspace
from storage import decisions

_LATER = ("batch", "adjudicates", "ordered_at")
"""Columns that logs of earlier versions lack."""

_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("event_id", "who", "subject", "key", "verdict"), (str,)),
    **dict.fromkeys(("undoes", "batch"), (str, type(None))),
    "adjudicates": (bool, type(None)),
}


@dataclass(frozen=True)
class MergeReport:
    """What became of another log's events.

    Attributes:
        read: Events in the log.
        new: Those that were not here yet; all of them are stored.
        matched: New ones on a sample or flag of this workspace.
        differing: New ones that say something else than what counted here before.
        unknown: What the other new ones are on: subject, key and verdict.
    """

    read: int
    new: int
    matched: int
    differing: int
    unknown: tuple[tuple[str, str, str], ...]


def log_lines(workspace: Workspace) -> list[bytes]:
    """The whole event log as JSON lines, oldest first."""
    log = decisions.log(workspace.store)
    log = log.with_columns(origins.of(log))
    names = identities.portable(workspace).reversed() if log.height else identities.SAME
    return [_line(row, names) for row in log.iter_rows(named=True)]


def merge_lines(workspace: Workspace, lines: Iterable[bytes]) -> MergeReport:
    """Adds the events of another log.

    Args:
        workspace: Open workspace.
        lines: JSON Lines, as an export of decisions writes them.

    Returns:
        What became of the events.

    Raises:
        DecisionError: A line is no event; nothing is stored then.
    """
    events = [_parse(line, number) for number, line in enumerate(lines, start=1) if line.strip()]
    names = identities.arriving(workspace, ((event["subject"], event["key"]) for event in events))
    for event in events:
        event["key"] = names.renamed(event["subject"], event["key"])
    here = set(decisions.log(workspace.store)["event_id"])
    new = list({event["event_id"]: event for event in reversed(events) if event["event_id"] not in here}.values())
    standing = decision_log.standing(workspace)
    counting = {(subject, key): verdict for subject, key, verdict in standing["subject", "key", "verdict"].iter_rows()}
    if new:
        decisions.append(workspace.store, events)
    verdicts = [event for event in new if event["verdict"] != "undo"]
    unknown = identities.unknown(workspace, ((event["subject"], event["key"]) for event in verdicts))
    return MergeReport(
        read=len(events),
        new=len(new),
        matched=sum((event["subject"], event["key"]) not in unknown for event in verdicts),
        differing=sum(
            counting.get((event["subject"], event["key"]), event["verdict"]) != event["verdict"] for event in verdicts
        ),
        unknown=tuple(
            (event["subject"], event["key"], event["verdict"])
            for event in reversed(verdicts)
            if (event["subject"], event["key"]) in unknown
        ),
    )


def _line(row: dict[str, Any], names: KeyNames) -> bytes:
    payload = orjson.loads(row["payload"])
    if isinstance(payload, dict) and row["verdict"] != "undo":
        payload[origins.FIELD] = row[origins.FIELD]
    event = {name: row[name] for name in decisions.COLUMNS} | {"payload": payload}
    return orjson.dumps(event | {"key": names.renamed(row["subject"], row["key"])})


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
