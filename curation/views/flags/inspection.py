"""Flags as they are inspected: each with its sample's pictures, boxes, turns and claims, many at a time."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import polars as pl

from curation.app.server import Server
from curation.decisions import decision_log
from curation.flags import claims, spans
from curation.flags.claims import Claim
from curation.views.sample import content
from curation.views.sample.content import SampleContent, SampleImage
from curation.workspace import cache
from scoring.json_types import JsonObject
from storage import looks
from storage.rows import StoredRow
from storage.store import Store

KEPT = 400
"""Samples whose pictures and texts are kept in memory."""


@dataclass(frozen=True)
class EvidenceBox:
    """A box on a picture, in shares of its width and height.

    `by` is "annotators" or "detector"; `score` is the detector's confidence, `sure` says that it believes it.
    """

    picture: int
    label: str
    x: float
    y: float
    width: float
    height: float
    by: str
    score: float | None = None
    sure: bool = True


@dataclass(frozen=True)
class InspectedTurn:
    """A turn, with what a person decided on it: "", keep, drop or edit, by whom, and the edited response."""

    index: int
    instruction: str
    response: str
    verdict: str = ""
    who: str = ""
    edited: str = ""


@dataclass(frozen=True)
class InspectedSample(SampleContent):
    """A sample with the boxes that annotators and the detector drew on its pictures."""

    boxes: tuple[EvidenceBox, ...]


@dataclass(frozen=True)
class FlagInspection:
    """One flag (its row in the queue) with everything that helps to answer it."""

    flag: StoredRow
    sample: InspectedSample
    turns: tuple[InspectedTurn, ...]
    claims: tuple[Claim, ...]

    @property
    def turn(self) -> InspectedTurn | None:
        """The turn that the flag is about, if it is about one."""
        return next((turn for turn in self.turns if turn.index == self.flag["turn_index"]), None)


def of_flags(server: Server, rows: Sequence[StoredRow], every: pl.DataFrame) -> list[FlagInspection]:
    """Looks at flags, each with its sample's pictures, boxes, turns and claims.

    Args:
        server: Its workspace holds the samples.
        rows: Flags to look at, rows of `every`.
        every: All flags that stand; those on the same samples decide on the claims.
    Returns:
        One inspection per flag in their order; flags whose sample is gone are left out.
    """
    numbers = list(dict.fromkeys(row["sample_no"] for row in rows))
    samples = inspected_samples(server, numbers)
    keys = {no: samples[no].key for no in numbers if no in samples}
    theirs = every.filter(pl.col("sample_no").is_in(numbers))
    claimed = claims.of_samples(server.workspace, keys, theirs)
    decided = _turns(server, list(keys.values()))
    inspections = []
    for row in rows:
        inspected = samples.get(row["sample_no"])
        if inspected:
            turns = tuple(
                _turn(index, turn.instruction, turn.response, decided.get((inspected.key, index)))
                for index, turn in enumerate(inspected.turns)
            )
            inspections.append(FlagInspection(row, inspected, turns, claimed[inspected.sample_no]))
    return inspections


def touching(inspected: InspectedSample, claim: Claim) -> list[int]:
    """Finds the sample's boxes that show what a claim may be about.

    Args:
        inspected: Sample with boxes.
        claim: A claim of the same sample.
    Returns:
        Positions in `inspected.boxes`, ascending.
    """
    names = set(claim.names)
    return [position for position, box in enumerate(inspected.boxes) if names & claims.implied(box.label)]


_samples_cache: weakref.WeakKeyDictionary[Store, tuple[tuple[int, ...], dict[int, InspectedSample]]] = (
    weakref.WeakKeyDictionary()
)
_lock = threading.Lock()


def inspected_samples(server: Server, numbers: Sequence[int]) -> dict[int, InspectedSample]:
    """Reads what decisions do not change of samples, once until samples or features change.

    Args:
        server: Its workspace holds the samples.
        numbers: Sample numbers.
    Returns:
        The samples by number, with others that were read before; a number that is gone is missing.
    """
    store = server.workspace.store
    now = tuple(store.revision(topic) for topic in cache.CONTENT)
    with _lock:
        cached = _samples_cache.get(store)
        samples_by_number = dict(cached[1]) if cached and cached[0] == now else {}
    missing = [no for no in numbers if no not in samples_by_number]
    if missing:
        room = max(KEPT - len(missing), 0)
        samples_by_number = (
            dict(list(samples_by_number.items())[-room:] if room else [])
            | _read(store, missing)
            | {no: samples_by_number[no] for no in numbers if no in samples_by_number}
        )
        with _lock:
            _samples_cache[store] = (now, samples_by_number)
    return samples_by_number


def _read(store: Store, numbers: Sequence[int]) -> dict[int, InspectedSample]:
    detections = looks.data(store, "detections", numbers)
    believed = cache.recall(store, "verdict thresholds", spans.thresholds)["detector"].yes
    return {
        no: InspectedSample(**vars(sample_content), boxes=_boxes(sample_content.pictures, detections.get(no), believed))
        for no, sample_content in content.read(store, numbers).items()
    }


def _boxes(pictures: Sequence[SampleImage], detections: str | None, believed: float) -> tuple[EvidenceBox, ...]:
    annotated = [
        EvidenceBox(position, box.label, box.x, box.y, box.width, box.height, "annotators")
        for position, picture in enumerate(pictures)
        for box in picture.boxes
    ]
    return (*annotated, *_detected(pictures, detections, believed))


def _detected(pictures: Sequence[SampleImage], text: str | None, believed: float) -> list[EvidenceBox]:
    """The detector's boxes, `[x1, y1, x2, y2]` in pixels, as shares of the picture."""
    positions = {
        picture.image_no: position for position, picture in enumerate(pictures) if picture.image_no is not None
    }
    boxes = []
    for image in orjson.loads(text or "{}").get("images", []):
        position = positions.get(image["image_no"])
        if position is None or not pictures[position].width or not pictures[position].height:
            continue
        wide, high = float(pictures[position].width or 1), float(pictures[position].height or 1)
        for detection in image["objects"]:
            left, top, right, bottom = detection["box"]
            size = (left / wide, top / high, (right - left) / wide, (bottom - top) / high)
            score = float(detection["confidence"])
            boxes.append(EvidenceBox(position, str(detection["name"]), *size, "detector", score, score >= believed))
    return boxes


def _turns(server: Server, keys: Sequence[str]) -> dict[tuple[str, int], JsonObject]:
    """What was decided on turns of these samples, by sample key and index."""
    decisions = decision_log.standing(server.workspace, "turn")
    if decisions.is_empty():
        return {}
    parts = decisions.with_columns(pl.col("key").str.extract_groups(r"^(.*#\d+)@(\d+)$").alias("parts")).unnest("parts")
    return {(row["1"], int(row["2"])): row for row in parts.filter(pl.col("1").is_in(keys)).to_dicts()}


def _turn(index: int, instruction: str, response: str, decision: StoredRow | None) -> InspectedTurn:
    if decision is None:
        return InspectedTurn(index, instruction, response)
    edited = orjson.loads(decision["payload"] or "{}").get("response", "") if decision["verdict"] == "edit" else ""
    return InspectedTurn(index, instruction, response, decision["verdict"], decision["who"], str(edited))
