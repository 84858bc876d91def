"""How decisions were made: figures about people and their verdicts rest on those that a person made one by one.

New events say it in their payload; of those of earlier versions it is told by their batch, rule or queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import orjson
import polars as pl

Origin = Literal["single", "audit", "bulk", "ranking", "import"]
"""By a person who looked at it, in the order of the random audit or not; together with others, by a rule, lasso or
list; by the learned ranking; with data, or carried over from what stood there before."""

ONE_BY_ONE: tuple[Origin, ...] = ("single", "audit")
AUDIT_QUEUE = "audit"
"""The queue whose order is a random draw."""
FIELD = "origin"
"""Field of a payload."""
CARRIED = "carried_from"
"""Field of a decision's payload that names what it was made on, where it was carried over."""
ANNOTATORS = "annotators of "
"""How the names begin under which decisions come with data."""


def marked(payload: Mapping[str, object] | None, origin: Origin) -> str:
    """Writes a payload that says how the decision was made.

    Args:
        payload: What else belongs to the decision.
        origin: How it was made.

    Returns:
        JSON.
    """
    return orjson.dumps({**(payload or {}), FIELD: origin}).decode()


def of(events: pl.DataFrame) -> pl.Series:
    """Tells how each event was made.

    Args:
        events: Events with who, subject, payload and batch; of an act on several things all of them.

    Returns:
        An `Origin` each.
    """
    payload = pl.col("payload")
    stored = payload.str.json_path_match(f"$.{FIELD}")
    # Confirming a flag and dropping or editing its turn is one act on one sample.
    is_pair = pl.col("subject").is_in(["flag", "turn"]) & (pl.len().over("batch") == 2)
    is_pair &= pl.col("subject").n_unique().over("batch") == 2
    is_suggested = payload.str.contains('"suggested"', literal=True).any().over("batch")
    origin = (
        pl.when(stored.is_in(get_args(Origin)))
        .then(stored)
        .when(payload.str.contains(f'"{CARRIED}"', literal=True) | pl.col("who").str.starts_with(ANNOTATORS))
        .then(pl.lit("import"))
        .when(payload.str.json_path_match("$.by") == "ranking")
        .then(pl.lit("ranking"))
        .when(pl.col("batch").is_not_null() & (~is_pair | is_suggested))
        .then(pl.lit("bulk"))
        .when(payload.str.json_path_match("$.queue") == AUDIT_QUEUE)
        .then(pl.lit("audit"))
        .otherwise(pl.lit("single"))
    )
    return events.select(origin.alias(FIELD)).to_series()
