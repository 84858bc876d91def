"""One sample as a curator looks at it: pictures with boxes, turns with flagged spans, scores, decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.common import display
from curation.decisions import decision_log
from curation.flags import current_flags, spans
from curation.views.sample import box_reading, content
from curation.views.sample.content import MarkedSpan, SampleContent
from curation.workspace import cache, metric_settings
from curation.workspace.score_columns import Column
from storage import scores
from storage.rows import StoredRow


@dataclass(frozen=True)
class ScoreView:
    """One value of a metric on this sample; `bad` says that it lies beyond the suggested cut."""

    title: str
    unit: str
    turn: int | None
    text: str
    bad: bool | None
    is_label: bool = False


MOST_REMEMBERED = 1024
"""Samples that are remembered: those that forty people have before them now, and those that come next."""


@dataclass(frozen=True)
class SampleView(SampleContent):
    """A sample with everything that is known of it: its turns have their flagged spans."""

    flags: tuple[StoredRow, ...]
    scores: tuple[ScoreView, ...]
    verdict: str


def view(server: Server, sample_no: int) -> SampleView | None:
    """Returns everything that is known of one sample.

    Args:
        server: Its workspace holds the sample.
        sample_no: Number of the sample.
    Returns:
        The sample, or None when there is no such number.
    """
    return views(server, [sample_no]).get(sample_no)


def views(server: Server, sample_nos: Sequence[int], next_nos: Sequence[int] = ()) -> dict[int, SampleView]:
    """Returns everything that is known of some samples, read together.

    Args:
        server: Its workspace holds the samples.
        sample_nos: Numbers of the samples.
        next_nos: Those that will be asked for next. They are read along when one of the samples has to be read, as
            many cost little more than one.
    Returns:
        The samples by number; a number that does not exist is missing.
    """
    sample_nos = [number for number in sample_nos if 0 <= number < board.current(server).snapshot.count]
    undecided = cache.recall_some(
        server.workspace.store, "sample", sample_nos, lambda missing: _read(server, missing), next_keys=next_nos,
        most=MOST_REMEMBERED, topics=(*cache.CONTENT, box_reading.SETTING),
    )  # fmt: skip
    shown = [undecided[number] for number in sample_nos if number in undecided]
    verdicts = _verdicts(
        server, [*(one.key for one in shown), *(flag["flag_id"] for one in shown for flag in one.flags)]
    )
    return {one.sample_no: _with_verdicts(one, verdicts) for one in shown}


def _with_verdicts(sample_view: SampleView, verdicts: Mapping[tuple[str, str], str]) -> SampleView:
    flags = [flag | {"status": status(verdicts, flag)} for flag in sample_view.flags]
    return replace(
        sample_view,
        turns=tuple(
            replace(turn, spans=_spans(turn_index, flags)) for turn_index, turn in enumerate(sample_view.turns)
        ),
        flags=tuple(flags),
        verdict=verdicts.get(("sample", sample_view.key), ""),
    )


def _read(server: Server, sample_nos: Sequence[int]) -> dict[int, SampleView]:
    """What no decision changes: flags without status, turns without spans."""
    store, columns = server.workspace.store, metric_settings.columns(server.workspace)
    contents = content.read(store, sample_nos)
    flags = content.by_sample(spans.of_samples(store, sample_nos))
    values = content.by_sample(scores.of_samples(store, sample_nos))
    return {
        number: SampleView(
            **vars(sample_content), flags=tuple(flags[number]), scores=_scores(columns, values[number]), verdict=""
        )
        for number, sample_content in contents.items()
    }


def status(verdicts: Mapping[tuple[str, str], str], flag: StoredRow) -> str:
    """Returns the status of a flag: confirmed or dismissed by a person, else supported by other sources, else open.

    Args:
        verdicts: Standing verdicts by subject and key.
        flag: Row of the flag.
    """
    undecided = spans.SUPPORTED if flag["verdict"] == spans.SUPPORTED else "open"
    return current_flags.STATUS_OF_VERDICT.get(verdicts.get(("flag", flag["flag_id"]), ""), undecided)


def pieces(text: str, spans: Sequence[MarkedSpan]) -> list[tuple[str, MarkedSpan | None]]:
    """Cuts a text where spans begin and end; of overlapping spans the earlier one wins.

    Args:
        text: A response.
        spans: Flagged characters of it, in any order.
    Returns:
        Parts that make up the text, each with its span or None.
    """
    cut: list[tuple[str, MarkedSpan | None]] = []
    position = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        start, end = max(span.start, 0), min(span.end, len(text))
        if start < position or start >= end:
            continue
        if start > position:
            cut.append((text[position:start], None))
        cut.append((text[start:end], span))
        position = end
    if position < len(text) or not cut:
        cut.append((text[position:], None))
    return cut


def _verdicts(server: Server, keys: Sequence[str]) -> dict[tuple[str, str], str]:
    decisions = decision_log.standing(server.workspace).filter(pl.col("key").is_in(keys))
    return {
        (subject, key): verdict for subject, key, verdict in decisions.select("subject", "key", "verdict").iter_rows()
    }


def _spans(turn_index: int, flags: Sequence[StoredRow]) -> tuple[MarkedSpan, ...]:
    """The flagged spans of one turn's response."""
    return tuple(
        MarkedSpan(flag["start_char"], flag["end_char"], _tone(flag), flag["reason"], flag["flag_id"])
        for flag in flags
        if flag["turn_index"] == turn_index and flag["start_char"] is not None and flag["end_char"] is not None
    )


def _tone(flag: StoredRow) -> str:
    if flag["status"] != "open":
        return str(flag["status"])
    return str(flag["verdict"]) if flag["verdict"] in ("unsupported", "unsure") else "flagged"


def _scores(columns: Mapping[str, Column], rows: Sequence[StoredRow]) -> tuple[ScoreView, ...]:
    """Present values in the order of the principles; values of old versions are left out."""
    views = []
    for row in rows:
        column = columns.get(row["metric"])
        if column is None or column.version != row["version"]:
            continue
        if row["error"] or (row["value"] is None and row["label"] is None):
            continue
        label = row["label"] is not None
        score_view = ScoreView(
            column.title, column.unit, row["turn_index"], _text(row), bad(column, row["value"]), label
        )
        views.append((column.principle, score_view))
    return tuple(score_view for _, score_view in sorted(views, key=lambda pair: pair[0]))


def bad(column: Column, value: float | None) -> bool | None:
    """Tells whether a value lies beyond the suggested cut.

    Args:
        column: The metric.
        value: A value of it; None for a label.
    Returns:
        None when no cut is suggested or there is no value.
    """
    low, high = column.suggested
    if value is None or (low is None and high is None):
        return None
    return (low is not None and value < low) or (high is not None and value > high)


def _text(row: StoredRow) -> str:
    """A label with how sure its metric is, or a number."""
    if row["label"] is None:
        return display.number(row["value"])
    return str(row["label"]) if row["value"] is None else f"{row['label']} ({display.number(row['value'])})"
