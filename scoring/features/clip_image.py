"""What a picture shows, as a CLIP vector: near pictures mean alike, and near texts describe it.

Shared by matching degree (principle 2) and visual diversity (principle 6) of Li et al., TMLR 2024,
section 3.3.3. Float32 of length 1; 512 numbers for ViT-B-32. Model: https://github.com/mlfoundations/open_clip.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scoring import device
from scoring.arrays import Vectors
from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Feature
from scoring.models import clip

if TYPE_CHECKING:
    from scoring.models.clip import Clip

FEATURE = Feature(
    name="clip_image",
    version="1",
    subject="image",
    stored="vector",
    title="CLIP image vectors",
    params=device.deciding(clip.PARAMS),
    running=device.RUNNING,
)


def load(params: Params) -> Clip:
    """The CLIP model. Raises Unavailable without its weights."""
    return clip.load(params)


def compute(items: Sequence[Image], model: Clip) -> list[Vectors]:
    """Computes one vector per picture.

    Args:
        items: The pictures.
        model: As `load` gives it.

    Returns:
        Unit vectors, in the order of the items.

    Raises:
        OSError: A file is gone or broken.
    """
    return list(model.images([item.path for item in items]))
