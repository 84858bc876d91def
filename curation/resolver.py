"""Finds the file behind an image reference: exact path, basename, COCO prefix added or stripped, extension swapped."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from pathlib import Path

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
PREFIXES = ("COCO_train2014_", "COCO_val2014_", "COCO_train2017_", "COCO_val2017_")


@dataclass(frozen=True, slots=True)
class Found:
    """The file of a reference, or None, and how it was found or why it was not."""

    path: str | None
    by: str


MISSING = Found(None, "missing")


class Resolver:
    """Looks references up below one image folder. The folder is listed once, when first needed."""

    def __init__(self, root: Path) -> None:
        self.root = os.path.abspath(root)
        self._by_name: dict[str, str] | None = None

    def find(self, ref: str) -> Found:
        """The file for a reference as a row names it; a path that leaves the folder is never opened."""
        if ref.startswith(("http://", "https://")):
            return Found(None, "remote")
        plain = posixpath.normpath(ref.replace("\\", "/"))
        full = os.path.abspath(os.path.join(self.root, plain))
        if os.path.commonpath([self.root, full]) != self.root:
            return Found(None, "outside_root")
        if "\0" not in full and os.path.isfile(full):
            return Found(full, "exact")
        return self._by_basename(posixpath.basename(plain))

    def _by_basename(self, name: str) -> Found:
        for by, candidate in _candidates(name):
            if candidate in self._names:
                return Found(self._names[candidate], by)
        return MISSING

    @property
    def _names(self) -> dict[str, str]:
        if self._by_name is None:
            self._by_name = {}
            for folder, _, files in os.walk(self.root):
                for file in sorted(files):
                    if os.path.splitext(file)[1].lower() in EXTENSIONS:
                        self._by_name.setdefault(file, os.path.join(folder, file))
        return self._by_name


def _candidates(name: str) -> list[tuple[str, str]]:
    """Other names the same picture may have, with how each would have been found."""
    bare = next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)
    spellings = [("basename", name)]
    spellings += [("prefix_stripped", bare)] if bare != name else [("prefix_added", p + name) for p in PREFIXES]
    swapped = []
    for _, spelling in spellings:
        stem, extension = os.path.splitext(spelling)
        swapped += [("extension_swapped", stem + other) for other in EXTENSIONS if other != extension]
    return spellings + swapped
