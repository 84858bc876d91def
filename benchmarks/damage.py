"""Photos damaged in eleven ways and five steps: how many are flagged, and whether scores fall with the step.

`python -m benchmarks damage --folder FOLDER` reads the photos of a folder
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks import Row
from scoring.arrays import Bytes
from scoring.image import readability
from scoring.image.pixels import CROP, LONGER_SIDE, Pixels

BY_NAME_ONLY = True
STEPS = 5
Damage = Callable[[Bytes, int], Bytes]


def motion_blur(rgb: Bytes, step: int) -> Bytes:
    """A camera that moved along a line of 30 degrees."""
    length = (5, 9, 13, 19, 27)[step]
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), 30, 1)
    line = cv2.warpAffine(line, turn, (length, length))
    return cv2.filter2D(rgb, -1, line / line.sum())


def noise(rgb: Bytes, step: int) -> Bytes:
    """Gaussian noise on every channel."""
    drawn = np.random.default_rng(step).normal(0, (10, 20, 35, 55, 80)[step], rgb.shape)
    return _clipped(rgb + drawn)


def salt_and_pepper(rgb: Bytes, step: int) -> Bytes:
    """White and black pixels here and there."""
    share, drawn = (0.01, 0.03, 0.06, 0.12, 0.25)[step], np.random.default_rng(step).random(rgb.shape[:2])
    damaged = rgb.copy()
    damaged[drawn < share / 2], damaged[drawn > 1 - share / 2] = 0, 255
    return damaged


def contrast(rgb: Bytes, step: int) -> Bytes:
    """All tones nearer to the middle grey."""
    return _clipped((rgb - 128.0) * (0.6, 0.4, 0.25, 0.14, 0.07)[step] + 128)


def posterised(rgb: Bytes, step: int) -> Bytes:
    """Five bits to one bit a channel."""
    bits = 5 - step
    return _clipped((rgb >> (8 - bits)) * (255.0 / (2**bits - 1)))


def pixelated(rgb: Bytes, step: int) -> Bytes:
    """Squares of one colour."""
    side, (height, width) = (3, 5, 8, 12, 18)[step], rgb.shape[:2]
    small = cv2.resize(rgb, (width // side, height // side), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)


def compressed(rgb: Bytes, step: int) -> Bytes:
    """JPEG of low quality."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=(40, 25, 15, 9, 5)[step])
    return np.asarray(Image.open(buffer))


def brightened(rgb: Bytes, step: int) -> Bytes:
    """Brightness multiplied until most of it is white."""
    return _clipped(rgb * np.float64((1.6, 2.2, 3.2, 4.8, 7.0)[step]))


def blurred(rgb: Bytes, step: int) -> Bytes:
    """Out of focus."""
    return cv2.GaussianBlur(rgb, (0, 0), (1.0, 2.0, 3.0, 4.5, 6.0)[step])


def darkened(rgb: Bytes, step: int) -> Bytes:
    """Too little light."""
    return _clipped(rgb * (0.6, 0.4, 0.25, 0.12, 0.06)[step])


def whitened(rgb: Bytes, step: int) -> Bytes:
    """Fog, up to white."""
    share = (0.2, 0.4, 0.6, 0.8, 0.93)[step]
    return _clipped(rgb * (1 - share) + 255 * share)


DAMAGES: dict[str, Damage] = {
    "motion blur": motion_blur, "gaussian noise": noise, "salt and pepper": salt_and_pepper, "contrast": contrast,
    "posterised": posterised, "pixelated": pixelated, "JPEG quality": compressed, "brightness": brightened,
    "blur": blurred, "dark": darkened, "over-exposed": whitened,
}  # fmt: skip


def pixels_of(rgb: Bytes) -> Pixels:
    """A picture as `scoring.image.pixels.decode` gives it."""
    height, width = rgb.shape[:2]
    top, left = (max(0, side - CROP) // 2 // 8 * 8 for side in (height, width))
    scale = min(1.0, LONGER_SIDE / max(height, width))
    small = cv2.resize(rgb, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    return Pixels(small, np.ascontiguousarray(rgb[top : top + CROP, left : left + CROP]), 8)


def judged(rgb: Bytes) -> tuple[float, bool]:
    """The quality of a picture, and whether it is flagged."""
    parts = readability.parts(pixels_of(rgb), min(rgb.shape[:2]))
    return readability.quality_of(parts), readability.weakest(parts).value < readability.WORTH_SHOWING


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Damages and judges every photo."""
    from scipy.stats import spearmanr

    parser = argparse.ArgumentParser(prog="python -m benchmarks damage")
    parser.add_argument("--folder", type=Path, required=True, help="photos")
    parser.add_argument("--most", type=int, default=60)
    chosen = parser.parse_args(options)
    files = sorted(path for path in chosen.folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    photos = [np.asarray(Image.open(path).convert("RGB")) for path in files[: chosen.most]]
    started = time.perf_counter()
    whole = [judged(photo) for photo in photos]
    each = 1000 * (time.perf_counter() - started) / len(photos)
    yield (
        "whole photos that are flagged",
        f"{sum(flagged for _, flagged in whole)} of {len(photos)}",
        f"{each:.0f} ms each",
    )
    for name, damage in DAMAGES.items():
        results = [[judged(damage(photo, step)) for step in range(STEPS)] for photo in photos]
        flagged = sum(steps[-1][1] for steps in results)
        falls = np.mean([spearmanr(range(STEPS), [value for value, _ in steps])[0] for steps in results])
        yield f"{name}, flagged at the worst step", f"{flagged} of {len(photos)}", f"rank correlation {falls:.2f}"


def _clipped(values: np.ndarray) -> Bytes:
    return np.clip(values, 0, 255).astype(np.uint8)
