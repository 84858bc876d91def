"""The keys of decisions: built and taken apart here and nowhere else.

A sample's key is `identity#copy`, the hash of what it says and shows; samples of earlier versions have
`dataset/content hash#copy`. The key of a turn, a span or a tag is the sample's, an `@` and more. A dataset's name and a
tag may hold any character, also `@`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

_TURN = r"(?s)^(?P<sample>.*)@(?P<turn>\d+)$"
_SPAN = r"(?s)^(?P<sample>.*)@(?P<turn>\d+):(?P<start>\d+)-(?P<end>\d+)$"
_TAG = r"(?s)^(?P<sample>.*?#\d+)@(?P<tag>.*)$"
_PATTERNS = {"turn": _TURN, "span": _SPAN, "tag": _TAG}


class SpanKey(NamedTuple):
    """Characters `start` to `end` of a turn's response."""

    sample: str
    turn: int
    start: int
    end: int


def sample(identity: str, copy: int) -> str:
    """Builds a sample's key.

    Args:
        identity: Hash of what it says and shows.
        copy: How many samples of the same identity came into the workspace before it.

    Returns:
        The key.
    """
    return f"{identity}#{copy}"


def turn(sample_key: str, index: int) -> str:
    """Builds the key of decisions on a turn.

    Args:
        sample_key: The sample's key.
        index: The turn's index, from 0.

    Returns:
        The key.
    """
    return f"{sample_key}@{index}"


def span(sample_key: str, turn_index: int, start: int, end: int) -> str:
    """Builds the key of decisions on characters of a response.

    Args:
        sample_key: The sample's key.
        turn_index: The turn's index, from 0.
        start: The first character.
        end: The character behind the last.

    Returns:
        The key.
    """
    return f"{sample_key}@{turn_index}:{start}-{end}"


def tag(sample_key: str, text: str) -> str:
    """Builds the key of decisions on a tag of a sample.

    Args:
        sample_key: The sample's key.
        text: The tag.

    Returns:
        The key.
    """
    return f"{sample_key}@{text}"


def sample_of(subject: str, key: str) -> str:
    """Finds the sample in a decision's key.

    Args:
        subject: What the decision is on.
        key: The decision's key.

    Returns:
        The sample's key; empty for flags, whose keys name no sample.
    """
    match subject:
        case "flag":
            return ""
        case "turn":
            parts_of_key = re.match(_TURN, key)
        case "span":
            parts_of_key = re.match(_SPAN, key)
        case "tag":
            parts_of_key = re.match(_TAG, key)
        case _:
            parts_of_key = None
    return parts_of_key["sample"] if parts_of_key else key


def span_of(key: str) -> SpanKey | None:
    """Takes a span's key apart; None for one of another form."""
    match = re.match(_SPAN, key)
    return SpanKey(match["sample"], int(match["turn"]), int(match["start"]), int(match["end"])) if match else None


def parts(decisions: pl.DataFrame, subject: str) -> pl.DataFrame:
    """Takes the keys of decisions apart.

    Args:
        decisions: Decisions on one subject, with the column `key`; those of another form are left out.
        subject: turn, span or tag.

    Returns:
        The same columns and `sample`, with `turn` (turn and span), `start` and `end` (span) or `tag` (tag).
    """
    split = decisions.with_columns(pl.col("key").str.extract_groups(_PATTERNS[subject]).alias("parts")).unnest("parts")
    numbers = [name for name in ("turn", "start", "end") if name in split.columns]
    return split.filter(pl.col("sample").is_not_null()).with_columns(pl.col(numbers).cast(pl.Int32))
