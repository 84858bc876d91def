"""Pictures that moved, changed or are gone since they were imported."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from curation.archives.image_index import EXTENSIONS
from curation.checks.finding import Check, Finding
from curation.common import listing
from curation.images import inline
from curation.workspace import Workspace, cache, roots
from scoring.addresses import is_address
from scoring.damage import raise_machine_error
from scoring.image import locator
from storage import datasets, integrity


def find(workspace: Workspace, thorough: bool) -> list[Finding]:
    """Finds pictures that moved, changed, are gone or lie outside their datasets' folders.

    Args:
        workspace: Open workspace.
        thorough: Whether their bytes are compared; else their size.

    Returns:
        One finding per kind of fault.
    """
    files = integrity.image_files(workspace.store)
    state = {row["image_no"]: _state(row["path"], row["content_hash"], row["bytes"], thorough) for row in _rows(files)}
    gone = [number for number, word in state.items() if word == "gone"]
    changed = sum(word == "changed" for word in state.values())
    findings = []
    moved = _moved(files.filter(pl.col("image_no").is_in(gone))) if gone else {}
    if moved:
        problem = f"Images that lie elsewhere below their image folder: {len(moved):,}."
        findings.append(Finding("images_moved", len(moved), problem, "Note where they lie now, by their content."))
    if len(gone) > len(moved):
        count = len(gone) - len(moved)
        problem = f"Images that are gone: {count:,}. Put their files back, or say where they are. {inline.RELINK}"
        findings.append(Finding("images_gone", count, problem))
    if changed:
        problem = f"Images with other bytes than at their import: {changed:,}. Their scores are of the earlier ones."
        findings.append(Finding("images_changed", changed, problem))
    allowed = (str(workspace.kept_images), *cache.recall(workspace.store, "roots", datasets.roots, topics=("samples",)))
    outside = sum(not roots.is_below_any(path, allowed) for path in files["path"])
    if outside:
        problem = f"Images outside of their datasets' folders, neither shown nor exported: {outside:,}."
        findings.append(Finding("images_outside", outside, problem))
    return findings


def mend(workspace: Workspace) -> None:
    """Notes where moved pictures lie now."""
    files = integrity.image_files(workspace.store)
    gone = [row["image_no"] for row in _rows(files) if not locator.is_there(row["path"])]
    moved = _moved(files.filter(pl.col("image_no").is_in(gone)))
    if moved:
        with workspace.store.transaction("samples") as cursor:
            integrity.set_image_paths(cursor, moved)


def _rows(files: pl.DataFrame) -> Iterable[Mapping[str, str]]:
    return files.iter_rows(named=True)


def _state(path: str, content_hash: str, size: int | str, thorough: bool) -> str:
    """ok, changed or gone."""
    if not locator.is_there(path):
        return "gone"
    if thorough:
        return "ok" if _hash(path) == content_hash else "changed"
    return "ok" if locator.file_of(path) != path or locator.size(path) == size else "changed"


def _hash(path: str) -> str:
    try:
        return hashlib.blake2b(locator.read(path), digest_size=16).hexdigest()
    except OSError as error:
        raise_machine_error(error)
        return ""


def _moved(gone: pl.DataFrame) -> dict[int, str]:
    """Where pictures that are gone lie now, below their image folder, by size and then by content."""
    paths: dict[int, str] = {}
    for (root,), rows in gone.filter(pl.col("images_root").is_not_null()).group_by("images_root"):
        if is_address(str(root)):
            continue
        by_size = _by_size(Path(str(root)), set(rows["bytes"].to_list()))
        for row in rows.iter_rows(named=True):
            for path in by_size.get(row["bytes"], ()):
                if _hash(path) == row["content_hash"]:
                    paths[row["image_no"]] = path
                    break
    return paths


def _by_size(root: Path, sizes: set[int]) -> dict[int, list[str]]:
    by_size: dict[int, list[str]] = {}
    for folder, names in listing.walk(root):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.lower().endswith(EXTENSIONS) and os.path.isfile(path) and os.path.getsize(path) in sizes:
                by_size.setdefault(os.path.getsize(path), []).append(path)
    return by_size


CHECK = Check(name="images", order=3, find=find, mend=mend)
