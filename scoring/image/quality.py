"""Sharpness, exposure and blockiness of a decoded picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.image.pixels import Pixels

BLOCK = 32
"""Pixels of a block's side: wider than the edges of a strongly blurred picture."""

LEAST_CONTRAST, LEAST_SHARE = 12, 0.25
"""A block says something of focus if its darkest and brightest pixel differ by so many grey levels and by
this share of the picture's own range: else noise on a blurred picture would pass for detail."""

LEAST_GRID = 4
"""Pixels of a decoded JPEG block's side from which on its borders can be told from its inside."""

SHARPEST = 95
"""Percentile over blocks: a photo is in focus if a twentieth of it is, whatever the background does."""


def sharpness(pixels: Pixels) -> float:
    """Steepness of the sharpest edges, 0 (no edge at all) to about 0.6 (edges one pixel wide).

    Per block: the largest gradient over the block's contrast, so that fog and dim light do not count as
    blur; an edge blurred by a Gaussian of s pixels comes to about 0.4 / s, plus what noise adds. Blocks
    without contrast are left out (sky, walls), then the 95th percentile keeps what was in focus (backgrounds
    may be soft). After the edge widths of Marziliano et al. 2002, "A no-reference perceptual blur metric".
    """
    grey = cv2.GaussianBlur(pixels.grey.astype(np.float32), (0, 0), 0.6)  # tames noise and JPEG steps
    steepness = cv2.magnitude(
        cv2.filter2D(grey, -1, np.array([[-0.5, 0.0, 0.5]], np.float32)),
        cv2.filter2D(grey, -1, np.array([[-0.5], [0.0], [0.5]], np.float32)),
    )
    highest, lowest, steepest = tiles(grey).max(1), tiles(grey).min(1), tiles(steepness).max(1)
    contrast = highest - lowest
    telling = contrast >= max(LEAST_CONTRAST, LEAST_SHARE * float(np.ptp(grey)))
    if not telling.any():
        return 0.0
    return float(np.percentile(steepest[telling] / contrast[telling], SHARPEST))


def tonal_range(pixels: Pixels) -> tuple[float, float]:
    """Shadow and highlight level, each 0 (black) to 1 (white): the 5th and 99.5th percentile of luma.

    Percentiles instead of the mean: a night scene has lamps, a product photo has dark pixels on white.
    """
    shadow, highlight = np.percentile(pixels.grey, [5, 99.5]) / 255
    return float(shadow), float(highlight)


def exposure(pixels: Pixels) -> float:
    """Midpoint of the tonal range, 0 (all black) to 1 (all white)."""
    return sum(tonal_range(pixels)) / 2


def blockiness(pixels: Pixels) -> float | None:
    """How much stronger the steps are at JPEG block borders than inside blocks; 1 is no trace, 2 is ugly.

    None where the grid cannot be seen: fewer than two blocks, or a decode reduced to an eighth. After
    Wang, Bovik and Evans 2000, "Blind measurement of blocking artifacts in images", in the pixel domain.
    """
    if pixels.grid < LEAST_GRID or min(pixels.crop.shape) < 2 * pixels.grid:
        return None
    crop = pixels.crop.astype(np.float32)
    border, inside = np.add(_steps(crop, pixels.grid), _steps(crop.T, pixels.grid))
    return float((border + 1) / (inside + 1))  # + 1: half a grey level of noise each, so flat is 1


def _steps(plane: NDArray[np.float32], grid: int) -> NDArray[np.float32]:
    """Absolute step between neighbouring columns, (2,), across block borders and inside blocks, of the upper quartile:
    a drawing has some columns of large steps, JPEG blocks show at all."""
    steps = np.abs(np.diff(plane, axis=1)).mean(0)
    border = np.arange(1, plane.shape[1]) % grid == 0
    return np.array([np.percentile(steps[border], 75), np.percentile(steps[~border], 75)])


def tiles(plane: NDArray[np.float32], side: int = BLOCK) -> NDArray[np.float32]:
    """Non-overlapping square blocks as rows, (number, side * side); the last incomplete ones are left out."""
    side = min(side, *plane.shape)
    rows, columns = (length // side for length in plane.shape)
    covered = plane[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return covered.swapaxes(1, 2).reshape(rows * columns, side * side)
