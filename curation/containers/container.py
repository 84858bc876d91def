"""What every container reads a file into: rows as JSON text, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class UnreadableFileError(Exception):
    """The file as a whole cannot be read as a dataset; the message says why."""


@dataclass(frozen=True, slots=True)
class Container:
    """What a container's file says about itself, beside `recognise(path, head)`, `read(...)` and `write(...)`.

    `order` sorts the questions: a container that knows its files by a clear mark comes before one that takes many.
    One that `lifts` puts tokens in the place of pictures itself, as binary files need it.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    order: int = 5
    lifts: bool = False


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row's JSON bytes, or why there are none (`problem` is an outcome name, `detail` the sentence).

    `read` is how many bytes of the file the row stands for where that is not its own length.
    """

    data: bytes
    problem: str = ""
    detail: str = ""
    read: int = 0


@dataclass
class Source:
    """A dataset's file or folder while it is read.

    `keep` stores a picture's bytes for good and returns its locator. `envelope` collects what stands around the rows
    and has to be there again when they are written: it is stored with the dataset as JSON.
    """

    path: Path
    keep: Callable[[bytes, str], str]
    envelope: dict[str, Any] = field(default_factory=dict)
