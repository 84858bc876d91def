"""A small picture of a map: where samples lie, in the colours of their clusters, on nothing."""

from __future__ import annotations

import colorsys
import io

import numpy as np
from PIL import Image

from curation.app.server import Server
from curation.maps import layouts
from curation.maps.layouts import NOISE, Plane
from curation.workspace import cache
from scoring.arrays import Floats, Numbers

WIDTH, HEIGHT = 460, 260
_MARGIN = 6
_FAINTEST = 110
_COLOURS = (
    "#2f7fc1", "#e07b39", "#2f9e6b", "#b5489a", "#c9a227", "#6a5acd", "#d64550", "#1a9aa0", "#8a6d3b", "#7aa52d",
    "#e377a8", "#4b6584",
)  # fmt: skip
"""Those of the map itself."""
_NONE = (138, 150, 145)


def png(server: Server, stage: str) -> bytes | None:
    """Draws the newest layout of a stage, once per layout.

    Args:
        server: Its workspace holds the layout.
        stage: Stage that drew the map.
    Returns:
        A PNG of WIDTH x HEIGHT; None where there is no layout.
    """
    plane = layouts.plane(server.workspace, stage)
    if plane is None or not plane.count:
        return None
    name = f"picture of {stage} {plane.version} {plane.run_no}"
    return cache.recall(server.workspace.store, name, lambda _: draw(plane), topics=())


def draw(plane: Plane) -> bytes:
    """Each pixel has the mean colour of the samples in it, and is the denser the more there are."""
    across, down = _pixels_of(plane)
    pixel = down * WIDTH + across
    colours = _palette(int(plane.cluster.max(initial=0)) + 1)[np.where(plane.cluster == NOISE, -1, plane.cluster)]
    many = np.bincount(pixel, minlength=WIDTH * HEIGHT)
    filled = many > 0
    pixels = np.zeros((WIDTH * HEIGHT, 4), dtype=np.uint8)
    for channel in range(3):
        sums = np.bincount(pixel, weights=colours[:, channel], minlength=WIDTH * HEIGHT)
        pixels[filled, channel] = (sums[filled] / many[filled]).astype(np.uint8)
    dense = np.log1p(many[filled]) / np.log1p(max(int(np.quantile(many[filled], 0.95)), 1))
    pixels[filled, 3] = np.clip(_FAINTEST + (255 - _FAINTEST) * dense, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(_thick(pixels.reshape(HEIGHT, WIDTH, 4), plane.count)).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _pixels_of(plane: Plane) -> tuple[Numbers, Numbers]:
    """Column and row of each sample, in the proportions of the plane."""
    left, bottom, right, top = plane.bounds
    scale = min((WIDTH - 2 * _MARGIN) / max(right - left, 1e-9), (HEIGHT - 2 * _MARGIN) / max(top - bottom, 1e-9))
    across = WIDTH / 2 + (plane.x - (left + right) / 2) * scale
    down = HEIGHT / 2 - (plane.y - (bottom + top) / 2) * scale
    return np.clip(across, 0, WIDTH - 1).astype(np.int64), np.clip(down, 0, HEIGHT - 1).astype(np.int64)


def _thick(pixels: np.ndarray, count: int) -> np.ndarray:
    """Few samples are drawn as dots of some pixels, or nobody would see them."""
    for _ in range(2 if count < 2_000 else 1 if count < 20_000 else 0):
        for axis in (0, 1):
            for step in (1, -1):
                moved = np.roll(pixels, step, axis=axis)
                pixels = np.where((pixels[..., 3:] == 0), moved, pixels)
    return pixels


def _palette(clusters: int) -> Floats:
    """(clusters + 1, 3): a colour per cluster, the last one for samples in none."""
    fixed = [tuple(int(colour[digit : digit + 2], 16) for digit in (1, 3, 5)) for colour in _COLOURS]
    more = [_hue(cluster) for cluster in range(len(fixed), clusters)]
    return np.array([*(fixed + more)[:clusters], _NONE], dtype=np.float64)


def _hue(cluster: int) -> tuple[int, ...]:
    lightness = 0.5 + 0.06 * (cluster % 3 - 1)
    return tuple(round(255 * part) for part in colorsys.hls_to_rgb((cluster * 137.508 % 360) / 360, lightness, 0.5))
