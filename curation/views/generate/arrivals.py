"""Generated samples as they arrive in the workspace: the newest ones with scores and flags, and sending them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.decisions import decision_log
from curation.decisions.decision_log import Act
from curation.filtering.snapshot import Snapshot
from curation.flags import current_flags
from curation.workspace import first_images
from scoring.arrays import Numbers
from storage import datasets, samples

SHOWN = 12
COLUMNS = ("text_readability", "instruction_complexity", "object_match", "image_readability")
"""Metrics that are shown beside a sample, where they are there."""


@dataclass(frozen=True)
class Arrival:
    """One sample: its picture, its first turn, values by the title of their metric, flags by kind."""

    sample_no: int
    row: int
    image_no: int | None
    instruction: str
    response: str
    turns: int
    values: Mapping[str, float | None]
    flags: Mapping[str, int]


@dataclass(frozen=True)
class Arrivals:
    """A generated dataset: samples in all, how many are scored, flagged, decided or sent to review, the newest ones."""

    name: str
    count: int
    scored: int
    flagged: int
    decided: int
    sent: int
    newest: tuple[Arrival, ...]


def generated(server: Server) -> list[str]:
    """The datasets that were made here, the newest first."""
    folder = (server.workspace.folder / "generated").resolve()
    listing = datasets.listing(server.workspace.store)
    rows = listing.select("name", "path").iter_rows()
    return [name for name, path in rows if Path(path).parent == folder][::-1]


def view(server: Server, name: str) -> Arrivals:
    """Counts how far a generated dataset is scored, flagged, decided and sent on.

    Args:
        server: Its board and decisions are used.
        name: Name of the dataset.
    Returns:
        The counts and the SHOWN newest samples, newest first.
    """
    snapshot = board.current(server).snapshot
    generated_samples = snapshot.samples.filter(pl.col("dataset") == name)
    flagged = _flags(server, name)
    decisions = decision_log.standing(server.workspace)
    keys = generated_samples["key"].implode()
    decided = decisions.filter((pl.col("subject") == "sample") & pl.col("key").is_in(keys)).height
    is_request = (pl.col("subject") == "request") & (pl.col("verdict") == "ask")
    sent = decisions.filter(is_request & pl.col("key").is_in(keys)).height
    newest = tuple(_newest(server, snapshot, generated_samples.tail(SHOWN)[::-1], flagged))
    numbers = generated_samples["sample_no"].to_numpy()
    return Arrivals(
        name,
        generated_samples.height,
        _scored(snapshot, numbers),
        flagged["sample_no"].n_unique(),
        decided,
        sent,
        newest,
    )


def waiting(server: Server, name: str) -> list[str]:
    """Lists the samples of a dataset that nobody decided or sent to review.

    Args:
        server: Its board and decisions are used.
        name: Name of the dataset.
    Returns:
        Sample keys in the order of the samples.
    """
    generated_samples = board.current(server).snapshot.samples.filter(pl.col("dataset") == name)
    decisions = decision_log.standing(server.workspace).filter(pl.col("subject").is_in(["sample", "request"]))
    return generated_samples.filter(~pl.col("key").is_in(decisions["key"].implode()))["key"].to_list()


def send(server: Server, who: str, name: str, to: str = "") -> Act:
    """Sends all samples that wait to review, as one act with one undo.

    Args:
        server: Its workspace gets the decisions.
        who: The person who sends.
        name: Name of the dataset.
        to: The person who is asked; empty means anybody.
    """
    payload = {"to": to} if to else {}
    return decision_log.decide_all(server.workspace, who, "request", waiting(server, name), "ask", payload)


def _flags(server: Server, name: str) -> pl.DataFrame:
    return current_flags.every(server).filter((pl.col("dataset") == name) & (pl.col("status") == current_flags.OPEN))


def _scored(snapshot: Snapshot, numbers: Numbers) -> int:
    """How many of these samples have any value yet."""
    has_value = np.zeros(len(numbers), dtype=bool)
    for values in snapshot.values.values():
        has_value |= ~np.isnan(values.worst[numbers])
    return int(has_value.sum())


def _newest(server: Server, snapshot: Snapshot, newest_samples: pl.DataFrame, flagged: pl.DataFrame) -> list[Arrival]:
    numbers = newest_samples["sample_no"].to_list()
    store = server.workspace.store
    instructions = samples.first_words(store, numbers, "instruction")
    answered = samples.first_words(store, numbers, "response")
    pictures = first_images.of(store, numbers)
    arrivals = []
    for row in newest_samples.iter_rows(named=True):
        no = row["sample_no"]
        kinds = flagged.filter(pl.col("sample_no") == no).group_by("kind").len().sort("kind")
        arrivals.append(
            Arrival(
                no,
                row["row_index"],
                pictures.get(no),
                instructions.get(no) or "",
                answered.get(no) or "",
                row["turns"],
                _values(snapshot, no),
                dict(kinds.iter_rows()),
            )
        )
    return arrivals


def _values(snapshot: Snapshot, number: int) -> dict[str, float | None]:
    value_by_title = {}
    for name in COLUMNS:
        if name in snapshot.values:
            value = float(snapshot.values[name].worst[number])
            value_by_title[snapshot.columns[name].title] = None if np.isnan(value) else value
    return value_by_title
