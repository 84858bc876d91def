"""The result shard: one folder of Parquet files that appears by an atomic rename, so it is whole or absent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import orjson
import polars as pl

from scoring.metric import Flag, Vote

Schema: TypeAlias = dict[str, pl.DataType | type[pl.DataType]]
"""Polars types by column."""
ShardRow: TypeAlias = tuple[object, ...]
"""A row of a table, in the order of its schema."""

SCORES, FLAGS, VOTES, GROUPS = "scores", "flags", "votes", "groups"
VECTORS, DATA, POINTS = "vectors", "data", "points"

SCORE_SCHEMA: Schema = {
    "subject": pl.String,
    "subject_no": pl.Int32,
    "metric": pl.String,
    "version": pl.String,
    "value": pl.Float64,
    "label": pl.String,
    "error": pl.String,
    "run_no": pl.Int32,
}

FLAG_SCHEMA: Schema = {
    "sample_no": pl.Int32,
    "subject": pl.String,
    "subject_no": pl.Int32,
    "turn_index": pl.Int32,
    "start_char": pl.Int32,
    "end_char": pl.Int32,
    "text": pl.String,
    "kind": pl.String,
    "verdict": pl.String,
    "score": pl.Float64,
    "evidence": pl.String,
    "reason": pl.String,
    "metric": pl.String,
    "version": pl.String,
    "run_no": pl.Int32,
}

VOTE_SCHEMA: Schema = {
    "sample_no": pl.Int32,
    "subject_no": pl.Int32,
    "turn_index": pl.Int32,
    "start_char": pl.Int32,
    "end_char": pl.Int32,
    "text": pl.String,
    "source": pl.String,
    "score": pl.Float64,
    "detail": pl.String,
    "metric": pl.String,
    "version": pl.String,
    "run_no": pl.Int32,
}

GROUP_SCHEMA: Schema = {
    "run_no": pl.Int32,
    "group_no": pl.Int32,
    "sample_no": pl.Int32,
    "keep": pl.Boolean,
    "relation": pl.String,
}

VECTOR_SCHEMA: Schema = {
    "feature": pl.String,
    "version": pl.String,
    "subject_no": pl.Int32,
    "vector": pl.List(pl.Float32),
    "run_no": pl.Int32,
}

DATA_SCHEMA: Schema = {
    "feature": pl.String,
    "version": pl.String,
    "subject_no": pl.Int32,
    "value": pl.String,
    "run_no": pl.Int32,
}

POINT_SCHEMA: Schema = {
    "stage": pl.String,
    "version": pl.String,
    "sample_no": pl.Int32,
    "x": pl.Float32,
    "y": pl.Float32,
    "cluster": pl.Int32,
    "run_no": pl.Int32,
}

SCHEMAS = {
    SCORES: SCORE_SCHEMA,
    FLAGS: FLAG_SCHEMA,
    VOTES: VOTE_SCHEMA,
    GROUPS: GROUP_SCHEMA,
    VECTORS: VECTOR_SCHEMA,
    DATA: DATA_SCHEMA,
    POINTS: POINT_SCHEMA,
}


class ShardError(Exception):
    """Results could not be written."""


def flag_row(
    flag: Flag, sample_no: int | None, subject: str, subject_no: int, metric: str, version: str, run_no: int
) -> ShardRow:
    """Puts a flag into the column order of FLAG_SCHEMA.

    Args:
        flag: The flag.
        sample_no: None is filled in later, for flags on images.
        subject: What the flag is about: sample, turn or image.
        subject_no: Its number.
        metric: The column that raised it.
        version: That column's version.
        run_no: The run.

    Returns:
        A row.
    """
    evidence = orjson.dumps(dict(flag.evidence)).decode()
    where = (flag.turn, flag.start, flag.end, flag.text)
    content = (flag.kind, flag.verdict, flag.score, evidence, flag.reason)
    return (sample_no, subject, subject_no, *where, *content, metric, version, run_no)


def vote_row(vote: Vote, sample_no: int, subject_no: int, metric: str, version: str, run_no: int) -> ShardRow:
    """Puts a vote into the column order of VOTE_SCHEMA.

    Args:
        vote: The vote.
        sample_no: The sample of the turn.
        subject_no: The turn's number.
        metric: The column that cast it.
        version: That column's version.
        run_no: The run.

    Returns:
        A row.
    """
    return (sample_no, subject_no, *vote, metric, version, run_no)


def write(folder: Path, name: str, tables: Mapping[str, list[ShardRow] | pl.DataFrame]) -> Path:
    """Writes the tables as `folder/name/` in one step.

    Args:
        folder: The folder of the shards.
        name: The shard's name.
        tables: Rows in the order of SCHEMAS, or a frame, by table.

    Returns:
        The shard's folder.

    Raises:
        ShardError: The disk does not take it (full, say); nothing half-written is left then.
    """
    part = folder / f".{name}.{os.getpid()}.part"
    final = folder / name
    try:
        part.mkdir()  # the folder itself vanishes when a new owner takes over; then nothing may be written
        for table, rows in tables.items():
            frame = pl.DataFrame(rows, SCHEMAS[table], orient="row") if isinstance(rows, list) else rows
            frame.write_parquet(part / f"{table}.parquet", compression="zstd")
        part.rename(final)
    except (OSError, pl.exceptions.PolarsError) as error:  # Polars has its own words for a full disk
        shutil.rmtree(part, ignore_errors=True)
        raise ShardError(str(error)) from error
    return final


def waiting(folder: Path) -> list[Path]:
    """Whole shards in the folder, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def read(shard: Path, table: str) -> pl.DataFrame | None:
    """Reads one table of a shard.

    Args:
        shard: The shard's folder.
        table: A key of SCHEMAS.

    Returns:
        The table; None when the shard has none.
    """
    path = shard / f"{table}.parquet"
    return pl.read_parquet(path) if path.exists() else None
