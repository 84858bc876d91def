"""Which objects a detector sees in a sample's pictures: those that its responses mention, and a fixed list.

YOLO-World, an open-vocabulary detector (Cheng et al., 2024, https://arxiv.org/abs/2401.17270), is asked for every
object that the responses mention, in all readings of its name, and for the 80 of COCO, so that what it sees does
not hang on the text alone. Kept is plain data, per sample:
`{"mentioned": [name], "images": [{"image_no", "objects": [{"name", "confidence", "box", "always"}]}]}`, with boxes
`[x1, y1, x2, y2]` in pixels of the upright picture, surest first, down to a confidence of 0.05; `always` is true of
the fixed list. Evidence for the hallucination check and object diversity of Li et al., TMLR 2024, section 3.3.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from scoring import device
from scoring.item import Sample
from scoring.json_types import Params
from scoring.metric import Feature
from scoring.models import world
from scoring.text import mentions, support

if TYPE_CHECKING:
    from scoring.models.world import Detection, World

FEATURE = Feature(
    name="detections",
    version="2",
    subject="sample",
    stored="json",
    title="Detected objects (YOLO-World)",
    params={**device.deciding(world.PARAMS), "always": "coco"},
    running=device.RUNNING,
)


class Detected(TypedDict):
    """One detected object, as the module says."""

    name: str
    confidence: float
    box: list[float]
    always: bool


class DetectedImage(TypedDict):
    """The objects of one picture, surest first."""

    image_no: int
    objects: list[Detected]


class Detections(TypedDict):
    """The value of a sample, as the module says."""

    mentioned: list[str]
    images: list[DetectedImage]


@dataclass(frozen=True, slots=True)
class DetectionsModel:
    """The detector and the names that it is always asked for."""

    world: World
    always: tuple[str, ...]


def load(params: Params) -> DetectionsModel:
    """The detector; `always` is "coco" or names between commas. Raises Unavailable without weights or text tower."""
    loaded = world.load({name: params[name] for name in world.PARAMS if name in params})
    names = str(params.get("always", FEATURE.params["always"]))
    listed = tuple(name.strip() for name in names.split(",") if name.strip())
    return DetectionsModel(loaded, world.coco() if names == "coco" else listed)


def compute(items: Sequence[Sample], model: DetectionsModel) -> list[Detections]:
    """Detects objects in the pictures of each sample.

    Args:
        items: The samples.
        model: As `load` gives it.

    Returns:
        Plain data per sample, as the module says.

    Raises:
        OSError: A picture is gone or broken.
    """
    mentioned = [mentioned_names(sample) for sample in items]
    paths = [image.path for sample in items for image in sample.images]
    names_by_picture = [
        list(dict.fromkeys([*model.always, *names]))
        for sample, names in zip(items, mentioned, strict=True)
        for _ in sample.images
    ]
    objects_by_picture = iter(model.world.find(paths, names_by_picture))
    return [
        {
            "mentioned": names,
            "images": [
                {
                    "image_no": image.image_no,
                    "objects": [_plain(detected, model.always) for detected in next(objects_by_picture)],
                }
                for image in sample.images
            ],
        }
        for sample, names in zip(items, mentioned, strict=True)
    ]


def mentioned_names(sample: Sample) -> list[str]:
    """Every reading of every object that the sample's responses mention, denied ones too, in alphabetical order."""
    lexicon = support.words_of(sample.evidence)
    mentioned = (mention for turn in sample.turns for mention in mentions.find(turn.answer, lexicon))
    return sorted({reading for mention in mentioned for reading in mention.readings})


def _plain(detected: Detection, always: Sequence[str]) -> Detected:
    return {
        "name": detected.name,
        "confidence": detected.confidence,
        "box": list(detected.box),
        "always": detected.name in always,
    }
