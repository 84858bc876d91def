"""How a dataset is imported, as one value for the command, the pages and Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.formats.column_mapping import ColumnMapping
from scoring.addresses import FilePlace


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """How a dataset is imported.

    Attributes:
        name: Name of the dataset; None for the file's.
        format_name: The rows' format; None to recognise it by the first rows.
        mapping: Which columns hold what, in place of a format; None for rows of a format.
        images: A folder, its address, or an archive of images; None for a folder `images` beside the file, else the
            file's folder.
        annotations: Annotation files to attach.
        annotations_format: Their format; None to recognise it.
        fetch: Whether images on the web are fetched.
        follow_links: Whether links that lead out of the image folder are followed.
    """

    name: str | None = None
    format_name: str | None = None
    mapping: ColumnMapping | None = None
    images: FilePlace | None = None
    annotations: Path | Sequence[Path] = ()
    annotations_format: str | None = None
    fetch: bool = False
    follow_links: bool = False


DEFAULTS = ImportOptions()
