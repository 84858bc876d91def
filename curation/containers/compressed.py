"""Text files compressed by gzip, bzip2, xz or Zstandard: unpacked aside once, and read as what they hold."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from curation.containers.container import Container, DatasetSource, Envelope, RawRow, UnreadableFileError
from curation.images.inline import Pictures
from scoring.damage import UNREADABLE, raise_machine_error
from scoring.plain_files import plain

MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zst"}
LARGEST_RATIO = 500
"""How many times larger a file may become. Rows of JSON that are all alike shrink to a hundredth or so."""
RATIO_FROM = 64 << 20
"""Bytes below which nobody minds how well they were packed."""
_CHUNK = 1 << 20
_DAMAGED: tuple[type[Exception], ...] = (*UNREADABLE, EOFError, lzma.LZMAError)
_BINARY = ("compressed", "folder", "parquet", "tar")
"""Containers whose pictures lie in the file itself, which has to stay where it is."""


def recognise(path: Path, head: bytes) -> bool:
    """Says whether a file is compressed text, and no compressed archive.

    Args:
        path: File to import.
        head: Its first bytes.

    Returns:
        True for the formats of MAGIC; tar files are another container's.
    """
    return _kind(head) is not None and not path.name.lower().endswith((".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"))


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order. The envelope gets the container and the compression, and what the container itself notes."""
    with _unpacked(source.path) as (path, kind):
        inner = _inner(path, source.path.name)
        source.envelope |= {"container": inner.name, "compression": kind}
        yield from inner.read(replace(source, path=path))


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes the files of the inner container, each compressed as the import's was.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: The files' name without its ending.
        envelope: What the import noted.
        pictures: Puts pictures back where a row has tokens.

    Returns:
        The files written.
    """
    from curation.containers import registry

    kind = str(envelope.get("compression", "gz"))
    inner = registry.kinds()[str(envelope.get("container", "lines"))]
    return [_compressed(path, kind) for path in inner.write(rows, folder, name, envelope, pictures)]


def beginning(path: Path, most_bytes: int) -> tuple[bytes, bool]:
    """Unpacks the beginning of a file.

    Args:
        path: A file that `recognise` knows.
        most_bytes: How much of its content is wanted.

    Returns:
        The first bytes of the content, and whether there are more.

    Raises:
        UnreadableFileError: The file is damaged.
    """
    with plain(path).open("rb") as file:
        kind = str(_kind(file.read(8)))
        file.seek(0)
        try:
            with _opened(file, kind) as content:
                data = content.read(most_bytes + 1)
        except _DAMAGED as error:
            raise_machine_error(error)
            raise UnreadableFileError(f"{path.name} is damaged or cut off: {error}.") from error
    return data[:most_bytes], len(data) > most_bytes


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, str]]:
    """The file's content in a folder that goes afterwards, under its name without the ending, and its compression."""
    with plain(path).open("rb") as file, tempfile.TemporaryDirectory(prefix="winnow-") as folder:
        kind = str(_kind(file.read(8)))
        file.seek(0)
        target = Path(folder) / (path.stem if path.suffix else path.name)
        try:
            with _opened(file, kind) as content, target.open("wb") as unpacked:
                _copy(content, unpacked, path)
        except _DAMAGED as error:
            raise_machine_error(error)
            raise UnreadableFileError(f"{path.name} is damaged or cut off: {error}.") from error
        yield target, kind


def _copy(content: BinaryIO, unpacked: BinaryIO, path: Path) -> None:
    most = max(RATIO_FROM, LARGEST_RATIO * path.stat().st_size)
    while chunk := content.read(_CHUNK):
        unpacked.write(chunk)
        if unpacked.tell() > most:
            raise UnreadableFileError(
                f"{path.name} would grow to more than {LARGEST_RATIO:,} times its size; unpack it yourself."
            )


def _inner(path: Path, name: str) -> Container:
    from curation.containers import registry

    inner = registry.find(path)
    if inner.name in _BINARY:
        raise UnreadableFileError(f"{name} holds {inner.title}, compressed once more; unpack it and import that.")
    return inner


def _kind(head: bytes) -> str | None:
    return next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)


def _opened(file: BinaryIO, kind: str) -> BinaryIO:
    if kind == "zst":
        import pyarrow as pa

        return cast("BinaryIO", io.BufferedReader(pa.CompressedInputStream(pa.PythonFile(file), "zstd")))
    if kind == "gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    return cast("BinaryIO", bz2.BZ2File(file) if kind == "bz2" else lzma.LZMAFile(file))


def _compressed(path: Path, kind: str) -> Path:
    target = path.with_name(f"{path.name}.{kind}")
    with path.open("rb") as file, target.open("wb") as packed, _packing(packed, kind) as stream:
        while chunk := file.read(_CHUNK):
            stream.write(chunk)
    path.unlink()
    return target


def _packing(packed: BinaryIO, kind: str) -> BinaryIO:
    """A stream that compresses; equal content gives equal bytes."""
    if kind == "gz":
        return cast("BinaryIO", gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0))
    if kind == "bz2":
        return cast("BinaryIO", bz2.BZ2File(packed, "wb"))
    if kind == "xz":
        return cast("BinaryIO", lzma.LZMAFile(packed, "wb"))
    import pyarrow as pa

    return cast("BinaryIO", pa.CompressedOutputStream(pa.PythonFile(packed), "zstd"))


CONTAINER = Container(
    name="compressed",
    title="any of the text files compressed by gzip, bzip2, xz or Zstandard",
    extensions=(".gz", ".bz2", ".xz", ".zst"),
    recognise=recognise,
    read=read,
    write=write,
    order=2,
)
