"""Brings a dataset file into the workspace: streamed, resumable, an outcome for every row."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from curation import annotations as annotations_module
from curation.archives.image_resolver import Resolver
from curation.common import listing
from curation.common.errors import WinnowError
from curation.containers import registry as containers
from curation.containers import row_parser
from curation.containers.container import Container, DatasetSource, UnreadableFileError
from curation.formats import mixed
from curation.formats import registry as formats
from curation.formats.column_mapping import ColumnMapping
from curation.formats.contract import Format
from curation.formats.conversation import RejectedRowError
from curation.images import inline
from curation.images.inline import Pictures
from curation.importing import image_roots, kept_mappings, meta_files, recognition, remote_copies, uploads
from curation.importing.batch import ImportBatch
from curation.importing.batch_writer import BatchWriter
from curation.importing.image_roots import ImageRootError
from curation.importing.options import DEFAULTS, ImportOptions
from curation.importing.recognition import UnrecognisedError
from curation.importing.remote_copies import LocalCopy
from curation.workspace import Workspace
from scoring.addresses import FilePlace, file_place
from scoring.damage import raise_machine_error
from scoring.remote_files import RemoteError
from storage import datasets, evidence

BATCH_ROWS = 20_000
BATCH_CHARACTERS = 64 << 20
FIRST_ROWS = 50
"""Rows that are looked at to recognise the format."""
BATCH_SECONDS = 3.0


class ImportFailedError(WinnowError):
    """The file cannot be imported; the message says why.

    `choices` are the formats to choose from when two fit; `mappable` says that the rows have columns which a person
    could map.
    """

    def __init__(self, message: str, choices: tuple[str, ...] = (), *, mappable: bool = False) -> None:
        super().__init__(message)
        self.choices, self.mappable = choices, mappable


@dataclass(frozen=True)
class ImportReport:
    """What became of a file's rows; the counts in `outcomes` add up to `rows`.

    `formats` are the names of its rows' formats, one unless the file mixes several.
    """

    dataset: str
    rows: int
    imported: int
    rejected: int
    outcomes: dict[str, int]
    found_by: dict[str, int]
    already_there: bool
    annotated_images: int
    annotation_notes: tuple[str, ...] = ()
    images_root: str = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImageAccess:
    """How images are looked up, and whether those on the web are fetched."""

    resolver: Resolver
    fetch: bool


ImportProgress = Callable[[int, int, int], None]
"""Called with rows dealt with, bytes read and bytes in all."""


def import_file(
    workspace: Workspace, path: Path, options: ImportOptions = DEFAULTS, *, progress: ImportProgress | None = None
) -> ImportReport:
    """Imports a dataset file or folder of this machine, as `import_copy` does."""
    return import_copy(workspace, LocalCopy(path.resolve()), options, progress=progress)


def import_copy(
    workspace: Workspace, copy: LocalCopy, options: ImportOptions = DEFAULTS, *, progress: ImportProgress | None = None
) -> ImportReport:
    """Imports a dataset file or folder; an interrupted import of the same file goes on where it stopped.

    A file that is already in the workspace is not imported again; its annotations may still be added.

    Args:
        workspace: Open workspace.
        copy: The dataset's file, or a folder of them.
        options: How it is imported.
        progress: Called after each batch.

    Returns:
        What became of the file's rows.

    Raises:
        ImportFailedError: nothing can be read.
        OSError: the process or the disk refuses; what was read is kept, and the same call goes on there.
    """
    path = copy.path
    annotations = options.annotations
    paths = [annotations] if isinstance(annotations, Path) else list(annotations)
    loaded = annotations_module.load_each(paths, options.annotations_format) if paths else []
    try:
        folders = image_roots.candidates(copy.home, options.images)
        container = containers.find(path)
        first_rows, kind = first_rows_of(workspace, path, container)
        row_format = recognition.recognise(path, kind, first_rows, options)
        file_hash = listing.hash_of(path)
    except UnrecognisedError as error:
        advice = kept_mappings.advice(workspace.folder, first_rows) if error.mappable else ""
        raise ImportFailedError(f"{error}{advice}", error.choices, mappable=error.mappable) from error
    except (UnreadableFileError, ImageRootError, OSError) as error:
        raise_machine_error(error)
        raise ImportFailedError(str(error)) from error
    with workspace.store.adding:  # a second import of the same file finds the first one complete
        dataset = _earlier(workspace, file_hash, folders, options.mapping) or _create(
            workspace, copy.home, options.name, container.name, row_format, file_hash,
            image_roots.choose(copy.home, folders, _refs(row_format, first_rows)),
        )  # fmt: skip
        if options.mapping:
            kept_mappings.keep(workspace.folder, first_rows, options.mapping)
        already_there = dataset["state"] == "complete"
        if not already_there:
            resolver = Resolver(
                file_place(dataset["images_root"]),
                beside=image_roots.beside(copy.home),
                follow_links=options.follow_links,
            )
            look = ImageAccess(resolver, options.fetch)
            widens_in = "" if options.mapping or options.format_name else kind
            if widens_in and dataset["rows_seen"]:  # formats that an interrupted import met in rows before
                row_format = formats.find(dataset["format"]) or row_format
            try:
                _read_rows(workspace, copy, dataset, container, row_format, look, widens_in, progress)
            except (UnreadableFileError, RemoteError) as error:
                raise ImportFailedError(str(error)) from error
        for source in loaded:
            annotations_module.attach(workspace, dataset["dataset_no"], source)
        annotated = evidence.annotated(workspace.store, dataset["dataset_no"]) if loaded else 0
        notes = tuple(source.note for source in loaded if source.note)
        return report(workspace, dataset["name"], already_there, annotated, notes)


def import_all(
    workspace: Workspace, path: FilePlace, options: ImportOptions = DEFAULTS, *, progress: ImportProgress | None = None
) -> list[ImportReport]:
    """Imports a dataset, or every dataset that a meta file names, each under its name there.

    Args:
        workspace: Open workspace.
        path: The dataset, the meta file, or its address.
        options: How they are imported; what concerns one dataset only (`name`, `images`, `format_name`) goes before
            what the meta file says.
        progress: Called after each batch.

    Returns:
        One report per dataset.

    Raises:
        ImportFailedError: Something cannot be read, or one name is given for several datasets.
        UploadError: A zip or tar cannot be unpacked, or holds no dataset.
        CopyError: What lies at an address cannot be copied here.
    """
    try:
        with remote_copies.here(workspace.folder, path) as copy:
            return _import_each(workspace, copy, options, progress)
    except RemoteError as error:
        raise ImportFailedError(str(error)) from error


def _import_each(
    workspace: Workspace, copy: LocalCopy, options: ImportOptions, progress: ImportProgress | None
) -> list[ImportReport]:
    path, options = uploads.unpacked(workspace.folder / "uploads", copy.path, options)
    try:
        named = meta_files.entries(path.resolve())
    except (UnreadableFileError, OSError) as error:
        raise_machine_error(error)
        raise ImportFailedError(str(error)) from error
    if not named:
        whole = copy if path == copy.path else LocalCopy(path.resolve())
        return [import_copy(workspace, whole, options, progress=progress)]
    if options.name and len(named) > 1:
        raise ImportFailedError(
            f"{path.name} names {len(named)} datasets, which keep their own names; leave --name out."
        )
    return [
        import_file(workspace, entry.path, meta_files.completed(options, entry), progress=progress) for entry in named
    ]


def names_datasets(path: Path) -> bool:
    """True for a file that names datasets, which keep the names that it gives them."""
    try:
        return len(meta_files.entries(path)) > 1
    except (UnreadableFileError, OSError) as error:
        raise_machine_error(error)
        return False


def report(
    workspace: Workspace, name: str, already_there: bool = False, annotated: int = 0, notes: tuple[str, ...] = ()
) -> ImportReport:
    """Reads the outcome table of a dataset that is in the workspace.

    Args:
        workspace: Open workspace.
        name: The dataset's name.
        already_there: Whether there was nothing left to import.
        annotated: How many of its images have annotations.
        notes: What the annotations' readers noted.

    Returns:
        The dataset's rows by outcome.

    Raises:
        ImportFailedError: There is no such dataset.
    """
    dataset = datasets.by_name(workspace.store, name)
    if dataset is None:
        raise ImportFailedError(f"There is no dataset {name!r}.")
    outcomes = datasets.outcomes(workspace.store, dataset["dataset_no"])
    imported = outcomes["imported"] + outcomes["imported_with_lint"]
    total = sum(outcomes.values())
    return ImportReport(
        dataset=name,
        rows=total,
        imported=imported,
        rejected=total - imported,
        outcomes=outcomes,
        found_by=datasets.found_by(workspace.store, dataset["dataset_no"]),
        already_there=already_there,
        annotated_images=annotated,
        annotation_notes=notes,
        images_root=dataset["images_root"],
        formats=mixed.names(dataset["format"]),
    )


def first_rows_of(workspace: Workspace, path: Path, container: Container) -> tuple[list[Any], str]:
    """Reads the first rows that can be parsed.

    Args:
        workspace: Open workspace, which keeps pictures that stand inside rows.
        path: The dataset's file or folder.
        container: Its container.

    Returns:
        The rows, and the name of the container of the files that they lie in.
    """
    pictures = Pictures(workspace.kept_images)
    source = DatasetSource(path, pictures.keep)
    parsed = []
    for raw in itertools.islice(container.read(source), FIRST_ROWS):
        with contextlib.suppress(RejectedRowError):
            parsed.append(row_parser.parse(raw, pictures.keep, lifted=container.lifts).value)
    return parsed, str(source.envelope.get("container", container.name))


def _refs(row_format: Format, first_rows: list[Any]) -> list[str]:
    """The image references of the rows that can be read."""
    refs: list[str] = []
    for row in first_rows:
        with contextlib.suppress(RejectedRowError):
            refs += [ref for ref in row_format.read(row).images if not inline.is_token(ref)]
    return refs


def _earlier(
    workspace: Workspace, file_hash: str, folders: Sequence[FilePlace], mapping: ColumnMapping | None
) -> dict[str, Any] | None:
    """The dataset of the same file and one of the image folders, from an earlier import; read by the same mapping."""
    format_name = mapping.name if mapping else None
    same = (datasets.by_file(workspace.store, file_hash, str(folder), format_name) for folder in folders)
    return next((dataset for dataset in same if dataset), None)


def _create(
    workspace: Workspace,
    path: FilePlace,
    name: str | None,
    layout: str,
    row_format: Format,
    file_hash: str,
    root: FilePlace,
) -> dict[str, Any]:
    store = workspace.store
    dataset_name = name or path.stem
    if name and datasets.by_name(store, name):
        raise ImportFailedError(f"There is already a dataset {name!r}, from another file; choose another --name.")
    number = 2
    while datasets.by_name(store, dataset_name):
        dataset_name, number = f"{name or path.stem}-{number}", number + 1
    with store.transaction("samples") as cursor:
        datasets.create(
            cursor,
            {
                "name": dataset_name,
                "format": row_format.name,
                "layout": layout,
                "path": str(path),
                "file_hash": file_hash,
                "images_root": str(root),
            },
        )
    created = datasets.by_name(store, dataset_name)
    assert created is not None
    return created


def _read_rows(
    workspace: Workspace,
    copy: LocalCopy,
    dataset: dict[str, Any],
    container: Container,
    row_format: Format,
    look: ImageAccess,
    widens_in: str,
    progress: ImportProgress | None,
) -> None:
    seen = dataset["rows_seen"]
    size, position = listing.size(copy.path), 0
    pictures = Pictures(workspace.kept_images)
    source = DatasetSource(copy.path, pictures.keep, lasting_place=copy.lasting_place)
    batch = replace(new_batch(workspace, dataset, container, row_format, look, pictures), widens_in=widens_in)
    started = time.monotonic()
    index = -1
    with BatchWriter(workspace, dataset["dataset_no"], source.envelope) as writer:
        for index, raw in enumerate(container.read(source)):
            position += raw.read or len(raw.data)
            if index < seen:
                continue
            batch.add(index, raw)
            if is_full(batch) or time.monotonic() - started > BATCH_SECONDS:
                writer.write(batch, index + 1)
                batch, started = batch.following(), time.monotonic()
                if progress:
                    progress(index + 1, min(position, size), size)
        writer.write(batch, index + 1, complete=True)
    workspace.store.checkpoint()
    if progress:
        progress(index + 1, size, size)


def is_full(batch: ImportBatch) -> bool:
    """True for a batch that is large enough to be stored."""
    return batch.size >= BATCH_ROWS or batch.characters > BATCH_CHARACTERS


def new_batch(
    workspace: Workspace,
    dataset: dict[str, Any],
    container: Container,
    row_format: Format,
    look: ImageAccess,
    pictures: Pictures,
) -> ImportBatch:
    """Begins the batches of a file.

    Args:
        workspace: Open workspace.
        dataset: Row of the table `dataset`.
        container: The file's container.
        row_format: The format of its rows.
        look: How images are looked up.
        pictures: Keeps pictures that stand inside rows.

    Returns:
        An empty batch.
    """
    return ImportBatch(
        dataset_no=dataset["dataset_no"],
        dataset=dataset["name"],
        resolver=look.resolver,
        fetch=look.fetch,
        thumbnails=workspace.thumbnails,
        pictures=pictures,
        lifted=container.lifts,
        row_format=row_format,
    )
