"""What was done to a picture: noise, lost contrast, smearing, large pixels, glare and too few levels of its colours."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Bytes
from scoring.image.pixels import Pixels
from scoring.image.quality import LEAST_CONTRAST, LEAST_SHARE, tiles

NOISE_BLOCK = 16
SMOOTHEST = 15
"""Percentile over blocks at which noise is read: textures are no noise, and most pictures have a smooth part."""
ANGLES = np.radians(np.arange(0, 180, 30, dtype=np.float32))
SHARP_BLOCKS = 90
REGULAR = 0.85
"""Share of equal steps between columns that change from which on they are the borders of large pixels."""
CLIPPED, WHITE, TINTED = 254, 250, 235
GLARE_TINT = 0.05
"""Share of what is not white whose brightest channel alone is clipped: in glare, not on a white background."""
FLAT_COLOURS = 12
"""Levels below which clipped colours are those of a drawing."""
LEAST_PATCHES = 250
"""Patches per 100,000 pixels: drawings and pages of few colours have fewer, photos more."""
LEAST_CHROMA, STRONG = 0.003, 100
FEW_MIDTONES, MUCH = 0.05, 0.5
MANY_LEVELS = 48
"""Levels from which on nothing was taken away."""

_LAPLACIANS = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def noise(pixels: Pixels) -> float:
    """Standard deviation of the noise in grey levels, where the picture is smoothest; photos 0 to 12.

    After Immerkaer 1996, "Fast noise variance estimation", per block.
    """
    response = np.abs(cv2.filter2D(pixels.crop.astype(np.float32), -1, _LAPLACIANS))
    means = tiles(response, NOISE_BLOCK).mean(1)
    return float(np.percentile(means, SMOOTHEST) * np.sqrt(np.pi / 2) / 6)


def contrast(pixels: Pixels) -> float:
    """Share of the tonal scale between the darkest and the brightest 0.3 %, 0 to 1; photos 0.3 and up."""
    counts = np.bincount(pixels.grey.ravel(), minlength=256)
    darkest, brightest = np.searchsorted(np.cumsum(counts), np.array([0.003, 0.997]) * counts.sum())
    return float(brightest - darkest) / 255


def steepness_across(pixels: Pixels) -> float:
    """Steepness of the sharpest edges in the direction in which they are softest, 0 to about 0.5.

    Camera shake softens edges in one direction only, which the sharpest ones of all directions do not show.
    """
    grey = cv2.GaussianBlur(pixels.grey.astype(np.float32), (0, 0), 0.6)
    across, down = cv2.Scharr(grey, -1, 1, 0) / 32, cv2.Scharr(grey, -1, 0, 1) / 32
    blocks = tiles(grey)
    spread = blocks.max(1) - blocks.min(1)
    telling = spread >= max(LEAST_CONTRAST, LEAST_SHARE * float(np.ptp(grey)))
    if not telling.any():
        return 0.0
    across, down, spread = tiles(across)[telling], tiles(down)[telling], spread[telling]
    steepest = [np.abs(across * np.cos(angle) + down * np.sin(angle)).max(1) / spread for angle in ANGLES]
    return float(min(np.percentile(values, SHARP_BLOCKS) for values in steepest))


def pixel_side(pixels: Pixels) -> float:
    """Side of the squares that a pixelated picture is made of, in its own pixels; 1 for one that is not."""
    return min(_step(pixels.crop), _step(pixels.crop.T))


def glare(pixels: Pixels) -> float:
    """Share of the picture that is clipped, 0 to 1, where colours are clipped too: a white background is no
    glare, and flat colours are none."""
    brightest, darkest = _extremes(pixels.rgb)
    clipped = brightest >= CLIPPED
    tinted = clipped & (darkest < TINTED)
    if not tinted.any() or np.exp(_entropy(darkest[tinted])) < FLAT_COLOURS:
        return 0.0
    share = float(tinted.mean()) / (1.02 - float((darkest >= WHITE).mean()))
    return float(clipped.mean()) * min(1.0, share / GLARE_TINT)


def colour_levels(pixels: Pixels) -> float:
    """How many levels the channels have in effect (exponential of their entropy), 1 to 256; 256 for drawings and pages.

    A photo that was reduced to few levels has as many patches as before and strong colours; a chart or a page has few
    patches, no strong colours, or much of one ground.
    """
    rgb = pixels.native
    levels = float(np.mean([np.exp(_entropy(channel)) for channel in cv2.split(rgb)]))
    return 256.0 if levels < MANY_LEVELS and _drawn(rgb) else levels


def _drawn(rgb: Bytes) -> bool:
    brightest, darkest = _extremes(rgb)
    if float((brightest - darkest > STRONG).mean()) < LEAST_CHROMA or _patches(rgb) < LEAST_PATCHES:
        return True
    midtones = float(((rgb > 24) & (rgb < 231)).mean())
    ground = max(float((darkest >= WHITE).mean()), float((brightest < 6).mean()))
    return midtones >= FEW_MIDTONES and ground >= MUCH


def _patches(rgb: Bytes) -> float:
    """Connected patches above and below the middle of each channel, per 100,000 pixels."""
    masks = [(channel > 127).astype(np.uint8) for channel in cv2.split(rgb)]
    patches = sum(cv2.connectedComponents(part)[0] for mask in masks for part in (mask, 1 - mask))
    return 1e5 * patches / rgb[..., 0].size


def _extremes(rgb: Bytes) -> tuple[Bytes, Bytes]:
    """The brightest and the darkest channel of every pixel."""
    red, green, blue = cv2.split(rgb)
    return cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)


def _entropy(channel: Bytes) -> float:
    shares = np.bincount(channel.ravel(), minlength=256) / channel.size
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def _step(plane: NDArray[np.uint8]) -> float:
    """The regular distance between columns that change; 1 where there is none."""
    changes = np.abs(np.diff(plane.astype(np.float32), axis=1)).mean(0)
    changing = np.flatnonzero(changes > 0.3 * changes.mean()) if changes.size else changes
    if len(changing) < 4:
        return 1.0
    steps = np.diff(changing)
    side = float(np.median(steps))
    return side if side >= 2 and float((np.abs(steps - side) <= 1).mean()) > REGULAR else 1.0
