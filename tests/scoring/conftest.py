"""Turns made of plain strings, and the development set beside the project."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scoring import registry
from scoring.item import Evidence, Image, Sample, Turn, TurnItem
from scoring.metric import Batch, Result

_COCO_VLIT = Path(__file__).parents[2].parent / "shared" / "data" / "coco_vlit"

COCO = tuple(
    "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,"
    "bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,"
    "skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,"
    "cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,"
    "potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,"
    "refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush".split(",")
)


@dataclass(frozen=True)
class Record:
    """One record of coco_vlit with what was planted in it."""

    sample: Sample
    truth: dict


@pytest.fixture
def coco_classes() -> tuple[str, ...]:
    """The 80 class names of COCO."""
    return COCO


@pytest.fixture
def turn() -> Callable[..., TurnItem]:
    """Make a turn; `objects` or `captions` make it an annotated one, with COCO's classes looked for."""

    def make(
        response: str,
        instruction: str = "<image>\nDescribe the picture.",
        objects: tuple[str, ...] | None = None,
        captions: tuple[str, ...] = (),
        vocabulary: tuple[str, ...] = COCO,
        images: int = 1,
    ) -> TurnItem:
        one = Turn(turn_no=0, index=0, instruction=instruction, response=response)
        evidence = None if objects is None and not captions else Evidence(objects or (), captions, vocabulary)
        pictures = tuple(Image(number, f"/{number}.jpg", 640, 480) for number in range(images))
        return TurnItem(Sample(sample_no=0, turns=(one,), images=pictures, evidence=evidence), one)

    return make


@pytest.fixture
def score_turn(turn: Callable[..., TurnItem]) -> Callable[..., Result]:
    """Score one turn made of strings with the metric of that name."""

    def score(name: str, response: str, **about: object) -> Result:
        return score_items(name, [turn(response, **about)])[0]

    return score


@pytest.fixture
def score_many() -> Callable[..., list[Result]]:
    """Score ready items with the metric of that name."""
    return score_items


def score_items(name: str, items: list[TurnItem]) -> list[Result]:
    module = registry.metric_modules()[name]
    results: list[Result] = module.score(Batch(items=items), module.load(module.METRIC.params))
    assert len(results) == len(items)
    return results


@pytest.fixture(scope="session")
def coco_vlit() -> list[Record]:
    """The development set with its truth; skips where it is absent."""
    if not _COCO_VLIT.exists():
        pytest.skip("shared/data/coco_vlit is not beside the project")
    rows, annotations, truth = (
        json.loads((_COCO_VLIT / name).read_text(encoding="utf-8"))
        for name in ("vlit.json", "annotations.json", "truth.json")
    )
    known = {entry["file_name"]: entry for entry in annotations["images"]}
    return [Record(_sample(number, row, known), truth[str(number)]) for number, row in enumerate(rows)]


def _sample(number: int, row: dict, known: dict) -> Sample:
    turns: list[Turn] = []
    instruction = ""
    for message in row["conversations"]:
        if message["from"] == "human":
            instruction = message["value"]
        else:
            turns.append(Turn(len(turns), len(turns), instruction, message["value"]))
            instruction = ""
    name = row.get("image")
    entry = known.get(name)
    evidence = Evidence(tuple(entry["instances"]), tuple(entry["captions"]), COCO) if entry else None
    images = (Image(number, f"/{name}", 640, 480),) if name else ()
    return Sample(number, tuple(turns), images, evidence)
