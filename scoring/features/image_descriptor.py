"""What a picture looks like, as a vector that needs no download: colours, edges and texture.

Float32, 239 numbers, length 1; see `scoring.image.descriptor`. Stands in for CLIP's picture vectors (visual
diversity, Li et al., TMLR 2024, section 3.3.3): it tells a beach from a street by its look, and knows no objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from scoring.image import picture_net
from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Feature

if TYPE_CHECKING:
    from scoring.arrays import Vectors

FEATURE = Feature(
    name="image_descriptor",
    version="1",
    subject="image",
    stored="vector",
    by_default=not picture_net.available(),
    title="Image vectors (look, built in)",
)


def load(_params: Params) -> Callable[[str], Vectors]:
    """The decoder and the description."""
    from scoring.image.descriptor import descriptor
    from scoring.image.pixels import decode

    return lambda path: descriptor(decode(path).rgb)


def compute(items: Sequence[Image], model: Callable[[str], Vectors]) -> list[Vectors]:
    """Computes one vector per picture.

    Args:
        items: The pictures.
        model: As `load` gives it.

    Returns:
        Unit vectors, in the order of the items.

    Raises:
        OSError: A file is gone or broken.
    """
    return [model(item.path) for item in items]
