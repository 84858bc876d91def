"""The decoded picture, shared by all image metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Feature

if TYPE_CHECKING:
    from scoring.image.pixels import Pixels

FEATURE = Feature(name="pixels", version="1", subject="image")


def load(_params: Params) -> Callable[[str], Pixels]:
    """The decoder."""
    from scoring.image.pixels import decode

    return decode


def compute(items: Sequence[Image], model: Callable[[str], Pixels]) -> list[Pixels]:
    """Decodes the pictures.

    Args:
        items: The pictures.
        model: As `load` gives it.

    Returns:
        One decoded picture per item.

    Raises:
        OSError: A file is gone or broken.
    """
    return [model(image.path) for image in items]
