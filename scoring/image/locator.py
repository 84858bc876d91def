"""Where a picture's bytes lie: a file, a part of a larger file, an entry of a zip, or a cell of a Parquet file.

A locator is the path of a file, or that path followed by `!` and the place in it:
`shard.tar!at:1536+20480` (raw bytes), `images.json!base64:17+4096` (base64, either alphabet),
`photos.zip!zip:a/b.jpg`, `part.parquet!cell:12:image.bytes`. So pictures are read where they are, without unpacking.
The file may also lie elsewhere, as `s3://bucket/shard.tar!at:1536+20480`.
"""

from __future__ import annotations

import base64
import contextlib
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from scoring import remote_files
from scoring.addresses import FileAddress, is_address
from scoring.damage import DAMAGE, raise_machine_error
from scoring.plain_files import plain

if TYPE_CHECKING:
    import pyarrow as pa


_PLACE = re.compile(r"(?P<file>.*)!(?P<kind>at|base64|zip|cell):(?P<place>.*)", re.DOTALL)

_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")

LARGEST_BYTES = 512 << 20
"""A picture's bytes that are read into memory at most."""


def part(path: Path | str, start: int, length: int, kind: str = "at") -> str:
    """Makes the locator of bytes within a file.

    Args:
        path: The file.
        start: The first byte.
        length: How many bytes.
        kind: "at" for raw bytes, "base64" for their base64 form.

    Returns:
        The locator.
    """
    return f"{path}!{kind}:{start}+{length}"


def entry(path: Path | str, name: str) -> str:
    """Makes the locator of an entry of a zip file.

    Args:
        path: The zip file.
        name: The entry's name in it.

    Returns:
        The locator.
    """
    return f"{path}!zip:{name}"


def cell(path: Path | str, row: int, column: str) -> str:
    """Makes the locator of a cell of a Parquet file.

    Args:
        path: The Parquet file.
        row: From 0.
        column: May lead into structs and lists, as in `images[0].bytes`.

    Returns:
        The locator.
    """
    return f"{path}!cell:{row}:{column}"


def file_of(locator: str) -> str:
    """The file that has to be there for the picture to be read."""
    match = _PLACE.fullmatch(locator)
    return match["file"] if match else locator


def source(locator: str) -> str | BinaryIO:
    """What Pillow opens: the path of a plain file, else the bytes. Raises OSError when they cannot be had."""
    return io.BytesIO(read(locator)) if _PLACE.fullmatch(locator) or is_address(locator) else str(plain(locator))


def is_there(locator: str) -> bool:
    """True when the file behind a locator exists. Raises OSError where nobody can say."""
    file = file_of(locator)
    return remote_files.is_there(FileAddress(file)) if is_address(file) else os.path.exists(file)


def size(locator: str) -> int:
    """Bytes of a picture in a file of its own. Raises OSError when it is not there."""
    return remote_files.info(FileAddress(locator)).size if is_address(locator) else os.path.getsize(locator)


@contextlib.contextmanager
def on_disk(locator: str) -> Iterator[str]:
    """A plain file's own path; a copy, which goes afterwards, of one that lies elsewhere. Raises OSError."""
    if not is_address(locator):
        yield locator
        return
    with tempfile.TemporaryDirectory(prefix="winnow-") as folder:
        target = Path(folder, FileAddress(locator).name)
        remote_files.copy(FileAddress(locator), target)
        yield str(target)


def read(locator: str) -> bytes:
    """The picture's bytes as they were stored. Raises OSError when they cannot be had."""
    match = _PLACE.fullmatch(locator)
    if match is None:
        if is_address(locator):
            return remote_files.read(locator, most_bytes=LARGEST_BYTES)
        return _slice(locator, 0, Path(locator).stat().st_size)
    file, position = match["file"], match["place"]
    match match["kind"]:
        case "zip":
            return _zip_entry(file, position)
        case "cell":
            row, _, column = position.partition(":")
            return _cell(file, int(row), column)
    start, _, length = position.partition("+")
    data = _slice(file, int(start), int(length))
    return data if match["kind"] == "at" else decoded(data.rpartition(b",")[2])


def decoded(text: bytes) -> bytes:
    """The bytes of base64 in either alphabet, padded or not. Raises OSError for anything else."""
    plain = text.replace(b"\\/", b"/").translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except ValueError as error:
        raise OSError(f"The picture is not base64: {error}.") from error


def _slice(file: str, start: int, length: int) -> bytes:
    if length > LARGEST_BYTES:
        raise OSError(f"The picture has {length} bytes; at most {LARGEST_BYTES >> 20} MB are read.")
    if is_address(file):
        return remote_files.read(file, start, length)
    with plain(file).open("rb") as opened:
        opened.seek(start)
        data = opened.read(length)
    if len(data) < length:
        raise OSError(f"{Path(file).name} ends before the picture does.")
    return data


def _zip_entry(file: str, name: str) -> bytes:
    try:
        archive = _archive(str(plain(file)), Path(file).stat().st_mtime_ns)
        if archive.getinfo(name).file_size > LARGEST_BYTES:
            raise OSError(f"{name} is larger than {LARGEST_BYTES >> 20} MB when unpacked.")
        return archive.read(name)
    except DAMAGE as error:
        raise_machine_error(error)
        raise OSError(f"{name} cannot be read from {Path(file).name}: {error}.") from error


@lru_cache(maxsize=8)
def _archive(file: str, _changed: int) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except DAMAGE as error:
        raise_machine_error(error)
        raise OSError(f"{Path(file).name} is not a readable zip file.") from error


def _cell(file: str, row: int, column: str) -> bytes:
    steps = _STEP.findall(column)
    start, values = _group(file, 0 if is_address(file) else plain(file).stat().st_mtime_ns, row, steps[0])
    try:
        value = values[row - start].as_py()
        for step in steps[1:]:
            value = value[int(step[1:-1])] if step.startswith("[") else value[step]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise OSError(f"Row {row} of {Path(file).name} has no {column}.") from error
    if not isinstance(value, bytes | str):
        raise OSError(f"Row {row} of {Path(file).name} holds no picture in {column}.")
    return value if isinstance(value, bytes) else decoded(value.rpartition(",")[2].encode())


_groups: dict[tuple[str, int, str], tuple[int, pa.ChunkedArray]] = {}


def _group(file: str, changed: int, row: int, column: str) -> tuple[int, pa.ChunkedArray]:
    """First row and values of the row group that a row is in; the last group that was read stays in memory."""
    for key, (start, values) in list(_groups.items()):
        if key == (file, changed, column) and start <= row < start + len(values):
            return start, values
    start, values = _read_group(file, row, column)
    _groups.clear()
    _groups[(file, changed, column)] = (start, values)
    return start, values


def _read_group(file: str, row: int, column: str) -> tuple[int, pa.ChunkedArray]:
    from pyarrow import lib, parquet

    try:
        with _opened(file) as stream, parquet.ParquetFile(stream) as opened:
            start, number = 0, 0
            while start + opened.metadata.row_group(number).num_rows <= row:
                start += opened.metadata.row_group(number).num_rows
                number += 1
            return start, opened.read_row_group(number, columns=[column]).column(0)
    except (lib.ArrowException, IndexError, *DAMAGE) as error:
        raise_machine_error(error)
        raise OSError(f"Row {row} cannot be read from {Path(file).name}: {error}.") from error


@contextlib.contextmanager
def _opened(file: str) -> Iterator[Path | BinaryIO]:
    """What pyarrow opens: a path, or a stream of a file that lies elsewhere."""
    if is_address(file):
        with remote_files.opened(file) as stream:
            yield stream
    else:
        yield plain(file)
