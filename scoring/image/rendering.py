"""The one way in which a picture becomes tones: thumbnail, judge, metric and model see the same upright RGB picture."""

from __future__ import annotations

import numpy as np
from PIL import Image

from scoring.arrays import Floats

ORIENTATION = 0x0112
"""EXIF tag."""
_TURNED = (5, 6, 7, 8)
"""Orientations that exchange width and height."""
_METHODS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture of each orientation is turned upright (CIPA DC-008, tag Orientation)."""
_FULL_SCALES = (1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0)
"""What white is in pictures of more than eight bits; cameras and scanners put 10 to 14 bits into 16."""


def orientation(picture: Image.Image) -> int:
    """Reads how a picture is to be turned before it is shown.

    Args:
        picture: An opened picture.

    Returns:
        EXIF's number, 1 to 8; 1 is upright, also where nothing or nonsense is written, and for TIFF, whose pixels
        Pillow turns itself.
    """
    if picture.format == "TIFF":
        return 1
    try:
        turn = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # a damaged block of metadata raises whatever its reader met
        return 1
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def upright_size(size: tuple[int, int], turn: int) -> tuple[int, int]:
    """Gives the size of a picture as it is shown.

    Args:
        size: Width and height of the stored pixels.
        turn: Orientation, as EXIF numbers it.

    Returns:
        Width and height in pixels.
    """
    return (size[1], size[0]) if turn in _TURNED else size


def upright(picture: Image.Image) -> Image.Image:
    """Renders a picture as people see it.

    Args:
        picture: An opened picture; of an animation or a file of several pages, the first is taken.

    Returns:
        A picture in RGB with eight bits, on white where it was transparent, turned upright.
    """
    turn = orientation(picture)
    return turned(flattened(picture), turn)


def turned(flat: Image.Image, turn: int) -> Image.Image:
    """Turns a picture whose metadata is gone.

    Args:
        flat: The picture as it is stored.
        turn: Its orientation, as EXIF numbers it.

    Returns:
        The picture upright.
    """
    method = _METHODS.get(turn)
    return flat if method is None else flat.transpose(method)


def flattened(picture: Image.Image) -> Image.Image:
    """Renders a picture's tones as they are stored, not turned.

    Args:
        picture: An opened picture.

    Returns:
        A picture in RGB with eight bits, on white where it was transparent.
    """
    if picture.mode[0] in "IF":
        picture = Image.fromarray(_eight_bits(np.asarray(picture)))
    elif picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB") if picture.mode != "RGB" else picture.copy()


def is_common(picture: Image.Image) -> bool:
    """Whether every program renders a picture alike: eight bits, opaque, stored upright."""
    return picture.mode in ("RGB", "L") and "transparency" not in picture.info and orientation(picture) == 1


def _eight_bits(tones: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Tones of 16 or 32 bits, or floats, as eight bits: scaled, where Pillow would cut all above 255.

    White is the smallest of the usual full scales that holds the brightest tone, or the brightest itself beyond
    these; where there are negative tones they are taken to lie evenly around zero.
    """
    finite = np.nan_to_num(np.asarray(tones, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    darkest, brightest = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    if darkest < 0:
        reach = max(-darkest, brightest)
        finite, brightest = (finite + reach) / (2 * reach), 1.0
    is_fraction = tones.dtype.kind == "f"
    scales = _FULL_SCALES if is_fraction else _FULL_SCALES[1:]
    white = next((scale for scale in scales if brightest <= scale), brightest)
    return np.asarray((finite * (255.0 / white)).round(), dtype=np.uint8)
