"""Decisions: an event log of what people said. Undo is an event; nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from storage.store import Store, first

COLUMNS = ("event_id", "made_at", "who", "subject", "key", "verdict", "payload", "undoes")


def append(store: Store, events: Sequence[dict[str, Any]]) -> int:
    """Adds events whose id is not in the log yet; returns how many were new."""
    rows = [tuple(event[name] for name in COLUMNS) for event in events]
    schema = dict.fromkeys(COLUMNS, pl.String) | {"made_at": pl.Datetime("us")}
    frame = pl.DataFrame(rows, schema=schema, orient="row").unique("event_id", keep="first", maintain_order=True)
    with store.transaction("decisions") as cursor:
        before = first(cursor, "SELECT count(*) FROM decision")
        cursor.register("events", frame)
        cursor.execute(
            """INSERT INTO decision
               SELECT row_number() OVER () + (SELECT coalesce(max(event_no), 0) FROM decision), events.*
               FROM events WHERE event_id NOT IN (SELECT event_id FROM decision)"""
        )
        cursor.unregister("events")
        return int(first(cursor, "SELECT count(*) FROM decision") - before)


def log(store: Store) -> pl.DataFrame:
    """Every event, oldest first."""
    return store.frame(f"SELECT event_no, {', '.join(COLUMNS)} FROM decision ORDER BY event_no")


def standing(store: Store, subject: str | None = None) -> pl.DataFrame:
    """The newest event per subject and key that nobody took back: event_no, event_id, who, key, verdict, payload."""
    return store.frame(
        """SELECT event_no, event_id, made_at, who, subject, key, verdict, payload FROM standing_decision
           WHERE $subject IS NULL OR subject = $subject
           QUALIFY row_number() OVER (PARTITION BY subject, key ORDER BY made_at DESC, event_no DESC) = 1
           ORDER BY event_no""",
        {"subject": subject},
    )


def last_of(store: Store, who: str) -> dict[str, Any] | None:
    """The person's newest event that still stands, or None."""
    sql = "SELECT * FROM standing_decision WHERE who = $who ORDER BY event_no DESC LIMIT 1"
    return next(iter(store.frame(sql, {"who": who}).to_dicts()), None)
