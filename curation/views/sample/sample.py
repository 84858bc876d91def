"""One sample as a curator looks at it: pictures with boxes, turns with flagged spans, scores, decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import polars as pl

from curation.app.server import Server
from curation.decisions import decision_log
from curation.flags import current_flags, spans
from curation.views.sample import marks
from curation.views.sample.marks import Mark
from curation.workspace import cache, metric_settings
from curation.workspace.score_columns import Column
from storage import samples, scores


@dataclass(frozen=True)
class Box:
    """An annotated object; all four numbers are shares of the picture's width and height."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """An image reference of a sample; `image_no` is None when no file stands behind it."""

    image_no: int | None
    ref: str
    outcome: str
    width: int | None
    height: int | None
    boxes: tuple[Box, ...]
    objects: tuple[str, ...]
    captions: tuple[str, ...]
    found_by: str = ""


@dataclass(frozen=True)
class Span:
    """Flagged characters of a response. `tone` is unsupported, unsure, flagged, supported, confirmed or dismissed."""

    start: int
    end: int
    tone: str
    reason: str
    flag_id: str


@dataclass(frozen=True)
class TurnView:
    """One instruction and response with the flagged spans of the response; turns before it mark so many images."""

    instruction: str
    response: str
    spans: tuple[Span, ...]
    images_before: int = 0


@dataclass(frozen=True)
class ScoreView:
    """One value of a metric on this sample; `bad` says that it lies beyond the suggested cut."""

    title: str
    unit: str
    turn: int | None
    text: str
    bad: bool | None
    is_label: bool = False


MOST_REMEMBERED = 64
"""Samples that are remembered: those that people have before them now, and those that come next."""


@dataclass(frozen=True)
class SampleView:
    """Everything that is known of one sample."""

    sample_no: int
    key: str
    dataset: str
    row: int
    source_id: str
    raw: str
    pictures: tuple[Picture, ...]
    turns: tuple[TurnView, ...]
    flags: tuple[dict[str, Any], ...]
    scores: tuple[ScoreView, ...]
    verdict: str
    marks: tuple[Mark, ...] = ()


def view(server: Server, sample_no: int) -> SampleView | None:
    """One sample, or None when there is no such number."""
    store = server.workspace.store
    found = cache.recall_each(store, "sample", sample_no, lambda _: _read(server, sample_no), most=MOST_REMEMBERED)
    if found is None:
        return None
    said = _said(server, [found.key, *(flag["flag_id"] for flag in found.flags)])
    known = [flag | {"status": status(said, flag)} for flag in found.flags]
    return replace(
        found,
        turns=tuple(replace(turn, spans=_spans(place, known)) for place, turn in enumerate(found.turns)),
        flags=tuple(known),
        verdict=said.get(("sample", found.key), ""),
    )


def _read(server: Server, sample_no: int) -> SampleView | None:
    """What no decision changes: flags without status, turns without spans."""
    store = server.workspace.store
    found = samples.one(store, sample_no)
    if found is None:
        return None
    pictures = tuple(picture(row, found["annotations"]) for row in found["images"])
    turns = [(row["instruction"], row["response"]) for row in found["turns"]]
    return SampleView(
        sample_no=sample_no,
        key=f"{found['dataset']}/{found['content_hash']}#{found['copy']}",
        dataset=found["dataset"],
        row=found["row_index"],
        source_id=found["source_id"] or "",
        raw=found["raw"],
        pictures=pictures,
        turns=tuple(TurnView(*one, (), before) for one, before in zip(turns, images_before(turns), strict=True)),
        flags=tuple(spans.of_sample(store, sample_no).to_dicts()),
        scores=_scores(metric_settings.columns(server.workspace), scores.of_sample(store, sample_no).to_dicts()),
        verdict="",
        marks=marks_of(found["format"], found["raw"], turns, pictures),
    )


def images_before(turns: Sequence[tuple[str, str]]) -> list[int]:
    """How many images the turns before each of these (instruction, response) mark."""
    counts = [marks.images_in(asked) + marks.images_in(answered) for asked, answered in turns]
    return [sum(counts[:place]) for place in range(len(counts))]


def marks_of(form: str, raw: str, turns: Sequence[tuple[str, str]], pictures: Sequence[Picture]) -> tuple[Mark, ...]:
    """The boxes that a row draws on its pictures itself."""
    texts = [text for turn in turns for text in turn]
    return marks.of(form, raw, texts, [(one.width, one.height) for one in pictures])


def status(said: Mapping[tuple[str, str], str], flag: Mapping[str, Any]) -> str:
    """A flag is confirmed or dismissed by a person, supported by other sources than the one that raised it, or open."""
    undecided = spans.SUPPORTED if flag["verdict"] == spans.SUPPORTED else "open"
    return current_flags.STATUS_OF_VERDICT.get(said.get(("flag", flag["flag_id"]), ""), undecided)


def pieces(text: str, spans: Sequence[Span]) -> list[tuple[str, Span | None]]:
    """The text cut where spans begin and end; of overlapping spans the earlier one wins."""
    cut: list[tuple[str, Span | None]] = []
    position = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
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


def boxes(text: str, width: int | None, height: int | None) -> list[Box]:
    """Boxes as shares of the picture, from [x, y, w, h] in pixels or from LLaVA's 0-1 corners."""
    found = []
    for entry in orjson.loads(text or "[]"):
        numbers = entry.get("bbox") or []
        if len(numbers) != 4 or not all(isinstance(number, int | float) for number in numbers):
            continue
        if max(numbers) <= 1.0:
            left, top, right, bottom = numbers
            found.append(Box(str(entry.get("category") or ""), left, top, right - left, bottom - top))
        elif width and height:
            x, y, w, h = numbers
            found.append(Box(str(entry.get("category") or ""), x / width, y / height, w / width, h / height))
    return found


def _said(server: Server, keys: Sequence[str]) -> dict[tuple[str, str], str]:
    found = decision_log.standing(server.workspace).filter(pl.col("key").is_in(keys))
    return {(subject, key): verdict for subject, key, verdict in found.select("subject", "key", "verdict").iter_rows()}


def picture(row: Mapping[str, Any], annotations: Sequence[Mapping[str, Any]]) -> Picture:
    """An image row of a sample with what annotators said of the image."""
    mine = [one for one in annotations if row["image_no"] is not None and one["image_no"] == row["image_no"]]
    return Picture(
        image_no=row["image_no"] if row["outcome"] == "ok" else None,
        ref=row["ref"],
        outcome=row["outcome"],
        width=row["width"],
        height=row["height"],
        boxes=tuple(box for one in mine for box in boxes(one["boxes"], row["width"], row["height"])),
        objects=tuple(dict.fromkeys(name for one in mine for name in one["objects"])),
        captions=tuple(dict.fromkeys(text for one in mine for text in one["captions"])),
        found_by=row["found_by"],
    )


def _spans(place: int, known: Sequence[dict[str, Any]]) -> tuple[Span, ...]:
    """The flagged spans of one turn's response."""
    return tuple(
        Span(flag["start_char"], flag["end_char"], _tone(flag), flag["reason"], flag["flag_id"])
        for flag in known
        if flag["turn_index"] == place and flag["start_char"] is not None and flag["end_char"] is not None
    )


def _tone(flag: dict[str, Any]) -> str:
    if flag["status"] != "open":
        return str(flag["status"])
    return str(flag["verdict"]) if flag["verdict"] in ("unsupported", "unsure") else "flagged"


def _scores(known: Mapping[str, Column], rows: Sequence[dict[str, Any]]) -> tuple[ScoreView, ...]:
    """Present values in the order of the principles; values of old versions are left out."""
    views = []
    for row in rows:
        column = known.get(row["metric"])
        if column is None or column.version != row["version"]:
            continue
        if row["error"] or (row["value"] is None and row["label"] is None):
            continue
        label = row["value"] is None
        text = row["label"] if label else _number(row["value"])
        one = ScoreView(column.title, column.unit, row["turn_index"], text, bad(column, row["value"]), label)
        views.append((column.principle, one))
    return tuple(one for _, one in sorted(views, key=lambda pair: pair[0]))


def bad(column: Column, value: float | None) -> bool | None:
    """Whether a value lies beyond the suggested cut; None when nothing is suggested."""
    low, high = column.suggested
    if value is None or (low is None and high is None):
        return None
    return (low is not None and value < low) or (high is not None and value > high)


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
