"""What every kind of archive has: one file in this folder, whose `ARCHIVE` is an instance of `Archive`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A kind of file that holds images.

    Attributes:
        title: What users read.
        recognise: Says by a file's path and first bytes whether it is of this kind.
        entries: The name of each image, and its place as `scoring.image.locator` writes it after the file's name.
    """

    title: str
    recognise: Callable[[Path, bytes], bool]
    entries: Callable[[Path], Iterator[tuple[str, str]]]
