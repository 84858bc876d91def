"""Images in a Parquet file with a column of names, as MIMIC-IT has them (index and `base64`); read where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet, types

from curation.archives.contract import Archive
from curation.containers.container import UnreadableFileError
from scoring.damage import UNREADABLE, raise_machine_error

NAMES = ("id", "image_id", "img_id", "key", "name", "file_name", "index", "__index_level_0__")
PICTURES = ("base64", "image", "bytes", "picture", "data")


def recognise(_path: Path, head: bytes) -> bool:
    """Says whether this is a Parquet file.

    Args:
        _path: File of images, whose name is not looked at.
        head: First bytes of the file.

    Returns:
        True by the mark at its beginning.
    """
    return head.startswith(b"PAR1")


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """Name and place of every picture. Raises UnreadableFileError without a column of names and one of pictures."""
    try:
        with parquet.ParquetFile(path) as opened:
            schema = opened.schema_arrow
            name = next((column for column in NAMES if column in schema.names), None)
            picture = next((column for column in PICTURES if column in schema.names), None)
            if name is None or picture is None:
                raise UnreadableFileError(
                    f"{path.name} needs a column of names ({', '.join(NAMES)}) and one of pictures "
                    f"({', '.join(PICTURES)}); it has {', '.join(schema.names)}."
                )
            leaf = f"{picture}.bytes" if types.is_struct(schema.field(picture).type) else picture
            row = 0
            for batch in opened.iter_batches(columns=[name]):
                for image_name in batch.column(0).to_pylist():
                    yield str(image_name), f"cell:{row}:{leaf}"
                    row += 1
    except (pa.ArrowException, *UNREADABLE) as error:
        raise_machine_error(error)
        raise UnreadableFileError(f"{path.name} is not a readable Parquet file: {error}.") from error


ARCHIVE = Archive(title="Parquet files with a column of names", recognise=recognise, entries=entries)
