"""The first megabytes of a dataset's file, set apart where it is larger, so that a preview reads no more."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curation.containers import compressed, registry
from curation.containers.container import Container, UnreadableFileError

LARGEST_BYTES = 3 << 20
"""Bytes of text that are read; recognising the container reads another megabyte."""


@dataclass(frozen=True)
class FileHead:
    """What a preview reads of a file: `share` is how much of the text that is, 0 to 1, None where nobody knows."""

    path: Path
    container: Container
    is_cut: bool = False
    share: float | None = 1.0


@contextlib.contextmanager
def opened(path: Path, whole_bytes: int | None = None) -> Iterator[FileHead]:
    """Sets the first megabytes of a text file apart; folders and binary files are read where they are.

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
    if path.is_dir() or (container.lifts and container.name != "compressed"):
        yield FileHead(path, container, share=None)
        return
    size = path.stat().st_size
    if whole_bytes is not None and whole_bytes > size:
        yield FileHead(path, container, True, size / whole_bytes)
        return
    if container.name != "compressed" and size <= LARGEST_BYTES:
        yield FileHead(path, container)
        return
    with tempfile.TemporaryDirectory(prefix="winnow-") as folder:
        if container.name == "compressed":
            text, is_cut = compressed.beginning(path, LARGEST_BYTES)
            target = Path(folder, path.stem if path.suffix else path.name)
            share = None if is_cut else 1.0
        else:
            with path.open("rb") as file:
                text, is_cut, target = file.read(LARGEST_BYTES), True, Path(folder, path.name)
            share = len(text) / size
        target.write_bytes(text)
        yield FileHead(target, registry.find(target) if container.name == "compressed" else container, is_cut, share)
