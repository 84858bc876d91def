"""The ingest page: checked import requests, uploads, and what became of every row of a dataset."""

from __future__ import annotations

import shutil
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import polars as pl

from curation import importing, tags
from curation.formats import registry
from curation.server import Job, Server
from curation.tags import Tagged
from storage import datasets, flags

DATA_ENDINGS = (".json", ".jsonl")
LARGEST_UNPACKED = 4 * 1024**3

OUTCOME_WORDS = {
    "imported": "Imported, nothing odd found",
    "imported_with_lint": "Imported, with a lint flag",
}

FOUND_WORDS = {
    "exact": "At the path the row names",
    "basename": "By file name, in another folder",
    "embedded": "Inside the row or its file",
    "data_uri": "Inside the row",
    "missing": "Not found",
    "fetched": "Fetched from the web",
    "not_fetched": "On the web; could not be fetched",
    "linked_outside": "A link that leads out of the image folder; not opened",
    "video_frame": "Frames of a video",
    "remote": "A web address; not fetched",
    "outside_root": "Path leaves the image folder; not opened",
}


class RequestError(Exception):
    """The import cannot start; the message says what to change."""


@dataclass(frozen=True)
class DatasetView:
    """What became of a dataset's rows; `outcomes` adds up to `rows`."""

    name: str
    rows: int
    imported: int
    rejected: int
    outcomes: pl.DataFrame
    found_by: pl.DataFrame
    lint: pl.DataFrame
    rejected_rows: pl.DataFrame
    tagged: Tagged


@dataclass(frozen=True)
class IngestView:
    """The datasets, the formats that can be read, and the imports of this server."""

    datasets: pl.DataFrame
    formats: list[str]
    jobs: tuple[Job, ...]


def view(server: Server) -> IngestView:
    """What the ingest page needs before a dataset is chosen."""
    return IngestView(datasets.listing(server.workspace.store), list(registry.modules()), tuple(server.jobs))


def dataset(server: Server, name: str) -> DatasetView | None:
    """The outcome of one dataset's import, or None when there is no such dataset."""
    store = server.workspace.store
    row = datasets.by_name(store, name)
    if row is None:
        return None
    report = importing.report(server.workspace, name)
    outcomes = [(OUTCOME_WORDS.get(word, _words(word)), count) for word, count in report.outcomes.items()]
    found = [(FOUND_WORDS.get(word, _words(word)), count) for word, count in report.found_by.items()]
    lint = flags.counts(store, row["dataset_no"], "lint")
    return DatasetView(
        name=name,
        rows=report.rows,
        imported=report.imported,
        rejected=report.rejected,
        outcomes=pl.DataFrame(outcomes, schema={"Outcome": pl.String, "Rows": pl.Int64}, orient="row"),
        found_by=pl.DataFrame(found, schema={"How": pl.String, "Images": pl.Int64}, orient="row"),
        lint=lint,
        rejected_rows=datasets.rejected(store, row["dataset_no"]),
        tagged=tags.of(server.workspace, name) or Tagged(name),
    )


def start(
    server: Server,
    path: str,
    *,
    images: str = "",
    annotations: str = "",
    name: str = "",
    format_name: str | None = None,
) -> Job:
    """Starts an import of a file on the server's machine. Raises RequestError for a wrong path."""
    return server.import_file(
        _file(path, "dataset file"),
        images=_folder(images) if images.strip() else None,
        annotations=_file(annotations, "annotations file") if annotations.strip() else None,
        name=name.strip() or None,
        format_name=format_name,
    )


def start_upload(server: Server, file_name: str, content: BinaryIO, *, name: str = "") -> Job:
    """Keeps an uploaded file and imports it; a zip may hold one dataset file and its images."""
    folder = server.workspace.folder / "uploads" / uuid.uuid4().hex[:12]
    folder.mkdir(parents=True)
    safe = PurePosixPath(file_name.replace("\\", "/")).name or "upload"
    try:
        path = _unpack(content, folder) if safe.lower().endswith(".zip") else _keep(content, folder / safe)
    except (RequestError, zipfile.BadZipFile, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, zipfile.BadZipFile):
            raise RequestError(f"{safe} is not a readable zip file.") from error
        raise
    return server.import_file(path, name=name.strip() or Path(safe).stem)


def _file(text: str, what: str) -> Path:
    path = Path(text.strip()).expanduser()
    if not text.strip():
        raise RequestError(f"Name the {what} to import.")
    if path.is_dir():
        raise RequestError(f"{path} is a folder; name the {what} in it.")
    if not path.is_file():
        raise RequestError(f"There is no {what} at {path} on the machine that Winnow runs on.")
    return path


def _folder(text: str) -> Path:
    path = Path(text.strip()).expanduser()
    if not path.is_dir():
        raise RequestError(f"There is no image folder at {path} on the machine that Winnow runs on.")
    return path


def _keep(content: BinaryIO, path: Path) -> Path:
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)
    return path


def _unpack(content: BinaryIO, folder: Path) -> Path:
    """Unpacks plain files inside the folder. Raises RequestError unless one dataset file is there."""
    with zipfile.ZipFile(content) as archive:
        members = [member for member in archive.infolist() if not member.is_dir() and "__MACOSX" not in member.filename]
        if sum(member.file_size for member in members) > LARGEST_UNPACKED:
            raise RequestError("The zip holds more than 4 GB; import it from a path on the server instead.")
        for member in members:
            parts = PurePosixPath(member.filename).parts
            if member.filename.startswith("/") or ".." in parts:
                raise RequestError("The zip holds paths that leave it; nothing was unpacked.")
        for member in members:
            target = folder / member.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in DATA_ENDINGS)
    if len(found) != 1:
        raise RequestError(f"The zip must hold one dataset file ({', '.join(DATA_ENDINGS)}); it holds {len(found)}.")
    return found[0]


def _words(word: str) -> str:
    return word.replace("_", " ").capitalize()
