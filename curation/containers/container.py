"""What every container reads a file into: rows as JSON text, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from curation.common.errors import WinnowError
from curation.images.inline import Pictures
from scoring.json_types import JsonObject

BUFFER = 1 << 20
"""Bytes of rows that are written to a file at once."""
Envelope: TypeAlias = Mapping[str, Any]
"""What an import noted beside the rows; a container knows the types of its own keys."""


class UnreadableFileError(WinnowError):
    """The file as a whole cannot be read as a dataset; the message says why."""


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
class DatasetSource:
    """A dataset's file or folder while it is read.

    `lasting_place` says where a file of it lies for good, for locators of what is in it. `keep` stores a picture's
    bytes for good and returns its locator. `envelope` collects what stands around the rows and has to be there again
    when they are written: it is stored with the dataset as JSON.
    """

    path: Path
    keep: Callable[[bytes, str], str]
    envelope: JsonObject = field(default_factory=dict)
    lasting_place: Callable[[Path], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A kind of file or folder that holds rows.

    Attributes:
        name: What formats and stored datasets call it; the name of its file.
        title: What users read.
        extensions: How its files' names end.
        recognise: Says by a path and its first bytes whether it is of this kind.
        read: The rows, one after the other, never all in memory.
        write: Writes rows (JSON texts) into a folder under a name, with what stood around them; returns the files.
        order: Sorts the questions: one that knows its files by a clear mark comes before one that takes many.
        lifts: It puts tokens in the place of pictures itself, as binary files need it.
        count: The number of rows that a file or folder says of itself; None where all has to be read for it.
        images_beside: Its images lie in the folder that it writes.
        as_written: A row as the files will have it, where reading adds something to rows that writing takes out again.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    recognise: Callable[[Path, bytes], bool]
    read: Callable[[DatasetSource], Iterator[RawRow]]
    write: Callable[[Iterable[str], Path, str, Envelope, Pictures], list[Path]]
    order: int = 5
    lifts: bool = False
    count: Callable[[Path], int] | None = None
    images_beside: bool = False
    as_written: Callable[[str, Envelope], str] | None = None
