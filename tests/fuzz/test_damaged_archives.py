"""Hundreds of damaged archives of every kind, by a seed: uploaded, imported and read, with named outcomes only."""

from __future__ import annotations

import io
import json
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from pictures import grey_noise

from curation.archives import registry as archives
from curation.containers import registry as containers
from curation.containers.container import DatasetSource, UnreadableFileError
from curation.importing import uploads
from curation.importing.packages import UploadError
from scoring.image import locator

DAMAGED = 400
SAID = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A red field."}]


def _picture() -> bytes:
    buffer = io.BytesIO()
    grey_noise((24, 24), 80).save(buffer, "PNG")
    return buffer.getvalue()


def _rows() -> bytes:
    return json.dumps([{"image": "1.png", "conversations": SAID}] * 20).encode()


def _zip(packing: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr("set.json", _rows())
        archive.writestr("images/1.png", _picture())
        archive.writestr("images/two.png", _picture())
    return buffer.getvalue()


def _tar(mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        for name, data in {"1.png": _picture(), "1.txt": b"A red field.", "é" * 60 + ".json": _rows()}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _parquet() -> bytes:
    buffer = io.BytesIO()
    image = {"bytes": _picture(), "path": "1.png"}
    pl.DataFrame({"id": ["1", "2"], "image": [image, image], "text": ["A red field.", "Ü"]}).write_parquet(buffer)
    return buffer.getvalue()


def _base64() -> bytes:
    return b'{"1": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", "2": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAA=="}'


KINDS: dict[str, Callable[[], bytes]] = {
    "stored.zip": lambda: _zip(zipfile.ZIP_STORED),
    "deflated.zip": lambda: _zip(zipfile.ZIP_DEFLATED),
    "bzip2.zip": lambda: _zip(zipfile.ZIP_BZIP2),
    "lzma.zip": lambda: _zip(zipfile.ZIP_LZMA),
    "plain.tar": lambda: _tar("w"),
    "packed.tar.gz": lambda: _tar("w:gz"),
    "packed.tar.bz2": lambda: _tar("w:bz2"),
    "packed.tar.xz": lambda: _tar("w:xz"),
    "rows.parquet": _parquet,
    "pictures.json": _base64,
}


def _flipped(data: bytearray, draw: random.Random) -> bytearray:
    for _ in range(draw.randint(1, 6)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return data


def _cut(data: bytearray, draw: random.Random) -> bytearray:
    return data[: draw.randrange(1, len(data))]


def _hollow(data: bytearray, draw: random.Random) -> bytearray:
    """NUL in place of some bytes: in names, in headers, in data."""
    at = draw.randrange(len(data))
    data[at : at + draw.randint(1, 8)] = bytes(draw.randint(1, 8))
    return data


def _nul_in_a_name(data: bytearray, draw: random.Random) -> bytearray:
    for name in (b"1.png", b"set.json", b"two.png", b"1.txt"):
        if draw.random() < 0.5:
            data = data.replace(name, name[:1] + b"\0" + name[2:])
    return data


def _wrong_size(data: bytearray, draw: random.Random) -> bytearray:
    """A number of another size where a length may stand: behind a zip's signatures, in a tar's octal fields."""
    number = draw.choice([0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF])
    marks = [at for mark in (b"PK\1\2", b"PK\3\4", b"PK\5\6") if (at := data.find(mark)) >= 0]
    at = draw.choice(marks) + draw.choice([8, 14, 18, 20, 22, 24, 26, 28, 42]) if marks else draw.randrange(len(data))
    data[at : at + 4] = struct.pack("<I", number)
    if len(data) > 512 and data[257:262] == b"ustar":
        data[124:136] = draw.choice([b"77777777777\0", b"-0000000001\0", b"\x80" + b"\xff" * 11, b"\xff" * 12])
    return data


def _no_name(data: bytearray, _: random.Random) -> bytearray:
    """A name of no letters in a zip, of bytes that are no UTF-8 in a tar."""
    return data.replace(b"set.json", b"\0et.json").replace(b"1.txt", b"\xff.txt")


HARMS = (_flipped, _cut, _hollow, _nul_in_a_name, _wrong_size, _no_name)


def _harmed(kind: str, number: int, whole: bytes) -> bytes:
    draw = random.Random(f"{kind} {number}")
    return bytes(HARMS[number % len(HARMS)](bytearray(whole), draw)) or b"\0"


def _refusal(data: bytes, name: str, folder: Path) -> str:
    """Why an upload is refused, empty when it is not."""
    try:
        uploads.keep(io.BytesIO(data), name, folder)
    except UploadError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_upload__damaged__is_refused_in_a_sentence_or_can_be_read(kind: str, tmp_path: Path) -> None:
    whole, refused = KINDS[kind](), 0
    for number in range(DAMAGED):
        folder = tmp_path / str(number)
        name = "set.zip" if kind.endswith(".zip") else kind
        reason = _refusal(_harmed(kind, number, whole), name, folder)
        assert reason == "" or (reason.endswith(".") and not folder.exists())
        refused += bool(reason)
    assert (refused > DAMAGED // 4) is kind.endswith(".zip")


@pytest.mark.parametrize("kind", KINDS)
def test_archive__damaged__pictures_are_read_or_named(kind: str, tmp_path: Path) -> None:
    whole = KINDS[kind]()
    for number in range(DAMAGED):
        path = tmp_path / f"{number}-{kind}"
        path.write_bytes(_harmed(kind, number, whole))
        try:
            places = archives.entries(path)
        except UnreadableFileError:
            continue
        for place in places.values():
            try:
                assert isinstance(locator.read(f"{path}!{place}"), bytes)
            except OSError:
                continue


@pytest.mark.parametrize("kind", KINDS)
def test_container__damaged__rows_are_read_or_have_a_problem(kind: str, tmp_path: Path) -> None:
    whole = KINDS[kind]()
    for number in range(DAMAGED):
        path = tmp_path / f"{number}-{kind}"
        path.write_bytes(_harmed(kind, number, whole))
        try:
            for raw in containers.find(path).read(DatasetSource(path, lambda _data, _ending: "kept/0.bin")):
                assert raw.data or raw.problem
        except UnreadableFileError:
            continue
