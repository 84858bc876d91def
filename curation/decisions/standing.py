"""The decisions that stand, kept up to date event by event: a key press reads what is new, not the whole log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.decisions import origins
from scoring.arrays import Numbers
from storage import decisions
from storage.store import Store

_MOST_CHUNKS = 64
"""A frame of more pieces than this is copied into one."""
_COUNTING = ("subject", "key")
_BY_PERSON = ("who", "subject", "key")


@dataclass(frozen=True, eq=False)
class EventSelection:
    """Some of the events, by number: so each event is in memory once. `numbers`: int64, ascending."""

    events: pl.DataFrame
    numbers: Numbers

    def of(self, subject: str | None) -> pl.DataFrame:
        """The rows on one subject, in the order of the log; all of them for None.

        They are read when they are asked for: kept, they would be copies of the log that grow with every key press.
        """
        events = self.events if subject is None else self.events.filter(pl.col("subject") == subject)
        if len(self.numbers) == self.events.height:
            return events
        return events.filter(np.isin(events["event_no"].to_numpy(), self.numbers, assume_unique=True))


@dataclass(frozen=True, eq=False)
class Standing:
    """What stands after `log_size` events, the last of which is `last_no`.

    `events` are those that nobody took back; `counting` has the one that counts for each key, the newest or an
    adjudication; `by_person` what each person said last on each key, adjudications left out. `undone` are the ids that
    undo events name, also of events that have not come yet, as logs are merged in any order.
    """

    last_no: int
    log_size: int
    undone: frozenset[str]
    events: pl.DataFrame
    counting: EventSelection
    by_person: EventSelection


def read(store: Store, before: Standing | None) -> Standing:
    """Reads the events since `before`.

    Args:
        store: The workspace's store.
        before: What stood earlier; None, or one that the log no longer begins with, reads the whole log.

    Returns:
        What stands now.
    """
    if before is not None:
        new = _compact(_since(store, before.last_no))
        last_no = int(new["event_no"][-1]) if new.height else before.last_no
        if decisions.size(store, last_no) == before.log_size + new.height:
            return _advanced(before, new)
    new = _since(store, 0)
    nothing = EventSelection(new.clear(), np.empty(0, dtype=np.int64))
    return _advanced(Standing(0, 0, frozenset(), new.clear(), nothing, nothing), new)


def _since(store: Store, event_no: int) -> pl.DataFrame:
    """The events after one, with how each was made: an act stands in the log as a whole."""
    events = decisions.since(store, event_no)
    return events.with_columns(origins.of(events))


def counting(events: pl.DataFrame) -> pl.DataFrame:
    """Selects the event that counts for each key: the newest, adjudications first.

    Args:
        events: Events that stand.

    Returns:
        Some of them, in the order of the log.
    """
    return _last(events, "final", "ordered_at", "event_id", of=_COUNTING)


def by_person(events: pl.DataFrame) -> pl.DataFrame:
    """Selects what each person said last on each key, adjudications left out.

    Args:
        events: Events that stand.

    Returns:
        Some of them, in the order of the log.
    """
    return _last(events.filter(~pl.col("final")), "ordered_at", "event_id", of=_BY_PERSON)


def _advanced(before: Standing, new: pl.DataFrame) -> Standing:
    if new.is_empty():
        return before
    named = frozenset(new["undoes"].drop_nulls())
    undone = before.undone | named if named else before.undone
    added = new.filter((pl.col("verdict") != "undo") & ~_names(undone))
    taken_back = before.events.filter(_names(named)) if named else new.clear()
    keys = {*added["key"], *taken_back["key"]}
    events = before.events.filter(~_names(named)) if taken_back.height else before.events
    events = _appended(events, added)
    touched = events.filter(pl.col("key").is_in(keys))
    earlier = before.events.filter(pl.col("key").is_in(keys))["event_no"].to_numpy()
    return Standing(
        last_no=int(new["event_no"][-1]),
        log_size=before.log_size + new.height,
        undone=undone,
        events=events,
        counting=EventSelection(events, _replaced(before.counting.numbers, earlier, counting(touched))),
        by_person=EventSelection(events, _replaced(before.by_person.numbers, earlier, by_person(touched))),
    )


def _names(ids: Iterable[str]) -> pl.Expr:
    """True for events of these ids or batches."""
    listed = list(ids)
    return pl.col("event_id").is_in(listed) | pl.col("batch").is_in(listed).fill_null(value=False)


def _last(events: pl.DataFrame, *order: str, of: tuple[str, ...]) -> pl.DataFrame:
    """The last of these events of each combination of `of`."""
    return events.sort(*order).unique(of, keep="last", maintain_order=True).sort("event_no")


def _replaced(before: Numbers, earlier: Numbers, rows: pl.DataFrame) -> Numbers:
    """Numbers of events, with those of `rows` in place of the earlier ones on the same keys."""
    return np.union1d(np.setdiff1d(before, earlier, assume_unique=True), rows["event_no"].to_numpy())


def _appended(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of both in the order of the log; what is there already is not copied where that can be spared."""
    if rows.is_empty():
        return frame
    longer = frame.vstack(rows)
    if frame.height and rows["event_no"][0] < frame["event_no"][-1]:
        return longer.sort("event_no")
    return _compact(longer) if longer.n_chunks() > _MOST_CHUNKS else longer


def _compact(frame: pl.DataFrame) -> pl.DataFrame:
    """A copy in memory of its own.

    Rows that come from a query keep alive all that was reserved for its result, tens of kilobytes for one row, and
    so do frames that were put together from them.
    """
    return pl.read_ipc_stream(frame.write_ipc_stream(None).getvalue())
