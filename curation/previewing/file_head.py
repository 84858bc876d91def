"""The first megabytes of a dataset's file, set apart where it is larger, so that a preview reads no more."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.common import listing
from curation.containers import compressed, parquet, registry, splits
from curation.containers import folder as folder_of_images
from curation.containers.container import Container, UnreadableFileError

LARGEST_BYTES = 3 << 20
"""Bytes of text that are read; recognising the container reads another megabyte."""
LARGEST_FRAME = 16 << 20
"""Bytes of a table whose columns stand one after the other: its first row is only known at its end."""
MOST_ROWS = 51
"""Rows of Parquet that are read: as many as are looked at, and one that says that there are more."""


@dataclass(frozen=True)
class FileHead:
    """What a preview reads of a file.

    Attributes:
        path: The file or folder to read.
        container: Its container.
        is_cut: Whether the end of a text is missing, so that its last row may be half.
        share: How much of the text it is, 0 to 1; None where nobody knows.
        rows: Rows of the whole dataset; None where that is not cheaply known.
    """

    path: Path
    container: Container
    is_cut: bool = False
    share: float | None = 1.0
    rows: int | None = None


@contextlib.contextmanager
def opened(path: Path, whole_bytes: int | None = None) -> Iterator[FileHead]:
    """Sets the first rows of a dataset apart: megabytes of text, or some rows of Parquet; others are read in place.

    Args:
        path: The dataset's file or folder.
        whole_bytes: Size of the file that this is the beginning of; None for a whole one.

    Yields:
        What to read, which goes afterwards.

    Raises:
        UnreadableFileError: The file holds no rows that any container knows.
        OSError: It cannot be opened.
    """
    container = registry.find(path)
    if whole_bytes is not None and (container.lifts or container.name == "compressed"):
        raise UnreadableFileError(f"{path.name} is too large to be copied for a preview; an import copies it.")
    if whole_bytes is not None and whole_bytes > path.stat().st_size:
        yield FileHead(path, container, True, path.stat().st_size / whole_bytes)
        return
    if container.name == "frame" and path.stat().st_size > LARGEST_FRAME:
        raise UnreadableFileError(f"{path.name} holds whole columns, too large for a preview; an import reads it.")
    files = _files(path, container)
    is_small = sum(file.stat().st_size for file in files) <= LARGEST_BYTES and container.name != "compressed"
    if not files or is_small:
        is_text = bool(files) or container.name == "frame"
        yield FileHead(path, container, share=1.0 if is_text and not container.lifts else None)
        return
    with tempfile.TemporaryDirectory(prefix="winnow-") as folder:
        yield _set_apart(path, container, files, Path(folder))


def _files(path: Path, container: Container) -> list[Path]:
    """The files of rows, in the order in which they are read; none where rows are read where they are."""
    if container.name == "splits":
        return [file for _, file in splits.files(path) if not file.name.endswith(".arrow")]
    if container.name == "folder":
        return folder_of_images.files(path)
    if container.name == "parquet":
        return listing.ending(path, ".parquet") if path.is_dir() else [path]
    return [] if path.is_dir() or container.lifts or container.name == "frame" else [path]


def _set_apart(path: Path, container: Container, files: Sequence[Path], folder: Path) -> FileHead:
    """The beginning of the first file, at the same place below another folder."""
    file = files[0]
    inner = registry.find(file) if path.is_dir() else container
    home = folder / path.name
    target = home / file.relative_to(path) if path.is_dir() else home
    target.parent.mkdir(parents=True, exist_ok=True)
    if inner.name == "parquet":
        parquet.copy_beginning(file, target, MOST_ROWS, LARGEST_BYTES)
        return FileHead(home, container, share=None, rows=parquet.count_rows(files))
    if inner.lifts:
        return FileHead(path, container, share=None)
    if inner.name == "compressed":
        text, is_cut = compressed.beginning(file, LARGEST_BYTES)
        target = target.with_suffix("") if target.suffix else target
        share = None if is_cut or len(files) > 1 else 1.0
    else:
        with file.open("rb") as opened_file:
            text = opened_file.read(LARGEST_BYTES)
        is_cut = len(text) < file.stat().st_size
        share = len(text) / sum(each.stat().st_size for each in files)
    target.write_bytes(text)
    home = target if path.is_file() else home
    return FileHead(
        home, registry.find(home) if container.name == "compressed" else container, is_cut or len(files) > 1, share
    )
