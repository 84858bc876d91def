"""What a picture looks like in 239 numbers: its colours, where they lie, its edges and its texture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.feature import local_binary_pattern

from scoring.arrays import Bytes, Floats, Vectors

SIDE = 128
"""Pixels of the square that is described; the picture is squeezed into it."""


def descriptor(rgb: Bytes) -> Vectors:
    """A float32 vector of 239 numbers and length 1 for an (H, W, 3) picture.

    Four parts of equal weight, each the square root of shares (Hellinger), so the cosine of two pictures is
    the mean of four overlaps: colours of the whole (64 cells of Lab), brightness and colour over 3 x 3 fields,
    edge directions over 4 x 4 fields, and local binary patterns.
    """
    small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    lab, grey = cv2.cvtColor(small, cv2.COLOR_RGB2LAB), cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    parts = [_colours(lab), _layout(lab), _edges(grey), _texture(grey)]
    return np.concatenate([np.sqrt(part / max(part.sum(), 1e-9)) / 2 for part in parts]).astype(np.float32)


def _colours(lab: Bytes) -> Floats:
    """Shares of 4 x 4 x 4 cells; photos use the middle of the two colour axes, which is cut finer there."""
    lightness = lab[..., 0].astype(np.intp) // 64
    green_red, blue_yellow = (np.digitize(lab[..., axis], (116, 128, 140)) for axis in (1, 2))
    return np.bincount((lightness * 16 + green_red * 4 + blue_yellow).ravel(), minlength=64).astype(np.float64)


def _layout(lab: Bytes) -> Floats:
    """Lightness, darkness and the four colour directions of 3 x 3 fields, 54 numbers."""
    means = cv2.resize(lab, (3, 3), interpolation=cv2.INTER_AREA).reshape(9, 3).astype(np.float64)
    green_red, blue_yellow = (means[:, axis] - 128 for axis in (1, 2))
    colours = [np.maximum(sign * axis, 0) * 2 for axis in (green_red, blue_yellow) for sign in (1, -1)]
    return np.concatenate([means[:, 0], 255 - means[:, 0], *colours])


def _edges(grey: Bytes) -> NDArray[np.floating]:
    """Edge strength by 7 directions over 4 x 4 fields, 112 numbers, against what even noise would give."""
    horizontal, vertical = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    strength, angle = cv2.cartToPolar(horizontal, vertical)
    direction = np.minimum((angle % np.pi) / np.pi * 7, 6).astype(np.intp)
    fields = np.arange(SIDE) * 4 // SIDE
    cells = (fields[:, None] * 4 + fields[None, :]) * 7 + direction
    return np.bincount(cells.ravel(), weights=strength.ravel(), minlength=112) + 1.0


def _texture(grey: Bytes) -> Floats:
    """Shares of the nine patterns of eight neighbours that are alike up to turning, of one pixel's radius."""
    patterns = local_binary_pattern(grey, P=8, R=1, method="uniform").astype(np.intp)
    return np.bincount(patterns.ravel(), minlength=10)[:9].astype(np.float64)
