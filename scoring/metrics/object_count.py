"""How many kinds of objects a detector sees in a sample's pictures, whatever the text says.

Distinct names of the detector's fixed list (the 80 of COCO) per picture, the mean over the sample's pictures, from
0. Li et al., TMLR 2024, section 3.3.3, object diversity ("OD" of Table 4, mean 5.5, 3.3 when reduced); the paper's
list of names and its threshold are unpublished, ours are COCO's and a confidence of 0.25, the usual one of YOLO.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result

if TYPE_CHECKING:
    from scoring.features.detections import DetectedImage


METRIC = Metric(
    name="object_count",
    version="1",
    title="Kinds of objects per image (detector)",
    principle="visual diversity",
    subject="sample",
    range=(0.0, None),
    unit="kinds per image",
    bad_when="low",
    needs=("detections",),
    builtin=False,
    params={"sure_from": 0.25},
)


def load(params: Params) -> float:
    """The confidence from which an object counts; the detector and its own, lower one are the feature's."""
    return float(params["sure_from"])


def score(batch: Batch, model: float) -> list[Result]:
    """Computes the mean number of kinds of objects per picture.

    Args:
        batch: Samples with the feature `detections`.
        model: The confidence from which an object counts.

    Returns:
        One result per sample; None for a sample without pictures.
    """
    return [Result(value=_kinds(detections["images"], model)) for detections in batch.features["detections"]]


def _kinds(images: list[DetectedImage], confidence: float) -> float | None:
    if not images:
        return None
    kinds = [
        {
            detected["name"]
            for detected in image["objects"]
            if detected["always"] and detected["confidence"] >= confidence
        }
        for image in images
    ]
    return sum(map(len, kinds)) / len(kinds)
