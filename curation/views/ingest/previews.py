"""Previews on the ingest page: what a person asked to see, what an import would make of it, and the import itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Unpack

from curation.app.jobs import Job
from curation.app.server import Server
from curation.formats import column_mapping
from curation.formats.column_mapping import MappingError
from curation.importing.options import ImportOptions
from curation.previewing import preview
from curation.previewing.preview import ImportPreview, PreviewError
from curation.views.ingest import ingest
from curation.views.ingest.ingest import FormFields
from scoring.addresses import FilePlace

ROLES = column_mapping.ROLES


@dataclass(frozen=True)
class PreviewRequest:
    """A file or folder, and how it would be imported; `maps` says that the person chooses columns."""

    path: FilePlace
    options: ImportOptions
    maps: bool = False


@dataclass(frozen=True)
class PreviewView:
    """What an import would make of a request; `problem` says why nothing can be shown. `mapping` is it as JSON."""

    preview: ImportPreview | None
    problem: str = ""
    mapping: bytes = b""


def of_path(path: str, **fields: Unpack[FormFields]) -> PreviewRequest:
    """A request by the fields of the form, as `ingest.checked` takes them. Raises RequestError."""
    return PreviewRequest(*ingest.checked(path, **fields))


def of_upload(server: Server, file_name: str, content: BinaryIO, *, name: str = "") -> PreviewRequest:
    """A request for an upload, which is kept as `ingest.kept_upload` does. Raises RequestError."""
    return PreviewRequest(*ingest.kept_upload(server, file_name, content, name=name))


def of_job(job: Job) -> PreviewRequest | None:
    """The request to map the columns of an import that failed for want of it; None for any other job."""
    return PreviewRequest(*job.source, maps=True) if job.mappable and job.source else None


def view(server: Server, request: PreviewRequest, columns: Mapping[str, str] | None = None) -> PreviewView:
    """Looks at the first rows.

    Args:
        server: Its workspace's earlier mappings are offered.
        request: What to look at.
        columns: The column that a person chose for each role, "" for none; None where columns are not mapped.

    Returns:
        The preview; by the mapping where one comes of the columns, else with the reason.
    """
    try:
        return _view(server, request, columns)
    except PreviewError as error:
        return PreviewView(None, str(error))


def mapped(request: PreviewRequest, columns: Mapping[str, str]) -> PreviewRequest:
    """The request with a mapping. Raises MappingError."""
    return replace(request, options=replace(request.options, format_name=None, mapping=column_mapping.of(columns)))


def loaded_columns(data: bytes, preview_columns: Sequence[str]) -> dict[str, str]:
    """Reads the file of a mapping that is to be used for other rows.

    Args:
        data: What *Save the mapping* or `--save-map` wrote.
        preview_columns: The columns of the rows.

    Returns:
        The column of each role.

    Raises:
        RequestError: It is no mapping, or it names columns that the rows lack.
    """
    try:
        columns = dict(column_mapping.loads(data).columns)
    except (MappingError, UnicodeDecodeError) as error:
        raise ingest.RequestError(str(error)) from error
    outermost = {column.partition(".")[0] for column in preview_columns}
    lacking = [column for column in columns.values() if column.partition(".")[0] not in outermost]
    if lacking:
        named, present = ", ".join(map(repr, lacking)), ", ".join(preview_columns)
        raise ingest.RequestError(f"These rows have no column {named}. Their columns are {present}.")
    return columns


def mapping_of(request: PreviewRequest) -> PreviewRequest:
    """The request with columns to choose, in place of a format."""
    return replace(request, maps=True, options=replace(request.options, format_name=None, mapping=None))


def chosen_format(request: PreviewRequest, name: str) -> PreviewRequest:
    """The request with a format, in place of a mapping."""
    return replace(request, maps=False, options=replace(request.options, format_name=name, mapping=None))


def start(server: Server, request: PreviewRequest, columns: Mapping[str, str] | None = None) -> Job:
    """Starts the import of what was previewed.

    Args:
        server: Its workspace gets the dataset.
        request: What was looked at.
        columns: As for `view`.

    Returns:
        The background job.

    Raises:
        RequestError: The columns are no mapping.
    """
    try:
        request = request if columns is None else mapped(request, columns)
    except MappingError as error:
        raise ingest.RequestError(str(error)) from error
    return server.import_file(request.path, request.options)


def _view(server: Server, request: PreviewRequest, columns: Mapping[str, str] | None) -> PreviewView:
    folder = server.workspace.folder
    if columns is None:
        return PreviewView(preview.of_file(request.path, request.options, workspace=folder))
    try:
        request = mapped(request, columns)
    except MappingError as error:
        beginning = preview.of_file(request.path, request.options, workspace=folder)
        return PreviewView(replace(beginning, rows=(), problem=str(error), near=()), mapping=b"")
    mapping = request.options.mapping
    return PreviewView(
        preview.of_file(request.path, request.options, workspace=folder), mapping=mapping.dumps() if mapping else b""
    )
