"""A dataset whose own file moved, with the pictures inside it: each proved by its content, then noted at once."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from curation.common.progress import StepProgress
from curation.images.inline import TOKEN
from curation.importing.batch import IMAGE_THREADS
from curation.maintenance import proving
from curation.workspace import Workspace, roots
from scoring.addresses import FilePlace
from scoring.image import locator
from storage import image_links
from storage.integrity import set_image_paths
from storage.rows import StoredRow
from storage.store import Cursor


@dataclass(frozen=True)
class MovedFile:
    """Pictures inside a dataset's file at its new place.

    Attributes:
        home: Where the file or folder lies now.
        paths: New locators by the number of the picture, of those that lay in the file.
        images: Numbers of all pictures that rows hold as a place in it.
        matched: How many references have the picture that they had at the import.
        missing: References for which nothing can be read.
        different: References whose picture has another content.
    """

    home: str
    paths: dict[int, str]
    images: tuple[int, ...]
    matched: int
    missing: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True when every picture inside the file is what it was."""
        return not self.missing and not self.different


def look(
    workspace: Workspace, dataset: StoredRow, new_place: FilePlace, progress: StepProgress | None = None
) -> MovedFile | None:
    """Looks whether a dataset's own file lies at a place, or in a folder under its name.

    Args:
        workspace: Open workspace.
        dataset: Row of the table `dataset`.
        new_place: The file, its folder, or the address of either.
        progress: Called with what is being done, how many images are done, and how many there are.

    Returns:
        What became of the pictures in it; None where rows hold none, or it is not there.

    Raises:
        OSError: The process, the disk or the connection refuses.
    """
    before = dataset["path"]
    rows = image_links.in_file(workspace.store, dataset["dataset_no"], TOKEN).to_dicts()
    inside = {row["ref"]: _place_in(row["ref"]) for row in rows}
    inside = {ref: where for ref, where in inside.items() if roots.is_below(where, before)}
    home = _home(before, new_place, inside.values()) if inside else None
    if home is None or home == before:
        return None
    moved = {ref: home + where[len(before) :] for ref, where in inside.items()}
    paths = sorted(set(moved.values()))
    hashes: dict[str, str] = {}
    with ThreadPoolExecutor(IMAGE_THREADS) as pool:
        for done, (path, content_hash) in enumerate(zip(paths, pool.map(proving.hash_of, paths), strict=True), start=1):
            hashes[path] = content_hash
            if progress:
                progress("looking at images", done, len(paths))
    moved_rows = [row for row in rows if row["ref"] in moved]
    state = [(row, hashes[moved[row["ref"]]]) for row in moved_rows]
    return MovedFile(
        home=home,
        paths={row["image_no"]: moved[row["ref"]] for row in moved_rows if roots.is_below(row["path"], before)},
        images=tuple(dict.fromkeys(row["image_no"] for row in moved_rows)),
        matched=sum(content_hash == row["content_hash"] for row, content_hash in state),
        missing=tuple(_named(moved[row["ref"]]) for row, content_hash in state if not content_hash),
        different=tuple(
            _named(moved[row["ref"]]) for row, content_hash in state if content_hash not in ("", row["content_hash"])
        ),
    )


def store(cursor: Cursor, dataset: StoredRow, moved: MovedFile) -> None:
    """Notes the new place, in a transaction: of the file, of its pictures, and where rows name places in it."""
    set_image_paths(cursor, moved.paths)
    image_links.move_file(cursor, dataset["dataset_no"], TOKEN, dataset["path"], moved.home)
    image_links.forget_failures(cursor, list(moved.images))


def _place_in(ref: str) -> str:
    """The locator of a stored token."""
    return ref.removeprefix(TOKEN).partition(":")[2]


def _home(before: str, new_place: FilePlace, inside: Collection[str]) -> str | None:
    """Where the file is: at the place, or in it under its own name."""
    text = str(new_place.resolve()) if isinstance(new_place, Path) else str(new_place)
    candidates = (text, f"{text.rstrip('/')}/{PurePosixPath(before).name}")
    for home in candidates:
        files = {locator.file_of(home + where[len(before) :]) for where in inside}
        if all(locator.is_there(file) and _is_file(file) for file in files):
            return home
    return None


def _is_file(file: str) -> bool:
    """False for a folder of this machine."""
    return not Path(file).is_dir()


def _named(where: str) -> str:
    """A picture as people read it: the file's name and the place in it."""
    return PurePosixPath(where).name if "!" not in where else where.rpartition("/")[2]
