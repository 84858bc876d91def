"""Which file a reference means when it does not lie exactly there: by the end of its path, the right one or none."""

from __future__ import annotations

import os
import posixpath
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.damage import raise_machine_error
from scoring.image import locator

EXTENSIONS = (
    ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif", ".jfif",
)  # fmt: skip
PREFIXES = ("COCO_train2014_", "COCO_val2014_", "COCO_train2017_", "COCO_val2017_")
COMPARED_FILES = 8
"""Files of one name that are compared byte by byte; where more fit, none is taken."""


class AmbiguousError(Exception):
    """Several different files fit a reference equally well."""


@dataclass
class ImageIndex:
    """Files by name. `files` maps the path of each below the root, with slashes, to its locator.

    Two references with different folders never come to the same file by its name alone: of `scene1/1.jpg` and
    `scene2/1.jpg` one at most can mean `1.jpg`.
    """

    files: Mapping[str, str]
    _by_name: dict[str, list[str]] = field(default_factory=dict, init=False)
    _taken: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for path in self.files:
            self._by_name.setdefault(_key(posixpath.basename(path)), []).append(path)

    def find(self, path: str, *, leaves: bool = False) -> tuple[str, str] | None:
        """Finds the file that a path means.

        Args:
            path: Path of a reference with slashes; absolute for one that names a place on some machine.
            leaves: The path led out of the folder by `..`; then its name alone is not enough.

        Returns:
            The file's locator and how it was found; None when no file fits.

        Raises:
            AmbiguousError: Several different files fit equally well.
        """
        *folders, name = [part for part in path.split("/") if part not in ("", ".", "..")] or [""]
        for way, spelling in spellings(name):
            if path_below := self._best([*folders, spelling], leaves):
                by = way if way != "name" else self._way(path_below, [*folders, spelling])
                return self.files[path_below], by
        return None

    def _best(self, parts: Sequence[str], leaves: bool) -> str | None:
        candidates = [path for path in self._by_name.get(_key(parts[-1]), ()) if _fits(path.split("/"), parts)]
        candidates = _longest(candidates, lambda path: _common_end(path.split("/"), parts, _key))
        candidates = _longest(candidates, lambda path: _common_end(path.split("/"), parts, str))
        if leaves:
            candidates = [path for path in candidates if _common_end(path.split("/"), parts, _key) > 1]
        if not candidates:
            return None
        if len(candidates) > 1 and not self._same_bytes(candidates):
            raise AmbiguousError
        return self._claimed(candidates[0], parts)

    def _claimed(self, path: str, parts: Sequence[str]) -> str:
        """The path, unless a reference with other folders has been given this file by its name alone."""
        if len(parts) > 1 and _common_end(path.split("/"), parts, _key) == 1:
            claim = "/".join(map(_key, parts[:-1]))
            if self._taken.setdefault(path, claim) != claim:
                raise AmbiguousError
        return path

    def _same_bytes(self, paths: Sequence[str]) -> bool:
        if len(paths) > COMPARED_FILES:
            return False
        try:
            first, *others = (self.files[path] for path in paths)
            data = locator.read(first)
            return all(locator.read(other) == data for other in others)
        except OSError as error:
            raise_machine_error(error)
            return False

    def _way(self, path: str, parts: Sequence[str]) -> str:
        ends = _common_end(path.split("/"), parts, _key)
        if _common_end(path.split("/"), parts, str) < ends:
            return "spelling"
        return "suffix" if ends > 1 else "basename"


def spellings(name: str) -> Iterable[tuple[str, str]]:
    """Other names that the same picture may have.

    Args:
        name: File name of a reference.

    Yields:
        How a file would have been found, and its name; the name itself first.
    """
    bare = next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)
    ways = [("name", name)]
    ways += [("prefix_stripped", bare)] if bare != name else [("prefix_added", prefix + name) for prefix in PREFIXES]
    yield from ways
    for _, spelling in ways:
        stem, extension = os.path.splitext(spelling)
        stem = stem if extension.lower() in EXTENSIONS else spelling
        yield from (("extension_swapped", stem + other) for other in ("", *EXTENSIONS) if stem + other != spelling)


def _key(text: str) -> str:
    """Equal for spellings that differ in letter case or in how Unicode composes a letter."""
    return unicodedata.normalize("NFC", text).casefold()


def _fits(path: Sequence[str], parts: Sequence[str]) -> bool:
    """True where the folders of one are among the other's, in order, and none of them says another place.

    So `coco/train2017/1.jpg` may be `train2017/1.jpg` or `1.jpg`, but never `val2017/1.jpg`.
    """
    shorter, longer = sorted(([_key(part) for part in side[:-1]] for side in (path, parts)), key=len)
    if shorter and shorter[-1] != longer[-1]:
        return False
    remaining_folders = iter(longer)
    return all(folder in remaining_folders for folder in shorter)


def _common_end(path: Sequence[str], parts: Sequence[str], key: Callable[[str], str]) -> int:
    """How many parts agree from the end on; the file's name counts as agreeing."""
    count = 0
    for position, (left, right) in enumerate(zip(reversed(path), reversed(parts), strict=False)):
        if position and key(left) != key(right):
            break
        count += 1 if position or key(left) == key(right) else 0
    return count


def _longest(candidates: list[str], length: Callable[[str], int]) -> list[str]:
    if len(candidates) < 2:
        return candidates
    lengths = [length(path) for path in candidates]
    return [path for path, count in zip(candidates, lengths, strict=True) if count == max(lengths)]
