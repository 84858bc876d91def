"""Pictures that are the same in every run: Pillow's own effects draw from an unseeded source."""

from __future__ import annotations

import numpy as np
import PIL.Image


def grey_noise(size: tuple[int, int], deviation: float, seed: int = 0) -> PIL.Image.Image:
    """Draws grey noise around the middle grey.

    Args:
        size: Width and height in pixels.
        deviation: Standard deviation of the grey values, 0 to 255.
        seed: Pictures of different seeds differ.

    Returns:
        A picture of mode L.
    """
    width, height = size
    grey = np.random.default_rng(seed).normal(128, deviation, (height, width))
    return PIL.Image.fromarray(grey.clip(0, 255).astype(np.uint8))


def with_noise(picture: PIL.Image.Image, deviation: float) -> PIL.Image.Image:
    """Adds noise of a standard deviation (0 to 255) to a picture, as a sensor in dim light does."""
    values = np.asarray(picture, np.float64)
    drawn = np.random.default_rng(0).normal(0, deviation, values.shape)
    return PIL.Image.fromarray((values + drawn).clip(0, 255).astype(np.uint8))
