"""The built-in no-reference quality of a picture: its weakest part."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.image import quality
from scoring.image.pixels import Pixels

DARK, WHITE = 0.2, 0.2
"""Highlight level, and distance of the shadow level from white, at which a picture is worth 0.5."""
TINY = 64
"""Pixels of the shorter side at which a picture is worth 0.5."""
BLURRED, BLOCKY = 0.2, 2.5
"""Sharpness and blockiness at which a picture is worth 0.5."""
WORTH_SHOWING = 0.5
"""Below it a picture is no longer worth showing to a model, and its focus and JPEG blocks cannot be judged."""
STEEPNESS = 3
"""Exponent of every part: twice the middle value gives 0.89, half of it 0.11."""


@dataclass(frozen=True, slots=True)
class ReadabilityFactor:
    """One way a picture can be bad: its name, what was measured, and 0 (spoilt) to 1 (flawless)."""

    name: str
    measured: float
    value: float


def parts(pixels: Pixels, shorter_side: int) -> list[ReadabilityFactor]:
    """Measures up to five ways in which a picture can be bad; 0.5 is where it is no longer worth showing to a model.

    Focus and JPEG blocks cannot be judged in a picture that is dark, white or tiny: left out there.

    The middles were set on 156 COCO photos, none of which comes near them, and on copies of every second
    or fifth of them, blurred, dimmed or compressed hard. Sharpness: photos 0.34 and up (one, a kite behind
    blurred leaves, 0.29); a Gaussian blur of 4 pixels (at 512) at most 0.18, of 3 at most 0.22. Highlights:
    photos 0.6 and up, darkened ones 0.06. Shadows: photos up to 0.65 (snow). Blockiness: photos up to 1.3,
    JPEG quality 10 about 2.1, quality 5 about 3. Blur along one direction (camera shake) mostly passes.

    Args:
        pixels: The decoded picture.
        shorter_side: In pixels, as stored.

    Returns:
        Three parts, or five where focus and JPEG blocks can be judged.
    """
    shadow, highlight = quality.tonal_range(pixels)
    visible = [
        ReadabilityFactor("dark", highlight, _goodness(highlight, middle=DARK)),
        ReadabilityFactor("over-exposed", shadow, _goodness(1 - shadow, middle=WHITE)),
        ReadabilityFactor("tiny", shorter_side, _goodness(shorter_side, middle=TINY)),
    ]
    if min(part.value for part in visible) < WORTH_SHOWING:
        return visible
    sharpness, blockiness = quality.sharpness(pixels), quality.blockiness(pixels) or 1.0
    return [
        *visible,
        ReadabilityFactor("blurred", sharpness, _goodness(sharpness, middle=BLURRED)),
        ReadabilityFactor("blocky", blockiness, _goodness(1 / blockiness, middle=1 / BLOCKY)),
    ]


def weakest(pixels: Pixels, shorter_side: int) -> ReadabilityFactor:
    """Finds the part that spoils the picture most: a sharp picture that is black is not half good.

    Args:
        pixels: The decoded picture.
        shorter_side: In pixels, as stored.

    Returns:
        The part with the lowest value.
    """
    return min(parts(pixels, shorter_side), key=lambda part: part.value)


def _goodness(measured: float, middle: float) -> float:
    power = (max(measured, 0.0) / middle) ** STEEPNESS
    return power / (1 + power)
