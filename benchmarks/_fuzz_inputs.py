"""Inputs of the fuzz campaign: every one is made again from the campaign's seed, its target's name and its number."""

from __future__ import annotations

import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

PIECES = (
    b"\x00", b"\xff", b'"', b"\\", b"[", b"]", b"{", b"}", b",", b":", b"\n", b"\r\n", b"null", b"1e999", b"-", b"NaN",
    b'"\\ud800"', b"[" * 3000, b'{"a":' * 3000, b"<image>", b"../../etc/passwd", b"data:image/png;base64,AAAA",
    b"\xef\xbb\xbf", b"\x80\x04", b"PK\x03\x04", b"winnow-picture:", b"9" * 400, b"\xf0\x9f\x90\xb6", b"\xed\xa0\x80",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1e308, -1e308, 2**53, 2**63, 2**64 - 1, 10**30, 0.1, "", " ", "a", "<image>", "\0",
    "é" * 50, "a\nb", "../..", "http://a/b.png", "data:image/png;base64,iVBORw0K", [], {}, [[]], [None], [1, 2, 3, 4],
    {"a": None}, {"from": "human", "value": None}, {"bytes": "x"}, "NaN", "1e999", "\ud800", -0.0, "x" * 20_000,
)  # fmt: skip


def draw_of(seed: int, target: str, number: int) -> random.Random:
    """What draws the input of this number."""
    return random.Random(f"{seed}/{target}/{number}")


def mutated(data: bytes, draw: random.Random) -> bytes:
    """The bytes with a few things done to them that break files."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4))):
        _BYTE_HARMS[draw.randrange(len(_BYTE_HARMS))](changed, draw)
    return bytes(changed)


def _flip(data: bytearray, draw: random.Random) -> None:
    if data:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _insert(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data) + 1)
    data[at:at] = draw.choice(PIECES)


def _replace(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data) + 1)
    data[at : at + draw.randrange(40)] = draw.choice(PIECES)


def _cut(data: bytearray, draw: random.Random) -> None:
    del data[draw.randrange(len(data) + 1) :]


def _drop(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data) + 1)
    del data[at : at + draw.randrange(200)]


def _double(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data) + 1)
    data[at:at] = data[at : at + draw.randrange(400)]


def _number(data: bytearray, draw: random.Random) -> None:
    """Four bytes as lengths are written in binary files."""
    at = draw.randrange(max(1, len(data) - 4))
    value = draw.choice((0, 1, 0x7F, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF))
    data[at : at + 4] = value.to_bytes(4, draw.choice(("little", "big")))


_BYTE_HARMS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _insert, _replace, _cut, _drop, _double, _number,
)  # fmt: skip


def reshaped(value: Any, draw: random.Random, rate: float = 0.08) -> Any:
    """A JSON value with some of its parts replaced, dropped, doubled or renamed."""
    if draw.random() < rate:
        return draw.choice(VALUES)
    if isinstance(value, dict):
        return _reshaped_object(value, draw, rate)
    if isinstance(value, list):
        parts = [reshaped(one, draw, rate) for one in value if draw.random() > rate / 4]
        return parts * 2 if draw.random() < rate / 8 else parts
    return value


def _reshaped_object(value: dict[str, Any], draw: random.Random, rate: float) -> dict[str, Any]:
    parts = {}
    for key, one in value.items():
        if draw.random() > rate / 4:
            named = draw.choice(("", "a", key.upper(), key + "s")) if draw.random() < rate / 4 else key
            parts[named] = reshaped(one, draw, rate)
    return parts


def json_input(values: tuple[Any, ...], draw: random.Random) -> bytes:
    """The JSON of one of the values, changed in its parts or in its bytes."""
    value = draw.choice(values)
    if draw.random() < 0.7:
        text = json.dumps(reshaped(value, draw), ensure_ascii=draw.random() < 0.5)
        return text.encode("utf-8", "surrogatepass")
    return mutated(json.dumps(value).encode(), draw)


@cache
def pictures() -> tuple[bytes, ...]:
    """Small pictures of every kind and mode that Pillow writes and datasets hold."""
    from PIL import Image

    made = []
    noise = Image.frombytes("L", (40, 30), random.Random(0).randbytes(40 * 30))
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO", "TGA", "PCX"):
        for mode in ("L", "RGB", "RGBA", "P", "I;16", "CMYK", "1", "LA"):
            buffer = io.BytesIO()
            try:
                noise.convert(mode).save(buffer, kind)
            except (OSError, ValueError, KeyError):
                continue
            made.append(buffer.getvalue())
    for packing in ("tiff_lzw", "tiff_deflate", "packbits", "jpeg"):
        buffer = io.BytesIO()
        noise.convert("RGB").save(buffer, "TIFF", compression=packing)
        made.append(buffer.getvalue())
    buffer = io.BytesIO()
    noise.save(buffer, "GIF", save_all=True, append_images=[noise.rotate(90)] * 2)
    return (*made, buffer.getvalue())


@cache
def rows_text() -> bytes:
    """A small dataset as text."""
    said = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A red field."}]
    return json.dumps([{"image": "1.png", "conversations": said}] * 5).encode()


@cache
def zips() -> tuple[bytes, ...]:
    """Zips of a dataset with a picture, by each way to pack."""
    made = []
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", packing) as archive:
            archive.writestr("set.json", rows_text())
            archive.writestr("images/1.png", pictures()[0])
        made.append(buffer.getvalue())
    return tuple(made)


@cache
def tars() -> tuple[bytes, ...]:
    """Tars of one WebDataset row, in each format and packing."""
    made = []
    members = {"1.png": pictures()[0], "1.txt": b"A red field.", "é" * 60 + ".json": b'{"text": "Nothing."}'}
    for mode, kind in (("w", tarfile.PAX_FORMAT), ("w", tarfile.GNU_FORMAT), ("w:gz", tarfile.PAX_FORMAT)):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode, format=kind) as archive:  # type: ignore[call-overload]
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        made.append(buffer.getvalue())
    return tuple(made)


@cache
def parquets() -> tuple[bytes, ...]:
    """Parquet files of rows with pictures."""
    import polars as pl

    buffer = io.BytesIO()
    image = {"bytes": pictures()[0], "path": "1.png"}
    pl.DataFrame({"id": ["1", "2"], "image": [image] * 2, "text": ["A red field.", "Ü"]}).write_parquet(buffer)
    return (buffer.getvalue(),)
