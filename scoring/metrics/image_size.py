"""The shorter side of a picture: the resolution that a square model input can draw on."""

from __future__ import annotations

from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result

METRIC = Metric(
    name="image_size",
    version="1",
    title="Image size (shorter side)",
    principle="readability",
    subject="image",
    range=(1, None),
    unit="pixels",
    bad_when="low",
    suggested=(64, None),
)


def load(_params: Params) -> None:
    """Nothing to load: the size was read at import."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Reads the pixels of each picture's shorter side, as stored.

    Args:
        batch: Images.
        _model: Not used.

    Returns:
        One result per image.
    """
    return [Result(value=min(item.width, item.height)) for item in batch.items if isinstance(item, Image)]
