"""Whether a picture can be made out at all: no-reference quality from its weakest part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scoring.item import Image
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result

if TYPE_CHECKING:
    from scoring.image.pixels import Pixels
    from scoring.image.readability import ReadabilityFactor

METRIC = Metric(
    name="image_readability",
    version="2",
    title="Image readability",
    principle="readability",
    subject="image",
    range=(0.0, 1.0),
    unit="quality",
    bad_when="low",
    suggested=(0.5, None),
    needs=("pixels",),
    flags=("image_quality",),
    params={"flag_below": 0.5},
)


def load(params: Params) -> tuple[Callable[[Pixels, int], list[ReadabilityFactor]], float]:
    """The measurement and the value of a part below which a picture is flagged."""
    from scoring.image.readability import parts

    return parts, float(params["flag_below"])


def score(batch: Batch, model: tuple[Callable[[Pixels, int], list[ReadabilityFactor]], float]) -> list[Result]:
    """Measures how usable each picture is, from 0 (unusable) to 1 (flawless).

    A model-free stand-in for the paper's image readability (section 3.3.3); MANIQA and others are metrics
    of their own and share no threshold with it.

    A flag's reason names the weakest part: blurred, smeared, dark, over-exposed, noisy, blocky and others.

    Args:
        batch: Images with the feature `pixels`.
        model: As `load` gives it.

    Returns:
        One result per image, with a flag below the limit.
    """
    from scoring.image.readability import quality_of, weakest

    measure, flag_below = model
    measured = [
        measure(pixels, min(item.width, item.height))
        for item, pixels in zip(batch.items, batch.features["pixels"], strict=True)
        if isinstance(item, Image)
    ]
    return [Result(value=quality_of(parts), flags=_flags(weakest(parts), flag_below)) for parts in measured]


def _flags(part: ReadabilityFactor, flag_below: float) -> tuple[Flag, ...]:
    if part.value >= flag_below:
        return ()
    evidence = {"measured": round(part.measured, 3)}
    return (Flag(kind="image_quality", reason=f"The picture is {part.name}.", score=part.value, evidence=evidence),)
