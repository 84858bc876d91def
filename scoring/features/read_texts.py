"""The lines of text that can be read in a picture, as plain data: `[{"text", "confidence", "box"}]`.

Boxes are [x1, y1, x2, y2] in shares of the upright picture. About a second a picture on one core, so it runs only where
somebody switched on a metric that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoring.image import reading
from scoring.image.reading import Reader, ReadLine
from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Feature

FEATURE = Feature(name="read_texts", version="1", subject="image", stored="json", title="Text in pictures (PP-OCR)")


def load(_params: Params) -> Reader:
    """The reader. Raises Unavailable without its packages."""
    return reading.load()


def compute(items: Sequence[Image], model: Reader) -> list[list[ReadLine]]:
    """Reads each picture.

    Args:
        items: The pictures.
        model: The reader.

    Returns:
        The lines of each picture, in the order of the items.

    Raises:
        OSError: A picture is gone or broken.
    """
    from scoring.image.pixels import decode

    return [model(decode(item.path).rgb) for item in items]
