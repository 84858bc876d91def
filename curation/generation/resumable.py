"""A dataset that grows while its candidates are made: rows are appended to its file, and the new ones imported.

The file lies in the workspace's folder `generated`, with `NAME.unused.jsonl` beside it: what became no candidate and
why. A run that goes on appends only what is not there yet.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import orjson

from curation import annotations as annotations_module
from curation.annotations import Annotations
from curation.annotations.storing import plain_name
from curation.common import listing
from curation.generation.candidate import row
from curation.generation.dataset_writer import MakingError
from curation.generation.llm.instruct import CandidateStream, PictureAnswer, Rejection
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from scoring.json_types import JsonObject
from storage import datasets

FIRST, EVERY_SECONDS = 5, 15.0
"""The first so many pictures are shown at once, later ones in portions."""

MakingProgress = Callable[[int, int, int], None]
"""Called with pictures done, pictures in all, and samples made."""


def grow(
    workspace: Workspace,
    asking: CandidateStream,
    sources: Sequence[Annotations],
    name: str = "",
    progress: MakingProgress | None = None,
    imported: Callable[[], None] = lambda: None,
) -> tuple[str, int]:
    """Asks for everything and imports it portion by portion.

    Args:
        workspace: Open workspace.
        asking: The conversations to ask for.
        sources: Annotations, attached for the pictures that are asked about.
        name: Name of the dataset; "" for `instruct-FLAVOUR`, or the first such name that is free.
        progress: Called after each picture.
        imported: Called after each portion.

    Returns:
        The dataset's name ("" for none), and how many samples are new.

    Raises:
        MakingError: A dataset that was made otherwise has the name, or another run adds to it now.
    """
    with _alone(workspace, asking, name) as path:
        file = _File(workspace, asking, _about(asking, sources), path)
        since = time.monotonic()
        for answered in asking.each():
            file.add(answered)
            if asking.done == FIRST or time.monotonic() - since > EVERY_SECONDS:
                file.flush()
                imported()
                since = time.monotonic()
            if progress:
                progress(asking.done, asking.total, asking.answers["samples"])
        file.flush()
        imported()
        return file.name if path.exists() else "", file.new


_growing: set[Path] = set()
_choosing = threading.Lock()


@contextlib.contextmanager
def _alone(workspace: Workspace, asking: CandidateStream, name: str) -> Iterator[Path]:
    """The file that the run adds to, which no other run of this process adds to meanwhile. Raises MakingError."""
    folder = workspace.folder / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    identity = asking.maker.identity(asking.model.endpoint.model)
    with _choosing:
        path = _choose_path(workspace, folder, name, asking.maker.settings.flavour, identity)
        if path in _growing:
            raise MakingError(f"The dataset {path.stem!r} is being made right now; wait for it, or stop it first.")
        _growing.add(path)
    try:
        yield path
    finally:
        _growing.discard(path)


def write_unused(outcomes: Sequence[Rejection], path: Path) -> None:
    """Adds what became no candidate to the file beside the candidates' file.

    Args:
        outcomes: One line each; none writes nothing.
        path: The candidates' file.
    """
    if outcomes:
        with _unused(path).open("ab") as file:
            file.writelines(orjson.dumps(asdict(outcome)) + b"\n" for outcome in outcomes)


def _unused(path: Path) -> Path:
    return path.with_suffix(".unused.jsonl")


class _File:
    """The growing file of one dataset."""

    def __init__(self, workspace: Workspace, asking: CandidateStream, sources: list[Annotations], path: Path) -> None:
        self._workspace, self._sources, self._images = workspace, sources, asking.maker.images
        self.path = path
        self.new = 0
        self._written = _complete_rows(self.path)
        self._rows: list[JsonObject] = []
        _unused(self.path).unlink(missing_ok=True)
        if self.path.exists():
            self._import()  # what an interrupted run wrote and did not import

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.path.stem

    def add(self, answered: PictureAnswer) -> None:
        """Takes what came of one picture; what is in the file already is left alone."""
        rows = [row(candidate, number) for number, candidate in answered.candidates]
        self._rows += [
            candidate_row
            for candidate_row in rows
            if (candidate_row["image"], candidate_row["id"]) not in self._written
        ]
        write_unused(answered.outcomes, self.path)

    def flush(self) -> None:
        """Writes and imports what came since the last time."""
        if not self._rows:
            return
        with self.path.open("ab") as file:
            file.writelines(orjson.dumps(candidate_row) + b"\n" for candidate_row in self._rows)
        self._written |= {(candidate_row["image"], candidate_row["id"]) for candidate_row in self._rows}
        self.new += len(self._rows)
        self._rows = []
        self._import()

    def _import(self) -> None:
        with self._workspace.store.adding:
            self._import_new_rows()

    def _import_new_rows(self) -> None:
        store = self._workspace.store
        existing = datasets.by_name(store, self.name)
        digest = listing.hash_of(self.path)
        if existing and existing["file_hash"] == digest and existing["state"] == "complete":
            return
        if existing:
            with store.transaction("samples") as cursor:
                datasets.reopen(cursor, existing["dataset_no"], digest)
        name = None if existing else self.name
        importer.import_file(
            self._workspace, self.path, ImportOptions(format_name="llava", images=self._images, name=name)
        )
        dataset = datasets.by_name(store, self.name)
        assert dataset is not None
        for source in self._sources:
            annotations_module.attach(self._workspace, dataset["dataset_no"], source)


def _about(asking: CandidateStream, sources: Sequence[Annotations]) -> list[Annotations]:
    """The sources, cut down to the pictures that are asked about."""
    file_names = {plain_name(clue.file_name) for clue in asking.maker.collected.clues}
    return [
        replace(source, images=[image for image in source.images if plain_name(image.file_name) in file_names])
        for source in sources
    ]


def _choose_path(workspace: Workspace, folder: Path, name: str, flavour: str, identity: str) -> Path:
    if name and (Path(name).name != name or name.startswith(".")):
        raise MakingError(f"{name!r} cannot be the name of a dataset: it is a path.")
    same = next((path for path in _files(folder) if _identity(path) == identity), None)
    if same and name and same.stem != name:
        raise MakingError(f"The dataset {same.stem!r} is made of the same; it can go on under its own name only.")
    if same:
        return same
    for number in itertools.count(1):
        path = folder / f"{name or f'instruct-{flavour}'}{f'-{number}' if number > 1 else ''}.jsonl"
        if not path.exists() and path not in _growing and not datasets.by_name(workspace.store, path.stem):
            return path
        if name:
            raise MakingError(f"The dataset {name!r} was made otherwise; choose another name.")
    raise AssertionError("unreachable")


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.jsonl")) if not path.name.endswith(".unused.jsonl")]


def _identity(path: Path) -> str:
    """How the rows of a file were made; "" where that is not known."""
    with path.open("rb") as file:
        first = file.readline()
    try:
        return str(orjson.loads(first)["winnow"]["settings"]["run"])
    except (ValueError, KeyError, TypeError):
        return ""


def _complete_rows(path: Path) -> set[tuple[str, str]]:
    """The picture and id of every row, after a last line that was cut off is taken away."""
    if not path.exists():
        return set()
    keys, length = set(), 0
    with path.open("r+b") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            length += len(line)
            written_row = orjson.loads(line)
            keys.add((written_row["image"], written_row["id"]))
        file.truncate(length)
    if not length:
        path.unlink()
    return keys
