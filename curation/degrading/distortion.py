"""Distorts pictures so that they are hard to read: blurred, noisy, or compressed beyond use, by chance."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from scoring.damage import UNREADABLE, raise_machine_error
from scoring.image import rendering
from scoring.image.opening import opened

BLUR = 0.012
"""Radius of the blur over the longer side of the picture."""
NOISE = 60.0
"""Standard deviation of the noise, of 255."""
QUALITY = 5
"""JPEG's quality, 1 to 95, of pictures that are compressed."""
WRITABLE = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
"""Kinds of files that are written again as what they were."""


def distort(path: Path, seed: int = 0) -> str:
    """Distorts a picture file in its place.

    Args:
        path: The file; an animated one keeps its first picture.
        seed: The same seed does the same to a file of the same name.

    Returns:
        What was done: blur, noise or compression; "" for a file that stays as it is, since it is no picture that can be
        written again.

    Raises:
        OSError: The disk or the process refuses.
    """
    digest = hashlib.blake2b(f"{seed} {path.name}".encode(), digest_size=8).digest()
    chance = np.random.default_rng(int.from_bytes(digest))
    name = list(_KINDS)[int(chance.integers(len(_KINDS)))]
    try:
        with opened(str(path)) as picture:
            kind = picture.format or ""
            if kind not in WRITABLE:
                return ""
            upright = rendering.upright(picture)
    except UNREADABLE as error:
        raise_machine_error(error)
        return ""
    distorted = _KINDS[name](upright, chance)
    data = io.BytesIO()
    distorted.save(data, format=kind, **({"quality": 90} if kind in ("JPEG", "WEBP") else {}))
    path.write_bytes(data.getvalue())
    return name


def _blurred(picture: Image.Image, _chance: np.random.Generator) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(max(2.0, BLUR * max(picture.size))))


def _noisy(picture: Image.Image, chance: np.random.Generator) -> Image.Image:
    pixels = np.asarray(picture, dtype=np.float32)
    noise = chance.standard_normal(pixels.shape, dtype=np.float32)
    return Image.fromarray(np.clip(pixels + NOISE * noise, 0, 255).astype(np.uint8))


def _compressed(picture: Image.Image, _chance: np.random.Generator) -> Image.Image:
    data = io.BytesIO()
    picture.save(data, format="JPEG", quality=QUALITY)
    data.seek(0)
    with opened(data) as again:
        return again.convert("RGB")


_KINDS: dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "blur": _blurred,
    "noise": _noisy,
    "compression": _compressed,
}
