"""What everybody did last, in plain words: decisions by acts, runs, imports and exports."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.common.counts import counted
from curation.decisions import keys as decision_keys
from curation.review import team
from curation.workspace import cache
from storage import dataset_events, datasets, decisions, exports, runs
from storage.rows import StoredRow

SHOWN = 12
READ = 200
"""So many acts are looked at; those of the same sort that follow each other are told as one."""
TOGETHER = datetime.timedelta(minutes=10)
_DID = {
    ("sample", "approve"): "approved", ("sample", "reject"): "rejected", ("sample", "later"): "left for later",
    ("flag", "confirm"): "confirmed", ("flag", "dismiss"): "dismissed",
    ("turn", "keep"): "kept", ("turn", "drop"): "dropped", ("turn", "edit"): "rewrote",
    ("tag", "add"): "tagged", ("tag", "remove"): "took a tag off", ("note", "write"): "wrote a note on",
    ("request", "ask"): "sent to review", ("request", "done"): "closed the request for",
}  # fmt: skip
_THINGS = {"tag": "sample", "note": "sample", "request": "sample"}
_RUNS = {"done": "ended", "stopped": "was stopped", "failed": "failed", "running": "began", "paused": "began"}


@dataclass(frozen=True)
class FeedEntry:
    """One thing that happened, at a local time: an icon's name, words, and whether it was taken back.

    `page` and `params` are where it can be seen.
    """

    when: datetime.datetime
    icon: str
    words: str
    undone: bool
    page: str
    params: Mapping[str, str]


def newest(server: Server, most: int = SHOWN) -> list[FeedEntry]:
    """Lists what everybody did last.

    Args:
        server: Its workspace records acts, runs, imports and exports.
        most: At most so many entries.
    Returns:
        Entries, newest first.
    """
    store = server.workspace.store
    acts = cache.recall(store, "newest acts", lambda _: decisions.acts(store, READ), topics=cache.DECISIONS)
    acts = _together(acts)
    keys = [decision_keys.sample_of(*act_key) for act_key in acts.select("subject", "key").iter_rows()]
    numbers = team.numbers(store, board.current(server).snapshot, pl.Series(keys, dtype=pl.String))
    entries = [
        _act(row, sample_no) for row, sample_no in zip(acts.iter_rows(named=True), numbers.tolist(), strict=True)
    ]
    entries += [_run(row) for row in runs.listing(store, most).iter_rows(named=True)]
    entries += [_import(row) for row in datasets.created(store).iter_rows(named=True)]
    entries += [_export(row) for row in exports.newest(store, most).iter_rows(named=True)]
    entries += [_dataset_act(row) for row in dataset_events.newest(store, most).iter_rows(named=True)]
    return sorted(entries, key=lambda entry: entry.when, reverse=True)[:most]


def local(moment: datetime.datetime) -> datetime.datetime:
    """A moment in UTC, as decisions have it, on this machine's clock."""
    return moment.replace(tzinfo=datetime.UTC).astimezone().replace(tzinfo=None)


def _together(acts: pl.DataFrame) -> pl.DataFrame:
    """Acts of one person, of one sort, that follow each other closely, as one row with the newest one's moment."""
    same = ["who", "subject", "verdict", "undone"]
    apart = pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in same)
    later = pl.col("made_at").shift(1) - pl.col("made_at") > TOGETHER
    number = (apart | later).fill_null(True).cast(pl.Int32).cum_sum()
    grouped = acts.with_columns(number.alias("number")).group_by("number", maintain_order=True)
    firsts = [pl.col(name).first() for name in ("made_at", "key", *same)]
    return grouped.agg(*firsts, pl.col("size").sum()).drop("number")


def _act(row: StoredRow, sample_no: int) -> FeedEntry:
    subject: str = row["subject"]
    verdict: str = row["verdict"]
    did = _DID.get((subject, verdict), f"labelled {verdict}")
    words = f"{row['who']} {did} {counted(row['size'], _THINGS.get(subject, subject))}"
    page = "review.py"
    params: dict[str, str] = {}
    if row["size"] == 1 and subject == "flag":
        page, params = "flags.py", {"flag": row["key"]}
    elif row["size"] == 1 and sample_no >= 0:
        params = {"sample": str(sample_no)}
    return FeedEntry(local(row["made_at"]), "how_to_vote", words, row["undone"], page, params)


def _run(row: StoredRow) -> FeedEntry:
    failed = f", {row['failed']:,} failed" if row["failed"] else ""
    values = f": {counted(row['done'], 'value')}{failed}" if row["ended_at"] else ""
    words = f"Run {row['run_no']} {_RUNS.get(row['state'], row['state'])}{values}"
    return FeedEntry(row["ended_at"] or row["started_at"], "manufacturing", words, False, "runs.py", {})


def _import(row: StoredRow) -> FeedEntry:
    words = f"{row['name']} was imported: {counted(row['rows_seen'], 'row')}"
    if row["state"] != "complete":
        words = f"{row['name']} is being imported: {counted(row['rows_seen'], 'row')} so far"
    return FeedEntry(row["created_at"], "upload_file", words, False, "ingest.py", {})


def _dataset_act(row: StoredRow) -> FeedEntry:
    words = f"{row['who']}: {row['act']} {row['dataset']}"
    return FeedEntry(row["made_at"], "database", words, False, "ingest.py", {})


def _export(row: StoredRow) -> FeedEntry:
    words = f"{row['who'] or 'Somebody'} exported {Path(row['path']).name}: {counted(row['samples'], 'sample')}"
    return FeedEntry(row["made_at"], "archive", words, False, "export.py", {})
