"""What a picture looks like to the metrics: one small colour copy, and a crop at native resolution."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from scoring.arrays import Bytes
from scoring.image import locator, rendering
from scoring.image.opening import opened

LONGER_SIDE = 512
"""Pixels of the working copy: what vision encoders see (224 to 672), and enough to judge sharpness."""

CROP = 512
"""Pixels of the native crop's side; a multiple of 8 keeps the JPEG grid aligned."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """One decoded picture.

    `rgb` (H, W, 3) uint8 is upright, its longer side at most 512 pixels. `native` (h, w, 3) uint8 is the
    centre at native resolution, not rotated, starting on a JPEG block corner; `grid` is the block size in
    it: 8, less after a reduced decode.
    """

    rgb: Bytes
    native: Bytes
    grid: int

    @property
    def crop(self) -> Bytes:
        """Luma (Rec. 601) of `native`, (h, w) uint8."""
        return cv2.cvtColor(self.native, cv2.COLOR_RGB2GRAY)

    @property
    def grey(self) -> Bytes:
        """Luma (Rec. 601) of `rgb`, (H, W) uint8."""
        return cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY)


def decode(path: str) -> Pixels:
    """Read the picture at a locator. Raises OSError (Pillow's own) when it cannot be decoded to its end."""
    with opened(locator.source(path)) as picture:
        width, turn = picture.width, rendering.orientation(picture)
        picture.draft("RGB", _small(*picture.size))  # JPEG only: decodes at 1/2, 1/4 or 1/8
        grid = max(1, round(8 * picture.width / width))
        flat = rendering.flattened(picture)
        native = _centre(np.asarray(flat))
    return Pixels(rgb=_shrunk(np.asarray(rendering.turned(flat, turn))), native=native, grid=grid)


def full_size(path: str) -> Image.Image:
    """The whole picture at its own size, upright, RGB, on white. Raises OSError as `decode` does."""
    with opened(locator.source(path)) as picture:
        return rendering.upright(picture)


def _centre(rgb: Bytes) -> Bytes:
    height, width = rgb.shape[:2]
    top, left = (max(0, side - CROP) // 2 // 8 * 8 for side in (height, width))
    return np.ascontiguousarray(rgb[top : top + CROP, left : left + CROP])


def _small(width: int, height: int) -> tuple[int, int]:
    scale = min(1, LONGER_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrunk(rgb: Bytes) -> Bytes:
    height, width = rgb.shape[:2]
    if max(height, width) <= LONGER_SIDE:
        return rgb
    return cv2.resize(rgb, _small(width, height), interpolation=cv2.INTER_AREA)
