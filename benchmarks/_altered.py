"""Copies of pictures as people and websites make them, and pictures that are no copies."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

Alteration = Callable[[Image.Image], Image.Image]


def saved(picture: Image.Image, quality: int = 85) -> Image.Image:
    """The picture as a JPEG file of a quality keeps it."""
    stream = io.BytesIO()
    picture.convert("RGB").save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def cropped(share: float, picture: Image.Image) -> Image.Image:
    """Without a share of the width and height on each side."""
    width, height = picture.size
    left, top = round(width * share), round(height * share)
    return saved(picture.crop((left, top, width - left, height - top)))


def bordered(share: float, colour: str, picture: Image.Image) -> Image.Image:
    """With a border around it, as thick as a share of the shorter side."""
    return saved(ImageOps.expand(picture, max(1, round(min(picture.size) * share)), colour))


def turned(degrees: float, picture: Image.Image) -> Image.Image:
    """Turned in its frame; the corners are black."""
    return saved(picture.rotate(degrees, Image.Resampling.BICUBIC))


def captioned(ground: str | None, picture: Image.Image) -> Image.Image:
    """With a line of text over its lower edge, on a band or on the picture itself."""
    picture = picture.copy()
    width, height = picture.size
    size = max(10, height // 14)
    draw = ImageDraw.Draw(picture)
    if ground is not None:
        draw.rectangle((0, height - 2 * size, width, height), fill=ground)
    draw.text((width // 20, height - 1.7 * size), "A day by the sea", "white", ImageFont.load_default(size))
    return saved(picture)


def smaller(picture: Image.Image) -> Image.Image:
    """At half of its size."""
    return saved(picture.resize((picture.width // 2, picture.height // 2)))


ALTERATIONS: Mapping[str, Alteration] = {
    "saved at low quality": partial(saved, quality=25),
    "at half of its size": smaller,
    "5 % cropped on each side": partial(cropped, 0.05),
    "10 % cropped on each side": partial(cropped, 0.10),
    "15 % cropped on each side": partial(cropped, 0.15),
    "white border": partial(bordered, 0.06, "white"),
    "black border": partial(bordered, 0.10, "black"),
    "turned by 3 degrees": partial(turned, 3.0),
    "text on a band": partial(captioned, "black"),
    "text on the picture": partial(captioned, None),
}


def with_a_thing(picture: Image.Image, other: Image.Image, place: tuple[float, float]) -> Image.Image:
    """With a part of another picture somewhere, as a thing that moves through a scene."""
    side = round(0.2 * min(picture.size))
    left, top = (round(share * (whole - side)) for share, whole in zip(place, picture.size, strict=True))
    thing = other.resize((side, side), box=_middle(other))
    outline = Image.new("L", (side, side), 0)
    ImageDraw.Draw(outline).ellipse((0, 0, side - 1, side - 1), fill=255)
    picture = picture.copy()
    picture.paste(thing, (left, top), outline)
    return saved(picture)


def _middle(picture: Image.Image) -> tuple[float, float, float, float]:
    width, height = picture.size
    return width * 0.3, height * 0.3, width * 0.7, height * 0.7


def drawn_scene(seed: int, width: int = 480, height: int = 360) -> Image.Image:
    """A picture with clouds of colour at several scales and things of plain colours in front of them."""
    draw_number = np.random.default_rng(seed)
    pixels = np.zeros((height, width, 3))
    for cells, strength in ((3, 70.0), (9, 45.0), (40, 30.0), (120, 14.0)):
        noise = draw_number.normal(size=(cells, cells, 3)) * strength
        scaled = [
            Image.fromarray(noise[..., channel].astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC)
            for channel in range(3)
        ]
        pixels += np.stack([np.asarray(channel) for channel in scaled], axis=2)
    scene = Image.fromarray(np.clip(pixels + draw_number.uniform(90, 160, 3), 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(scene)
    for number in range(14):
        left, top = draw_number.integers(0, width - 60), draw_number.integers(0, height - 50)
        right, bottom = left + draw_number.integers(20, 90), top + draw_number.integers(15, 80)
        colour = tuple(int(level) for level in draw_number.integers(0, 255, 3))
        (draw.ellipse if number % 2 else draw.rectangle)((int(left), int(top), int(right), int(bottom)), fill=colour)
    return scene
