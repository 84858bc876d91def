"""Finds the image behind a reference: exact path, basename, COCO prefix added or stripped, extension swapped."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from curation.archives import registry as archives
from curation.common import listing
from scoring.image import locator

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
VIDEOS = (".mp4", ".avi", ".mov", ".mkv", ".webm")
PREFIXES = ("COCO_train2014_", "COCO_val2014_", "COCO_train2017_", "COCO_val2017_")


@dataclass(frozen=True, slots=True)
class ImageLookup:
    """The locator of a reference's picture, or None, and how it was found or why it was not."""

    path: str | None
    by: str


MISSING = ImageLookup(None, "missing")
OUTSIDE = ImageLookup(None, "outside_root")
REMOTE = ImageLookup(None, "remote")
LINKED = ImageLookup(None, "linked_outside")


class Resolver:
    """Looks references up below one image folder, or in one archive of images. Either is listed once, when needed.

    Links that lead out of the folder are followed only with `follow_links`.
    """

    def __init__(self, root: Path, *, follow_links: bool = False) -> None:
        self.root = os.path.abspath(root)
        self._is_archive = os.path.isfile(self.root)
        self._follow_links = follow_links
        self._inside: dict[str, bool] = {}

    def find(self, ref: str) -> ImageLookup:
        """The picture for a reference as a row names it; a path that leaves the folder is never opened."""
        if ref.startswith(("http://", "https://")):
            return REMOTE
        plain = posixpath.normpath(ref.replace("\\", "/"))
        if "\0" in plain or len(plain) > 4096 or locator.file_of(plain) != plain:
            return MISSING
        exact = self._in_archive(plain) if self._is_archive else self._in_folder(plain)
        return exact or self._by_basename(posixpath.basename(plain))

    def _in_archive(self, plain: str) -> ImageLookup | None:
        location = self._entries.get(plain)
        return ImageLookup(f"{self.root}!{location}", "exact") if location else None

    def _in_folder(self, plain: str) -> ImageLookup | None:
        full = os.path.abspath(os.path.join(self.root, plain))
        if os.path.commonpath([self.root, full]) != self.root:
            return OUTSIDE
        if not os.path.isfile(full):
            return None
        return ImageLookup(full, "exact") if self._may_open(full) else LINKED

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

    def _by_basename(self, name: str) -> ImageLookup:
        for by, candidate in _candidates(name):
            path = self._names.get(candidate)
            if path and (self._is_archive or os.path.isfile(path)):
                return ImageLookup(path, by) if self._is_archive or self._may_open(path) else LINKED
        return MISSING

    @cached_property
    def _entries(self) -> Mapping[str, str]:
        return archives.entries(Path(self.root))

    @cached_property
    def _names(self) -> dict[str, str]:
        """Locators by file name alone."""
        names: dict[str, str] = {}
        if self._is_archive:
            for entry, location in self._entries.items():
                names.setdefault(posixpath.basename(entry), f"{self.root}!{location}")
            return names
        for folder, files in listing.walk(self.root, follow_links=self._follow_links):
            for file in sorted(files):
                if os.path.splitext(file)[1].lower() in EXTENSIONS + VIDEOS:
                    names.setdefault(file, os.path.join(folder, file))
        return names


def _candidates(name: str) -> list[tuple[str, str]]:
    """Other names the same picture may have, with how each would have been found."""
    bare = next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)
    spellings = [("basename", name)]
    spellings += [("prefix_stripped", bare)] if bare != name else [("prefix_added", p + name) for p in PREFIXES]
    swapped = []
    for _, spelling in spellings:
        stem, extension = os.path.splitext(spelling)
        swapped += [("extension_swapped", stem + other) for other in ("", *EXTENSIONS) if other != extension]
    return spellings + swapped
