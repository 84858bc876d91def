"""Decisions: an event log of what people said. Undo is an event; nothing is ever overwritten.

Events are ordered by a hybrid logical clock (Kulkarni et al., 2014, https://cse.buffalo.edu/tech-reports/2014-04.pdf):
`ordered_at` is the clock's time, or a microsecond after the newest event where the clock shows an earlier time. So a
clock that is set back changes no order, and logs of several machines have one order, whichever is merged into which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from storage.rows import StoredRow
from storage.store import Cursor, Store, first

SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "event_id": pl.String,
    "made_at": pl.Datetime("us"),
    "who": pl.String,
    "subject": pl.String,
    "key": pl.String,
    "verdict": pl.String,
    "payload": pl.String,
    "undoes": pl.String,
    "batch": pl.String,
    "adjudicates": pl.Boolean,
    "ordered_at": pl.Datetime("us"),
}
COLUMNS = tuple(SCHEMA)

_SHOWN = (
    "event_no, event_id, made_at, ordered_at, who, subject, key, verdict, payload, batch, undoes, "
    "coalesce(adjudicates, false) AS final"
)


def append(store: Store, events: Sequence[StoredRow]) -> int:
    """Adds events whose id is not in the log yet.

    An event without `ordered_at` comes after all that are in the log; one of another log keeps its place in time.

    Args:
        store: The workspace's store.
        events: Each with all of COLUMNS; of two with one id the first counts.

    Returns:
        How many were new.
    """
    with store.transaction("decisions") as cursor:
        return append_within(cursor, events)


def append_within(cursor: Cursor, events: Sequence[StoredRow]) -> int:
    """Adds events as `append` does, together with other changes.

    Args:
        cursor: The transaction of all of them, which touches "decisions".
        events: Each with all of COLUMNS.

    Returns:
        How many were new.
    """
    rows = [tuple(event[name] for name in COLUMNS) for event in events]
    frame = pl.DataFrame(rows, schema=dict(SCHEMA), orient="row").unique("event_id", keep="first", maintain_order=True)
    frame = frame.with_row_index("place", offset=1)
    before = first(cursor, "SELECT count(*) FROM decision")
    cursor.register("events", frame)
    cursor.execute(
        """INSERT INTO decision BY NAME
           WITH log AS (SELECT coalesce(max(event_no), 0) AS last_no, max(ordered_at) AS last_at FROM decision)
           SELECT last_no + row_number() OVER (ORDER BY place) AS event_no, events.* EXCLUDE (place, ordered_at),
                  coalesce(ordered_at, greatest(made_at, last_at) + to_microseconds(place)) AS ordered_at
           FROM events ANTI JOIN decision USING (event_id), log"""
    )
    cursor.unregister("events")
    return int(first(cursor, "SELECT count(*) FROM decision") - before)


def log(store: Store) -> pl.DataFrame:
    """Every event, oldest first."""
    return store.frame(f"SELECT event_no, {', '.join(COLUMNS)} FROM decision ORDER BY event_no")


def since(store: Store, event_no: int) -> pl.DataFrame:
    """Reads the events after one, undo events included, oldest first.

    It is a query without a join, since DuckDB keeps some kilobytes of every query that joins or partitions, and this
    one follows every decision.

    Args:
        store: The workspace's store.
        event_no: Number of the last event that is known; 0 reads the whole log.

    Returns:
        event_no, event_id, made_at, ordered_at, who, subject, key, verdict, payload, batch, undoes, final (it
        adjudicates).
    """
    sql = f"SELECT {_SHOWN} FROM decision WHERE event_no > $event_no ORDER BY event_no"
    return store.frame(sql, {"event_no": event_no})


def size(store: Store, event_no: int) -> int:
    """Counts the events of the log up to one of them.

    Args:
        store: The workspace's store.
        event_no: Number of the last event that counts.

    Returns:
        How many there are.
    """
    return int(store.one("SELECT count(*) FROM decision WHERE event_no <= $event_no", {"event_no": event_no}))


def last_of(store: Store, who: str) -> StoredRow | None:
    """Reads a person's newest event that still stands.

    Args:
        store: The workspace's store.
        who: The person.

    Returns:
        The event; None where none stands.
    """
    sql = "SELECT * FROM standing_decision WHERE who = $who ORDER BY event_no DESC LIMIT 1"
    return next(iter(store.frame(sql, {"who": who}).to_dicts()), None)


def exists(store: Store, event_id: str) -> bool:
    """Looks for an event in the log.

    Args:
        store: The workspace's store.
        event_id: The event's id.

    Returns:
        True when it was recorded, taken back or not.
    """
    return bool(store.one("SELECT count(*) FROM decision WHERE event_id = $id", {"id": event_id}))


def act(store: Store, event_id: str) -> pl.DataFrame:
    """Reads the events that were recorded together with one and still stand.

    Args:
        store: The workspace's store.
        event_id: Any event of the act.

    Returns:
        The events in the order of the log, this one included; none when it does not stand any more.
    """
    return store.frame(
        """SELECT * FROM standing_decision WHERE event_id = $id
           OR batch = (SELECT batch FROM decision WHERE event_id = $id AND batch IS NOT NULL)
           ORDER BY event_no""",
        {"id": event_id},
    )


def acts(store: Store, limit: int) -> pl.DataFrame:
    """Reads the newest acts of everybody, taken back or not.

    Args:
        store: The workspace's store.
        limit: At most so many acts.

    Returns:
        made_at, who, subject, key and verdict of each act's first event, size (its number of events) and undone; the
        newest act first.
    """
    return store.frame(
        """WITH said AS (
               SELECT *, coalesce(batch, event_id) AS act FROM decision WHERE verdict <> 'undo'),
           newest AS (
               SELECT act, max(event_no) AS last FROM said GROUP BY act ORDER BY last DESC LIMIT $limit),
           undone AS (SELECT undoes FROM decision WHERE undoes IS NOT NULL)
           SELECT min(made_at) AS made_at, arg_min(who, event_no) AS who, arg_min(subject, event_no) AS subject,
                  arg_min(key, event_no) AS key, arg_min(verdict, event_no) AS verdict, count(*) AS size,
                  bool_or(act IN (FROM undone) OR event_id IN (FROM undone)) AS undone
           FROM said JOIN newest USING (act) GROUP BY act ORDER BY max(event_no) DESC""",
        {"limit": limit},
    )
