"""The built-in no-reference quality of a picture: its weakest part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.image import damage, quality
from scoring.image.pixels import Pixels

DARK, WHITE = 0.2, 0.2
"""Highlight level, and distance of the shadow level from white, at which a picture is worth 0.5."""
TINY = 64
"""Pixels of the shorter side at which a picture is worth 0.5."""
BLURRED, BLOCKY = 0.2, 2.0
"""Sharpness and blockiness at which a picture is worth 0.5."""
GLARE, FLAT = 0.45, 0.13
"""Clipped share, and share of the tonal scale, at which a picture is worth 0.5."""
SMEARED, POSTERISED, NOISY, PIXELATED = 0.125, 4.5, 22.0, 10.0
"""Steepness across, levels, noise and side of large pixels at which a picture is worth 0.5."""
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
    """Measures up to ten ways in which a picture can be bad; 0.5 is where it is no longer worth showing to a model.

    Focus and JPEG blocks cannot be judged in a picture that is dark, white or tiny: left out there.

    The middles were set on 156 COCO photos, none of which comes near them, and on copies of every second
    or fifth of them, blurred, dimmed or compressed hard. Sharpness: photos 0.34 and up (one, a kite behind
    blurred leaves, 0.29); a Gaussian blur of 4 pixels (at 512) at most 0.18, of 3 at most 0.22. Highlights:
    photos 0.6 and up, darkened ones 0.06. Shadows: photos up to 0.65 (snow). Blockiness: photos 1.3 (few 1.9),
    JPEG quality 9 about 2.1, quality 5 about 2.8.

    Noise, contrast, smearing, large pixels, glare and levels were set on the same photos, whole and damaged in five
    steps: noise of photos up to 12 grey levels, of those damaged most 31 and up; contrast 0.3 and up, 0.07 at most;
    steepness across 0.16 and up, 0.11 at most; large pixels none, 18; glare up to 0.27, 0.49 and up; levels 85 and up,
    2 at most.

    Args:
        pixels: The decoded picture.
        shorter_side: In pixels, as stored.

    Returns:
        Five parts, or ten where what was done to the picture can be judged.
    """
    shadow, highlight = quality.tonal_range(pixels)
    visible = [
        ReadabilityFactor("dark", highlight, _goodness(highlight, middle=DARK)),
        ReadabilityFactor("over-exposed", shadow, _goodness(1 - shadow, middle=WHITE)),
        ReadabilityFactor("tiny", shorter_side, _goodness(shorter_side, middle=TINY)),
        _high_is_bad("full of glare", damage.glare(pixels), GLARE),
        _low_is_bad("without contrast", damage.contrast(pixels), FLAT),
    ]
    if min(part.value for part in visible) < WORTH_SHOWING:
        return visible
    sharpness, side = quality.sharpness(pixels), damage.pixel_side(pixels)
    blockiness = 1.0 if side > 1 else quality.blockiness(pixels) or 1.0  # large pixels have borders of their own
    across = damage.steepness_across(pixels)
    return [
        *visible,
        _low_is_bad("blurred", sharpness, BLURRED),
        _low_is_bad("blurred" if sharpness < BLURRED else "smeared in one direction", across, SMEARED),
        _low_is_bad("reduced to few colours", damage.colour_levels(pixels), POSTERISED),
        _inverse("blocky", blockiness, BLOCKY),
        _inverse("noisy", damage.noise(pixels), NOISY),
        _inverse("made of large pixels", side, PIXELATED),
    ]


def weakest(factors: Sequence[ReadabilityFactor]) -> ReadabilityFactor:
    """Finds the part that spoils a picture most: a sharp picture that is black is not half good.

    Args:
        factors: The parts.

    Returns:
        The part with the lowest value.
    """
    return min(factors, key=lambda part: part.value)


def quality_of(factors: Sequence[ReadabilityFactor]) -> float:
    """Computes the worth of a picture, 0 to 1: its weakest part, less a little for every other one that is worse than
    it might be.

    Args:
        factors: The parts.

    Returns:
        The value of the weakest part times the mean of all.
    """
    return weakest(factors).value * sum(part.value for part in factors) / len(factors)


def _low_is_bad(name: str, measured: float, middle: float) -> ReadabilityFactor:
    return ReadabilityFactor(name, measured, _goodness(measured, middle))


def _high_is_bad(name: str, share: float, middle: float) -> ReadabilityFactor:
    return ReadabilityFactor(name, share, _goodness(1 - share, 1 - middle))


def _inverse(name: str, measured: float, middle: float) -> ReadabilityFactor:
    return ReadabilityFactor(name, measured, _goodness(1 / max(measured, 1e-6), 1 / middle))


def _goodness(measured: float, middle: float) -> float:
    power = (max(measured, 0.0) / middle) ** STEEPNESS
    return power / (1 + power)
