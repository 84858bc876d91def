"""Votes: what each source says about spans that a response claims, appended by metrics."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from storage.store import Store

SPAN = ("sample_no", "turn_index", "start_char", "end_char")
"""The columns that say which characters a vote, or a flag, is about."""

_NEWEST = """
    WITH said AS ({votes}),
    newest AS (
        SELECT subject_no, metric, max(run_no) AS latest FROM score
        WHERE subject = 'turn' AND metric IN (SELECT DISTINCT metric FROM said)
          AND subject_no IN (SELECT subject_no FROM said)
        GROUP BY ALL)
    SELECT said.* FROM said LEFT JOIN newest USING (subject_no, metric)
    WHERE said.run_no >= coalesce(latest, 0)
    ORDER BY sample_no, turn_index, start_char, end_char, said.run_no, metric, source"""
"""A vote stands until its metric, in whatever version, scores the same turn again."""


def on_spans(store: Store, spans: pl.DataFrame) -> pl.DataFrame:
    """Reads the votes that stand on some spans.

    Args:
        store: The workspace's store.
        spans: The columns of SPAN.

    Returns:
        The votes, the oldest run first.
    """
    requested = spans.select(list(SPAN)).unique()
    keys = ", ".join(SPAN)
    sql = f"SELECT vote.* FROM vote SEMI JOIN requested USING ({keys})"
    return store.frame(_NEWEST.format(votes=sql), tables={"requested": requested})


def of_samples(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """Reads the votes that stand on every claimed span of some samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        The votes, the oldest run first.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    votes = "SELECT vote.* FROM vote SEMI JOIN requested USING (sample_no)"
    return store.frame(_NEWEST.format(votes=votes), tables={"requested": requested})
