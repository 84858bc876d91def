"""Carries decisions over to a sample that took the place of another one, marked so that people are asked again."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import polars as pl

from curation.decisions import decision_log, origins
from curation.decisions import keys as decision_keys
from curation.workspace import Workspace
from storage.rows import StoredRow

ON_RESPONSE = ("turn", "span")


@dataclass(frozen=True)
class Successor:
    """The key of a sample that took the place of another, and the turns whose texts are the same in both."""

    key: str
    same_turns: frozenset[int]


def events(
    workspace: Workspace, successors: Mapping[str, Successor], flags: Mapping[str, str] | None = None
) -> list[StoredRow]:
    """Makes the events that repeat on samples what people said of those before them; the originals stay in the log.

    What was said of a turn whose text is another now is not repeated.

    Args:
        workspace: Open workspace.
        successors: What took the place of samples, by their keys.
        flags: Ids of flags by those of the same flags on the samples before.

    Returns:
        Events for `storage.decisions.append`, each by the same person and marked as carried over.
    """
    by_person = decision_log.by_person(workspace)
    settling = decision_log.standing(workspace).filter(pl.col("final"))
    batch = uuid.uuid4().hex
    repeated = []
    for row in pl.concat([by_person, settling]).sort("event_no").iter_rows(named=True):
        key = _renamed(row["subject"], row["key"], successors, flags or {})
        if key:
            named = hashlib.blake2b(f"{row['event_id']}\0{key}".encode(), digest_size=16).hexdigest()
            payload = orjson.loads(row["payload"]) | {origins.CARRIED: row["key"]}
            repeated.append(
                {
                    "event_id": named,
                    "made_at": row["made_at"],
                    "who": row["who"],
                    "subject": row["subject"],
                    "key": key,
                    "verdict": row["verdict"],
                    "payload": origins.marked(payload, "import"),
                    "undoes": None,
                    "batch": batch,
                    "adjudicates": row["final"],
                    "ordered_at": None,
                }
            )
    return repeated


def _renamed(subject: str, key: str, successors: Mapping[str, Successor], flags: Mapping[str, str]) -> str:
    """The key on the sample that is there now; empty for what is not carried over."""
    if subject == "flag":
        return flags.get(key, "")
    sample_key = decision_keys.sample_of(subject, key)
    successor = successors.get(sample_key)
    if successor is None:
        return ""
    if subject in ON_RESPONSE:
        turn = int(key.removeprefix(sample_key + "@").partition(":")[0])
        if turn not in successor.same_turns:
            return ""
    return successor.key + key.removeprefix(sample_key)


def is_carried(decisions: pl.DataFrame) -> pl.Series:
    """Says which decisions were carried over and not made again.

    Args:
        decisions: Decisions with their payload.

    Returns:
        A boolean each.
    """
    return decisions["payload"].str.contains(f'"{origins.CARRIED}"', literal=True)
