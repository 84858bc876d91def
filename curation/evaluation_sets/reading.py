"""Reads an evaluation set: the pictures and questions of a folder or file, in whatever shape benchmarks come."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import orjson

from curation.common.errors import WinnowError
from curation.common.progress import StepProgress
from curation.containers import registry as containers
from curation.containers.container import DatasetSource, UnreadableFileError
from curation.images import inline, probe
from curation.images.inline import Pictures
from scoring import contamination
from scoring.contamination import EvaluationSet

PICTURES = frozenset(".jpg .jpeg .png .webp .bmp .gif .tif .tiff .avif .heic".split())
QUESTIONS = frozenset("question questions text instruction query prompt problem input".split())
"""Fields of rows whose texts are questions; those of people's turns are, too."""
_PEOPLE = frozenset(("human", "user"))
_MOST_NAMED = 5


class EvaluationSetError(WinnowError):
    """A folder or file is no evaluation set; the message says why."""


@dataclass
class _Fingerprints:
    """What was found so far; pictures by the digest of their bytes."""

    folder: Path
    pictures: dict[int, tuple[str, int]] = field(default_factory=dict)
    questions: dict[str, None] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def add_picture(self, path: str, name: str) -> None:
        """Takes the fingerprints of a picture file."""
        facts = probe.examine(path, self.folder)
        if facts.outcome == "ok" and facts.phash is not None:
            self.pictures.setdefault(contamination.content_of(facts.content_hash), (name, facts.phash))
        else:
            self.unread.append(name)


@dataclass(frozen=True)
class ReadSet:
    """An evaluation set, and the files in it that hold no rows and are no pictures."""

    evaluation_set: EvaluationSet
    unread: tuple[str, ...]


def read(path: Path, name: str, progress: StepProgress | None = None) -> ReadSet:
    """Takes the fingerprints of everything below a folder, or in a file.

    Args:
        path: A folder with pictures and files of questions (JSON, JSON Lines, CSV, TSV, Parquet, ...), or one file.
        name: What the set is called.
        progress: Told how many files are read.

    Returns:
        The fingerprints.

    Raises:
        EvaluationSetError: There is no such folder, or neither picture nor question in it.
    """
    if not path.exists():
        raise EvaluationSetError(f"There is no folder or file {path}.")
    files = sorted(_files(path)) if path.is_dir() else [path]
    with tempfile.TemporaryDirectory() as folder:
        collected = _Fingerprints(Path(folder))
        for number, file in enumerate(files):
            if progress:
                progress("reading the evaluation set", number, len(files))
            relative = file.relative_to(path).as_posix() if path.is_dir() else file.name
            if file.suffix.lower() in PICTURES:
                collected.add_picture(str(file), relative)
            else:
                _read_rows(file, relative, collected)
    if not collected.pictures and not collected.questions:
        listed = ", ".join(collected.unread[:_MOST_NAMED]) or "nothing"
        raise EvaluationSetError(f"There is no picture and no question in {path}; it holds {listed}.")
    contents = list(collected.pictures)
    evaluation_set = EvaluationSet(
        name,
        tuple(picture_name for picture_name, _ in collected.pictures.values()),
        contamination.bits(contents),
        contamination.bits(phash for _, phash in collected.pictures.values()),
        tuple(collected.questions),
    )
    return ReadSet(evaluation_set, tuple(collected.unread))


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))


def _read_rows(file: Path, name: str, collected: _Fingerprints) -> None:
    """Takes questions and pictures of a file's rows."""
    pictures = Pictures(collected.folder / "kept")
    try:
        for number, row in enumerate(containers.find(file).read(DatasetSource(file, pictures.keep))):
            if not row.problem:
                value = inline.lift(orjson.loads(row.data), pictures.keep)
                _add_parts(value, "", partial(_add_text, collected, pictures, f"{name}, row {number + 1}"))
    except UnreadableFileError:
        collected.unread.append(name)


def _add_parts(value: object, key: str, add: Callable[[str, str], None]) -> None:
    """Adds every text of a value with the name of the field that holds it; what people say is a question."""
    if isinstance(value, dict):
        of_person = str(value.get("from", value.get("role", ""))).lower() in _PEOPLE
        for name, item in value.items():
            is_question = of_person and name in ("value", "content")
            _add_parts(item, "question" if is_question else str(name).lower(), add)
    elif isinstance(value, list):
        for item in value:
            _add_parts(item, key, add)
    elif isinstance(value, str):
        add(value, key)


def _add_text(collected: _Fingerprints, pictures: Pictures, row_name: str, text: str, key: str) -> None:
    path = pictures.path(text)
    if path is not None:
        collected.add_picture(path, row_name)
    elif key in QUESTIONS and contamination.words(text):
        collected.questions.setdefault(text)
