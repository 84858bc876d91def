"""The ingest page: checked import requests, uploads, and what became of every row of a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypedDict, Unpack

import polars as pl

from curation.app.jobs import Job
from curation.app.server import Server
from curation.archives import registry as archives
from curation.common.errors import WinnowError
from curation.containers import registry as containers
from curation.formats import registry
from curation.importing import importer, outcomes, uploads
from curation.importing.options import ImportOptions
from curation.importing.packages import UploadError
from curation.workspace import tags
from curation.workspace.tags import Tagged
from scoring import addresses
from scoring.addresses import AddressError, FilePlace
from storage import datasets, flags


class RequestError(WinnowError):
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
class FormatView:
    """A dataset format: who uses it, and a file of it as small as can be."""

    name: str
    title: str
    about: str
    example: str
    writable: bool


@dataclass(frozen=True)
class IngestView:
    """The datasets, what can be read (formats of rows, kinds of files and of image archives), this server's imports."""

    datasets: pl.DataFrame
    formats: tuple[FormatView, ...]
    files: tuple[str, ...]
    archives: tuple[str, ...]
    jobs: tuple[Job, ...]


def view(server: Server) -> IngestView:
    """What the ingest page needs before a dataset is chosen."""
    return IngestView(
        datasets.listing(server.workspace.store),
        formats(),
        tuple(kind.title for kind in containers.kinds().values()),
        tuple(kind.title for kind in archives.kinds()),
        tuple(server.jobs),
    )


def formats() -> tuple[FormatView, ...]:
    """Every format that can be read, by title."""
    writers = registry.writers()
    views = [
        FormatView(name, row_format.title, row_format.about, row_format.example.strip(), name in writers)
        for name, row_format in registry.formats().items()
    ]
    return tuple(sorted(views, key=lambda format_view: format_view.title.lower()))


def dataset(server: Server, name: str) -> DatasetView | None:
    """Reads what became of one dataset's rows.

    Args:
        server: Its workspace holds the dataset.
        name: Name of the dataset.
    Returns:
        Its outcome, or None when there is no such dataset.
    """
    store = server.workspace.store
    row = datasets.by_name(store, name)
    if row is None:
        return None
    report = importer.report(server.workspace, name)
    ended = [(outcomes.words(outcomes.ROWS, word), count) for word, count in report.outcomes.items()]
    image_outcomes = [(outcomes.words(outcomes.IMAGES, word), count) for word, count in report.found_by.items()]
    lint = flags.counts(store, row["dataset_no"], "lint")
    return DatasetView(
        name=name,
        rows=report.rows,
        imported=report.imported,
        rejected=report.rejected,
        outcomes=pl.DataFrame(ended, schema={"Outcome": pl.String, "Rows": pl.Int64}, orient="row"),
        found_by=pl.DataFrame(image_outcomes, schema={"How": pl.String, "Images": pl.Int64}, orient="row"),
        lint=lint,
        rejected_rows=_in_words(datasets.rejected(store, row["dataset_no"])),
        tagged=tags.of(server.workspace, name) or Tagged(name),
    )


class FormFields(TypedDict, total=False):
    """What the form of an import may say beside the path, as `start` takes it."""

    images: str
    annotations: str
    name: str
    format_name: str | None
    fetch: bool
    follow_links: bool


def start(server: Server, path: str, **fields: Unpack[FormFields]) -> Job:
    """Starts an import of a file or folder on the server's machine, as `checked` reads it; returns the job."""
    return server.import_file(*checked(path, **fields))


def is_importing(server: Server, path: str, **fields: Unpack[FormFields]) -> bool:
    """True while the import that `start` would start waits or runs already."""
    if not any(job.is_open for job in server.jobs):
        return False
    try:
        return server.is_importing(*checked(path, **fields))
    except RequestError:
        return False


def checked(path: str, **fields: Unpack[FormFields]) -> tuple[FilePlace, ImportOptions]:
    """Checks what a person wants imported from a file or folder on the server's machine.

    Args:
        path: Dataset file or folder, `~` is the server's home; or an address such as s3://bucket/set.jsonl.
        fields: `images`: image folder or archive; empty means where the rows say. `annotations`: paths of annotation
            files, one a line. `name`: of the dataset; empty means from the file. `format_name`: None means that the
            format is recognised. `fetch`: True downloads images that rows name by URL. `follow_links`: True follows
            symbolic links out of the image folder.
    Returns:
        The file or folder, and how it is imported.
    Raises:
        RequestError: When a path is empty or does not exist.
    """
    images = fields.get("images", "")
    return existing_place(path, "dataset"), ImportOptions(
        images=existing_place(images, "image folder or archive") if images.strip() else None,
        annotations=_annotations(fields.get("annotations", "")),
        name=fields.get("name", "").strip() or None,
        format_name=fields.get("format_name"),
        fetch=fields.get("fetch", False),
        follow_links=fields.get("follow_links", False),
    )


def kept_upload(server: Server, file_name: str, content: BinaryIO, *, name: str = "") -> tuple[Path, ImportOptions]:
    """Stores an uploaded file; a zip may hold a dataset with its images.

    Args:
        server: Its workspace gets the file.
        file_name: Name of the file on the person's machine.
        content: The file's bytes.
        name: Name of the dataset; empty means from the file. A file that names its datasets itself keeps their names.
    Returns:
        The file or folder, and how it is imported.
    Raises:
        RequestError: When the upload cannot be stored or unpacked.
    """
    try:
        folder = server.workspace.folder / "uploads" / uploads.folder_name(content, file_name)
        upload = uploads.keep(content, file_name, folder)
    except UploadError as error:
        raise RequestError(str(error)) from error
    named = None if importer.names_datasets(upload.path) else name.strip() or Path(file_name).stem
    return upload.path, ImportOptions(images=upload.images, name=named)


def start_upload(server: Server, file_name: str, content: BinaryIO, *, name: str = "") -> Job:
    """Stores an uploaded file as `kept_upload` does, and imports it; returns the background job."""
    return server.import_file(*kept_upload(server, file_name, content, name=name))


def _annotations(text: str) -> Sequence[Path]:
    return [existing_path(line, "annotations file") for line in text.splitlines() if line.strip()]


def existing_place(text: str, kind: str) -> FilePlace:
    """Checks a path or an address that a person typed; what is at an address is looked at later.

    Args:
        text: The path or the address.
        kind: What it is of, for the message.

    Returns:
        The path, which exists, or the address.

    Raises:
        RequestError: As for `existing_path`; or it is a web address or holds a password.
    """
    try:
        named = addresses.file_place(text.strip())
    except AddressError as error:
        raise RequestError(str(error)) from error
    return existing_path(text, kind) if isinstance(named, Path) else named


def existing_path(text: str, kind: str) -> Path:
    """Checks a path that a person typed.

    Args:
        text: The path; `~` is the server's home.
        kind: What it is the path of, for the message.

    Returns:
        The path, which exists.

    Raises:
        RequestError: It is empty, no path, or nothing is there.
    """
    if not text.strip():
        raise RequestError("Enter a file or folder path.")
    try:
        path = Path(text.strip()).expanduser()
        exists = path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise RequestError(f"{text.strip()[:200]!r} is no path.") from error
    if not exists:
        raise RequestError(f"There is no {kind} at {path} on the machine that Winnow runs on.")
    return path


def _in_words(rejected: pl.DataFrame) -> pl.DataFrame:
    titles = {name: outcomes.words(outcomes.ROWS, name) for name in rejected["outcome"].unique()}
    return rejected.with_columns(pl.col("outcome").replace(titles))
