"""One sample as a curator looks at it: pictures with boxes, turns with flagged spans, scores, decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
from storage.rows import StoredRow


@dataclass(frozen=True)
class ObjectBox:
    """An annotated object; all four numbers are shares of the picture's width and height."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class SampleImage:
    """An image reference of a sample; `image_no` is None when no file stands behind it."""

    image_no: int | None
    ref: str
    outcome: str
    width: int | None
    height: int | None
    boxes: tuple[ObjectBox, ...]
    objects: tuple[str, ...]
    captions: tuple[str, ...]
    found_by: str = ""


@dataclass(frozen=True)
class MarkedSpan:
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
    spans: tuple[MarkedSpan, ...]
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
    pictures: tuple[SampleImage, ...]
    turns: tuple[TurnView, ...]
    flags: tuple[StoredRow, ...]
    scores: tuple[ScoreView, ...]
    verdict: str
    marks: tuple[Mark, ...] = ()


def view(server: Server, sample_no: int) -> SampleView | None:
    """Returns everything that is known of one sample.

    Args:
        server: Its workspace holds the sample.
        sample_no: Number of the sample.
    Returns:
        The sample, or None when there is no such number.
    """
    store = server.workspace.store
    sample_view = cache.recall_each(
        store, "sample", sample_no, lambda _: _read(server, sample_no), most=MOST_REMEMBERED
    )
    if sample_view is None:
        return None
    verdicts = _verdicts(server, [sample_view.key, *(flag["flag_id"] for flag in sample_view.flags)])
    flags = [flag | {"status": status(verdicts, flag)} for flag in sample_view.flags]
    return replace(
        sample_view,
        turns=tuple(
            replace(turn, spans=_spans(turn_index, flags)) for turn_index, turn in enumerate(sample_view.turns)
        ),
        flags=tuple(flags),
        verdict=verdicts.get(("sample", sample_view.key), ""),
    )


def _read(server: Server, sample_no: int) -> SampleView | None:
    """What no decision changes: flags without status, turns without spans."""
    store = server.workspace.store
    record = samples.one(store, sample_no)
    if record is None:
        return None
    pictures = tuple(picture(row, record["annotations"]) for row in record["images"])
    turns = [(row["instruction"], row["response"]) for row in record["turns"]]
    return SampleView(
        sample_no=sample_no,
        key=f"{record['dataset']}/{record['content_hash']}#{record['copy']}",
        dataset=record["dataset"],
        row=record["row_index"],
        source_id=record["source_id"] or "",
        raw=record["raw"],
        pictures=pictures,
        turns=tuple(TurnView(*texts, (), before) for texts, before in zip(turns, images_before(turns), strict=True)),
        flags=tuple(spans.of_sample(store, sample_no).to_dicts()),
        scores=_scores(metric_settings.columns(server.workspace), scores.of_sample(store, sample_no).to_dicts()),
        verdict="",
        marks=marks_of(record["format"], record["raw"], turns, pictures),
    )


def images_before(turns: Sequence[tuple[str, str]]) -> list[int]:
    """How many images the turns before each of these (instruction, response) mark."""
    counts = [marks.images_in(instruction) + marks.images_in(answered) for instruction, answered in turns]
    return [sum(counts[:turn_index]) for turn_index in range(len(counts))]


def marks_of(
    form: str, raw: str, turns: Sequence[tuple[str, str]], pictures: Sequence[SampleImage]
) -> tuple[Mark, ...]:
    """Finds the boxes that a row draws on its pictures itself.

    Args:
        form: Name of the row's format.
        raw: The row as it was imported.
        turns: Instruction and response of each turn.
        pictures: Pictures of the row, in its order.
    """
    texts = [text for turn in turns for text in turn]
    return marks.of(form, raw, texts, [(drawn_on.width, drawn_on.height) for drawn_on in pictures])


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


def boxes(text: str, width: int | None, height: int | None) -> list[ObjectBox]:
    """Reads annotated boxes as shares of a picture.

    Args:
        text: JSON list of boxes, [x, y, w, h] in pixels or LLaVA's corners between 0 and 1.
        width: Width of the picture in pixels; None when unknown.
        height: Height of the picture in pixels; None when unknown.
    Returns:
        Boxes in their order; what has no four numbers, or pixels without a size, is left out.
    """
    annotated_boxes = []
    for entry in orjson.loads(text or "[]"):
        numbers = entry.get("bbox") or []
        if len(numbers) != 4 or not all(isinstance(number, int | float) for number in numbers):
            continue
        if max(numbers) <= 1.0:
            left, top, right, bottom = numbers
            annotated_boxes.append(ObjectBox(str(entry.get("category") or ""), left, top, right - left, bottom - top))
        elif width and height:
            x, y, w, h = numbers
            annotated_boxes.append(
                ObjectBox(str(entry.get("category") or ""), x / width, y / height, w / width, h / height)
            )
    return annotated_boxes


def _verdicts(server: Server, keys: Sequence[str]) -> dict[tuple[str, str], str]:
    decisions = decision_log.standing(server.workspace).filter(pl.col("key").is_in(keys))
    return {
        (subject, key): verdict for subject, key, verdict in decisions.select("subject", "key", "verdict").iter_rows()
    }


def picture(row: StoredRow, annotations: Sequence[StoredRow]) -> SampleImage:
    """Joins an image row of a sample with the annotations of the image.

    Args:
        row: Row of the image in the sample.
        annotations: Annotations of all images of the sample.
    """
    of_image = [
        annotation
        for annotation in annotations
        if row["image_no"] is not None and annotation["image_no"] == row["image_no"]
    ]
    return SampleImage(
        image_no=row["image_no"] if row["outcome"] == "ok" else None,
        ref=row["ref"],
        outcome=row["outcome"],
        width=row["width"],
        height=row["height"],
        boxes=tuple(box for annotation in of_image for box in boxes(annotation["boxes"], row["width"], row["height"])),
        objects=tuple(dict.fromkeys(name for annotation in of_image for name in annotation["objects"])),
        captions=tuple(dict.fromkeys(text for annotation in of_image for text in annotation["captions"])),
        found_by=row["found_by"],
    )


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
        label = row["value"] is None
        text = row["label"] if label else _number(row["value"])
        score_view = ScoreView(column.title, column.unit, row["turn_index"], text, bad(column, row["value"]), label)
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


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
