"""Images as base64 in one JSON object, `{"LA_IMG_1": "/9j/4AAQ..."}`, as MIMIC-IT has them; read where they lie.

The file may be far larger than memory: only the places of the texts are kept.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

import orjson

from curation.archives.contract import Archive
from curation.containers.container import UnreadableFileError

FORGOTTEN_BYTES = 128 << 20

_HEAD = re.compile(
    rb'\{\s*"(?:[^"\\]|\\.){1,300}"\s*:\s*"(?:data:image/|\\?/9j|_9j|iVBORw0KGgo|R0lGOD|UklGR|Qk|SUkq|TU0AK)'
)
_COLON = re.compile(rb'\s*:\s*"')
_NEXT = re.compile(rb'\s*,\s*"|\s*(\})')


def recognise(_path: Path, head: bytes) -> bool:
    """Says whether the first value of an object is a picture in base64.

    Args:
        _path: File of images, whose name is not looked at.
        head: First bytes of the file.

    Returns:
        True for an object of pictures.
    """
    return _HEAD.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()) is not None


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """Name and place of every text. Raises UnreadableFileError where the object is not of texts, or is cut off."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position, seen = data.find(b'"') + 1, 0
        while True:
            key_end = _end(data, position, path)
            name = orjson.loads(b'"' + data[position:key_end] + b'"')
            colon = _COLON.match(data, key_end + 1)
            if colon is None:
                raise UnreadableFileError(f"{path.name}: the value of {name!r} is not a text.")
            end = _end(data, colon.end(), path)
            yield name, f"base64:{colon.end()}+{end - colon.end()}"
            following = _NEXT.match(data, end + 1)
            if following is None:
                raise UnreadableFileError(f"{path.name} is cut off or is not JSON after {name!r}.")
            if following[1]:
                return
            position = following.end()
            seen = _forget(data, seen, position)


def _forget(data: mmap.mmap, seen: int, position: int) -> int:
    """Gives the memory of what was looked at back to the system, some hundred megabytes at a time."""
    if position - seen < FORGOTTEN_BYTES or not hasattr(mmap, "MADV_DONTNEED"):
        return seen
    page = position // mmap.PAGESIZE * mmap.PAGESIZE
    data.madvise(mmap.MADV_DONTNEED, seen, page - seen)
    return page


def _end(data: mmap.mmap, start: int, path: Path) -> int:
    """Where the text that starts here ends: the first quote that no odd number of backslashes escapes."""
    position = data.find(b'"', start)
    while position > 0 and data[position - 1] == 0x5C:
        back = position - 1
        while back > start and data[back - 1] == 0x5C:
            back -= 1
        if (position - back) % 2 == 0:
            break
        position = data.find(b'"', position + 1)
    if position < 0:
        raise UnreadableFileError(f"{path.name} ends in the middle of a text.")
    return position


ARCHIVE = Archive(title="JSON objects of base64 texts", recognise=recognise, entries=entries)
