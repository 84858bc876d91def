"""Finds the image behind a reference: exactly there, in another spelling, by the end of its path, or not at all."""

from __future__ import annotations

import os
import posixpath
import re
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from curation.archives import registry as archives
from curation.archives.image_index import EXTENSIONS, AmbiguousError, ImageIndex
from curation.common import listing
from scoring import remote_files
from scoring.addresses import FileAddress, FilePlace
from scoring.image import locator

VIDEOS = (".mp4", ".avi", ".mov", ".mkv", ".webm")
LONGEST = 4096
"""Characters of a path; what is longer is no path."""
_DRIVE = re.compile(r"^/?[A-Za-z]:(?=/)")


@dataclass(frozen=True, slots=True)
class ImageLookup:
    """The locator of a reference's picture, or None, and how it was found or why it was not."""

    path: str | None
    by: str


MISSING = ImageLookup(None, "missing")
AMBIGUOUS = ImageLookup(None, "ambiguous")
OUTSIDE = ImageLookup(None, "outside_root")
REMOTE = ImageLookup(None, "remote")
LINKED = ImageLookup(None, "linked_outside")
NOT_SEARCHED = ImageLookup(None, "not_searched")
"""Not where the row says, and the folder holds more files than may be listed."""


class Resolver:
    """Looks references up below one image folder, here or elsewhere, or in one archive of images.

    Each is listed once, when needed.

    Links that lead out of the folder are followed only with `follow_links`. Relative references also start from
    `beside`, the folder of the rows, as long as they end inside the image folder. With `most_files`, a larger folder
    is not listed, and one at an address neither.
    """

    def __init__(
        self,
        root: FilePlace,
        *,
        beside: FilePlace | None = None,
        follow_links: bool = False,
        most_files: int | None = None,
    ) -> None:
        self._address = root if isinstance(root, FileAddress) else None
        self.root = _absolute(root)
        self._beside = self.root if beside is None else _absolute(beside)
        self._is_listed = self._address is not None or os.path.isfile(self.root)
        self._follow_links = follow_links
        self._most_files = most_files
        self._inside: dict[str, bool] = {}

    def find(self, ref: str) -> ImageLookup:
        """Finds the picture that a row names; a path that leaves the folder is never opened.

        Args:
            ref: The reference as the row has it: a path, relative or absolute, a `file:` address, a web address.

        Returns:
            The locator and how it was found, or why there is none.
        """
        if ref.startswith(("http://", "https://")):
            return REMOTE
        paths = [path for path in _written_as(ref) if _is_path(path)]
        for position, path in enumerate(paths):
            if lookup := self._exact(path):
                return lookup if position == 0 or lookup.path is None else ImageLookup(lookup.path, "spelling")
        return self._by_end(paths)

    def holds(self, ref: str) -> bool:
        """True for a relative reference that is exactly there; nothing is listed for the answer."""
        return any(self._exact(path) is not None for path in _written_as(ref) if _is_path(path))

    def _exact(self, path: str) -> ImageLookup | None:
        if self._is_listed:
            names = (posixpath.normpath(name) for name in self._names_below(path))
            location = next((location for name in names if (location := self._entry(name))), None)
            return ImageLookup(location, "exact") if location else None
        for start in dict.fromkeys((self.root, self._beside)):
            full = os.path.abspath(os.path.join(start, path))
            if self._is_below(full) and os.path.isfile(full):
                return ImageLookup(full, "exact") if self._may_open(full) else LINKED
        return None

    def _names_below(self, path: str) -> Iterable[str]:
        """What a path may be called in a listing: from the root, from the folder of the rows, or as a whole address."""
        yield path
        if self._address:
            starts = (posixpath.normpath(self.root), self._below_beside())
            yield from (path[len(start) + 1 :] for start in starts if start and path.startswith(f"{start}/"))

    def _entry(self, name: str) -> str | None:
        """The locator of a listed file; where listing takes too long, one file is asked for alone."""
        if self._address is None or self._most_files is None:
            return self._entries.get(name)
        address = self._address / name
        is_below = not _leaves(name) and not posixpath.isabs(name)
        return str(address) if is_below and remote_files.is_there(address) else None

    def _below_beside(self) -> str:
        """The image folder as the rows see it, where it lies below theirs."""
        home = f"{self._beside.rstrip('/')}/"
        return self.root[len(home) :] if self.root.startswith(home) else ""

    def _by_end(self, paths: list[str]) -> ImageLookup:
        if self._index is None:
            return NOT_SEARCHED
        for path in paths:
            try:
                matched = self._index.find(path, leaves=_leaves(path))
            except AmbiguousError:
                return AMBIGUOUS
            if matched and (self._is_listed or os.path.isfile(matched[0])):
                may_open = self._is_listed or self._may_open(matched[0])
                return ImageLookup(*matched) if may_open else LINKED
        return OUTSIDE if any(self._leads_out(path) for path in paths) else MISSING

    def _leads_out(self, path: str) -> bool:
        """True for a path with `..` that leaves the folder, and for a file of this machine outside of it."""
        if _leaves(path) or self._address:
            return _leaves(path)
        return posixpath.isabs(path) and not self._is_below(os.path.abspath(path)) and os.path.lexists(path)

    def _is_below(self, full: str) -> bool:
        return os.path.commonpath([self.root, full]) == self.root

    def _may_open(self, full: str) -> bool:
        if self._follow_links:
            return True
        folder = os.path.dirname(full)
        if folder not in self._inside:
            self._inside[folder] = self._is_inside(folder)
        return self._inside[folder] and (not os.path.islink(full) or self._is_inside(full))

    def _is_inside(self, path: str) -> bool:
        home = os.path.realpath(self.root)
        return os.path.commonpath([home, os.path.realpath(path)]) == home

    @cached_property
    def _entries(self) -> dict[str, str]:
        """Locators by the names of an archive's entries, or of the files below an address."""
        if self._address:
            return {file.name: str(self._address / file.name) for file in remote_files.files(self._address)}
        entries = archives.entries(Path(self.root))
        return {posixpath.normpath(name): f"{self.root}!{location}" for name, location in entries.items()}

    @cached_property
    def _index(self) -> ImageIndex | None:
        """Every picture below the root; None where there are more files than may be listed."""
        if self._address and self._most_files is not None:
            return None
        if self._is_listed:
            return ImageIndex(self._entries)
        files: dict[str, str] = {}
        passed = 0
        for folder, names in listing.walk(self.root, follow_links=self._follow_links):
            passed += 1 + len(names)
            if self._most_files is not None and passed > self._most_files:
                return None
            below = os.path.relpath(folder, self.root).replace(os.sep, "/")
            for name in sorted(names):
                if os.path.splitext(name)[1].lower() in EXTENSIONS + VIDEOS:
                    files[name if below == "." else f"{below}/{name}"] = os.path.join(folder, name)
        return ImageIndex(files)


def _written_as(ref: str) -> Iterable[str]:
    """The path as the row has it, then the other ways in which the same one is written, each once."""
    slashes = ref.replace("\\", "/")
    path = posixpath.normpath(slashes) if slashes else ""
    ways = [path]
    if slashes.lower().startswith("file:"):
        address = urllib.parse.urlsplit(slashes)
        ways = [urllib.parse.unquote(address.path), address.path]
    if slashes.startswith("~"):
        ways.append(os.path.expanduser(slashes))
    if "%" in path:
        ways.append(urllib.parse.unquote(path))
    if any(_DRIVE.match(way) for way in ways):
        ways += [_DRIVE.sub("", way) for way in ways]
    return dict.fromkeys(posixpath.normpath(way) if way else "" for way in ways)


def _absolute(folder: FilePlace) -> str:
    return str(folder) if isinstance(folder, FileAddress) else os.path.abspath(folder)


def _is_path(path: str) -> bool:
    """False for what can be no file's path, and for what `scoring.image.locator` would read as a place in a file."""
    return path not in ("", ".") and "\0" not in path and len(path) <= LONGEST and locator.file_of(path) == path


def _leaves(path: str) -> bool:
    return path == ".." or path.startswith("../")
