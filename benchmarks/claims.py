"""Claims of people's captions and of planted sentences, against COCO annotations: what is flagged, rightly or not.

`python -m benchmarks claims --captions captions_val2017.json --instances instances_val2017.json` reads COCO's own
files. Every caption is judged by the boxes and the other captions of its photo, so that nearly each flag on it is
false; the same captions on another photo, a sentence about a class that nobody marked, and a noun exchanged for a wrong
one, are to be found. `--first` is the photo to begin with, so that some can be kept aside.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import Row, _exchanged
from scoring import registry
from scoring.item import BoxCount, Evidence, Image, Sample, Turn, TurnItem
from scoring.metric import Batch, Result

BY_NAME_ONLY = True
_SENTENCES = (
    "There is also a {} in the background.",
    "Next to it stands a {}.",
    "A {} can be seen on the left side.",
    "In the corner, a {} completes the scene.",
)


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Judges every caption and planted sentence of the files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks claims")
    parser.add_argument("--captions", type=Path, nargs="+", required=True, help="COCO captions files")
    parser.add_argument("--instances", type=Path, nargs="*", default=[], help="COCO instances files of the photos")
    parser.add_argument("--first", type=int, default=0, help="the first photo, by number")
    parser.add_argument("--most", type=int, default=1000, help="how many photos")
    chosen = parser.parse_args(options)
    photos = _photos(chosen.captions, chosen.instances)[chosen.first :][: chosen.most]
    own = [
        _item(caption, replace(photo, captions=tuple(other for other in photo.captions if other is not caption)))
        for photo in photos
        for caption in photo.captions
    ]
    started = time.process_time()
    flagged = _score("hallucination", own)
    seconds = time.process_time() - started
    yield f"{len(own)} captions, leave one out: objects flagged", _share(flagged), "<= 0.5 %"
    yield "the same: another picture", _share(_score("object_match", own)), "<= 0.3 %"
    counted = _score("count", own)
    yield "the same: numbers that boxes can judge", str(sum(result.value is not None for result in counted)), ""
    yield "the same: numbers flagged", _share(counted), ""
    for count in (1, 2, 3):
        texts = [" ".join(photo.captions[:count]) for photo in photos]
        less = [replace(photo, captions=photo.captions[count:] or photo.captions[-1:]) for photo in photos]
        right = [_item(text, photo) for text, photo in zip(texts, less, strict=True)]
        moved = [_item(text, less[place - 7]) for place, text in enumerate(texts)]
        name = f"{count} captions as a response"
        yield f"{name}: another picture", _share(_score("object_match", right)), "<= 0.3 %"
        yield f"{name}, on another photo: another picture", _share(_score("object_match", moved)), ""
    if chosen.instances:
        yield from _planted(photos)
        yield from _counts(own)
    yield from _words(own)
    yield "time per caption", f"{1000 * seconds / len(own):.2f} ms", "<= 0.6 ms"


def _planted(photos: Sequence[Evidence]) -> Iterator[Row]:
    """Adds a sentence about a class that nobody marked or mentioned to each photo's captions."""
    draw = random.Random(0)
    items, spans = [], []
    for photo in photos:
        said = " ".join(photo.captions).lower()
        absent = [name for name in photo.vocabulary if name not in photo.objects and name.split()[-1] not in said]
        name, sentence = draw.choice(absent), draw.choice(_SENTENCES)
        text = f"{photo.captions[0].rstrip('. ')}. {sentence.format(name)}"
        start = text.rindex(name)
        spans.append((start, start + len(name)))
        items.append(_item(text, photo))
    found = [{(flag.start, flag.end) for flag in result.flags} for result in _score("hallucination", items)]
    hits = sum(span in flags for span, flags in zip(spans, found, strict=True))
    yield f"{len(spans)} planted spans: found", f"{hits / len(spans):.1%}", ">= 98 %"
    yield "flags that are planted", f"{hits / max(sum(map(len, found)), 1):.1%}", ">= 99 %"


def _counts(own: Sequence[TurnItem]) -> Iterator[Row]:
    """Changes a number of each caption that has one of two or more, whether boxes can judge it or not."""
    for step in (-2, -1, 1, 2):
        changed = [counted for item in own if (counted := _exchanged.count(item, step))]
        results = _score("count", [counted.item for counted in changed])
        hits = sum(
            any((flag.start or 0) < counted.end and counted.start < (flag.end or 0) for flag in result.flags)
            for result, counted in zip(results, changed, strict=True)
        )
        yield f"{len(changed)} numbers in captions, {step:+d}: flagged", f"{hits / max(len(changed), 1):.1%}", ""


def _words(own: Sequence[TurnItem]) -> Iterator[Row]:
    """Exchanges a noun of each caption, ranks these and the captions as they are, and looks for the noun."""
    changed = _exchanged.exchange(own, seed=0)
    as_they_are = _score("word_support", [exchanged.original for exchanged in changed])
    results = _score("word_support", [exchanged.item for exchanged in changed])
    ranked = [(100.0 if result.value is None else result.value, wrong)
              for wrong, listed in ((False, as_they_are), (True, results)) for result in listed]  # fmt: skip
    yield f"{len(changed)} exchanged nouns among as many captions: average precision", _precision(ranked), ">= 60 %"
    for way in ("", *_exchanged.WAYS):
        hits = [
            _weakest_overlaps(result, exchanged.start, exchanged.end)
            for result, exchanged in zip(results, changed, strict=True)
            if way in ("", exchanged.way)
        ]
        yield f"ranked first in their caption{way and f', {way}'}", f"{sum(hits) / max(len(hits), 1):.1%}", ">= 35 %"
    shown = sum(bool(result.votes) for result in as_they_are) / max(len(as_they_are), 1)
    yield "captions as they are with a word shown", f"{shown:.1%}", ""


def _precision(ranked: Sequence[tuple[float, bool]]) -> str:
    """The average precision of a ranking by value, lowest first; equal values count together."""
    wrong_total = sum(wrong for _, wrong in ranked)
    taken = hits = 0
    average = 0.0
    for _, tied in itertools.groupby(sorted(ranked), key=lambda entry: entry[0]):
        wrongs = [wrong for _, wrong in tied]
        taken, hits = taken + len(wrongs), hits + sum(wrongs)
        average += sum(wrongs) / max(wrong_total, 1) * hits / taken
    return f"{average:.1%}"


def _weakest_overlaps(result: Result, start: int, end: int) -> bool:
    weakest = min(result.votes, key=lambda vote: vote.score or 0.0, default=None)
    return weakest is not None and weakest.start < end and start < weakest.end


def _photos(captions_files: Sequence[Path], instances_files: Sequence[Path]) -> list[Evidence]:
    captions: dict[int, list[str]] = defaultdict(list)
    for path in captions_files:
        for note in json.loads(path.read_text(encoding="utf-8"))["annotations"]:
            captions[note["image_id"]].append(note["caption"])
    boxes: dict[int, Counter[str]] = defaultdict(Counter)
    crowds: set[tuple[int, str]] = set()
    classes: dict[int, str] = {}
    for path in instances_files:
        instances = json.loads(path.read_text(encoding="utf-8"))
        classes |= {entry["id"]: entry["name"] for entry in instances["categories"]}
        for box in instances["annotations"]:
            name = classes[box["category_id"]]
            boxes[box["image_id"]][name] += 1
            if box.get("iscrowd"):
                crowds.add((box["image_id"], name))
    return [
        Evidence(
            tuple(sorted(boxes[image])),
            tuple(texts),
            tuple(sorted(classes.values())),
            tuple(
                BoxCount("coco_instances", name, count, (image, name) in crowds) for name, count in boxes[image].items()
            ),
        )
        for image, texts in captions.items()
        if len(texts) > 1
    ]


def _item(response: str, evidence: Evidence) -> TurnItem:
    turn = Turn(0, 0, "<image>\nDescribe the picture.", response)
    return TurnItem(Sample(0, (turn,), (Image(0, "/0.jpg", 640, 480),), evidence), turn)


def _score(name: str, items: Sequence[TurnItem]) -> Sequence[Result]:
    module = registry.metric_modules()[name]
    return module.score(Batch(items), module.load(module.METRIC.params))


def _share(results: Sequence[Result]) -> str:
    return f"{sum(bool(result.flags) for result in results) / len(results):.2%}"
