"""Parquet files, and folders of them; pictures in `{bytes, path}` structs or in base64 are read where they lie."""

from __future__ import annotations

import base64
import datetime
import decimal
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
from pyarrow import parquet, types

from curation.common import listing
from curation.containers.container import Container, DatasetSource, Envelope, RawRow, UnreadableFileError
from curation.images import inline
from curation.images.inline import Pictures, is_token, token
from scoring.damage import UNREADABLE, raise_machine_error
from scoring.image import locator
from scoring.json_types import JsonObject
from scoring.plain_files import plain

READ_ROWS = 64
READ_BYTES = 4 << 20
"""Rows and bytes of a file that are read at once, at most, where rows are all about as large."""
_PAGE_BYTES = 1 << 16
_FIRST_ROWS = 8
"""Bytes and rows at once when only the beginning of a file is wanted."""
PICTURE = {"bytes", "path"}
WRITTEN_ROWS = 500
"""Rows of a group in a written file: a picture is later read with its whole group."""


def recognise(path: Path, head: bytes) -> bool:
    """Says whether this is a Parquet file, or a folder that has some and no metadata beside pictures.

    Args:
        path: File or folder to import.
        head: First bytes of a file, b"" for a folder.

    Returns:
        True for Parquet.
    """
    if path.is_dir():
        return bool(listing.ending(path, ".parquet")) and not any(file.stem == "metadata" for file in path.iterdir())
    return head.startswith(b"PAR1")


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in the files' order. The envelope gets the schema, so that types come out as they came in."""
    files = listing.ending(source.path, ".parquet") if source.path.is_dir() else [source.path]
    for file in files:
        try:
            with parquet.ParquetFile(plain(file)) as opened:
                schema = opened.schema_arrow
                source.envelope.setdefault("schema", base64.b64encode(schema.serialize().to_pybytes()).decode())
                yield from _rows(opened, file, source.lasting_place(file))
        except (pa.ArrowException, *UNREADABLE) as error:
            raise_machine_error(error)
            yield RawRow(b"", "truncated_file", f"{file.name} cannot be read to its end: {error}.")


def count(path: Path) -> int:
    """The number of rows that the files' footers say. Raises OSError and pyarrow's errors for a damaged file."""
    return count_rows(listing.ending(path, ".parquet") if path.is_dir() else [path])


def count_rows(files: Iterable[Path]) -> int:
    """The number of rows that some files' footers say. Raises OSError and pyarrow's errors for a damaged file."""
    return sum(parquet.read_metadata(plain(file)).num_rows for file in files)


def copy_beginning(file: Path, target: Path, most_rows: int, most_bytes: int) -> None:
    """Writes the first rows of a file into a file of its own; no more is read than the pages that they lie in.

    Args:
        file: A Parquet file.
        target: File to write.
        most_rows: How many rows are taken.
        most_bytes: After how many bytes no more are taken.

    Raises:
        UnreadableFileError: The file is damaged.
    """
    try:
        with (
            parquet.ParquetFile(plain(file), pre_buffer=False, buffer_size=_PAGE_BYTES) as opened,
            parquet.ParquetWriter(target, opened.schema_arrow) as writer,
        ):
            rows, size = 0, 0
            for batch in opened.iter_batches(batch_size=_FIRST_ROWS):
                writer.write_batch(batch)
                rows, size = rows + batch.num_rows, size + batch.nbytes
                if rows >= most_rows or size > most_bytes:
                    return
    except (pa.ArrowException, *UNREADABLE) as error:
        raise_machine_error(error)
        raise UnreadableFileError(f"{file.name} cannot be read to its end: {error}.") from error


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.parquet in the schema of the envelope, without one in that of the first rows.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: The file's name without its ending.
        envelope: What the import noted: `schema` in base64; or `shape`, a row with every member.
        pictures: Gives the bytes behind a token.

    Returns:
        The one file written.
    """
    path = folder / f"{name}.parquet"
    schema, row_chunks = chunks(rows, envelope, pictures)
    with parquet.ParquetWriter(path, schema) as writer:
        for chunk in row_chunks:
            writer.write_table(pa.Table.from_pylist(chunk, schema=schema), row_group_size=WRITTEN_ROWS)
    return [path]


def chunks(rows: Iterable[str], envelope: Envelope, pictures: Pictures) -> tuple[pa.Schema, Iterator[list[object]]]:
    """Prepares rows for a file with a schema.

    Args:
        rows: JSON text of each row, in order.
        envelope: What the import noted: `schema` in base64.
        pictures: Gives the bytes behind a token.

    Returns:
        The schema, that of the first rows where none was noted, and the rows as it wants them, some hundred at a time.
    """
    waiting = iter(rows)
    first = [orjson.loads(text) for text in itertools.islice(waiting, WRITTEN_ROWS)]
    schema = _schema(envelope, first, pictures)

    def restored() -> Iterator[list[object]]:
        chunk = first
        while chunk:
            yield [_restored(row, pa.struct(list(schema)), pictures) for row in chunk]
            chunk = [orjson.loads(text) for text in itertools.islice(waiting, WRITTEN_ROWS)]

    return schema, restored()


def _rows(opened: parquet.ParquetFile, file: Path, lasting: str) -> Iterator[RawRow]:
    number = 0
    size = max(1, file.stat().st_size // max(1, opened.metadata.num_rows))
    for batch in opened.iter_batches(batch_size=max(1, min(READ_ROWS, READ_BYTES // size))):
        for row in batch.to_pylist():
            yield _row(row, lasting, number, size)
            number += 1


def _row(row: JsonObject, file: str, number: int, size: int) -> RawRow:
    try:
        stored = {name: _with_tokens(value, file, number, name) for name, value in row.items()}
        return RawRow(orjson.dumps(stored, default=str), read=size)
    except (ValueError, orjson.JSONEncodeError) as error:
        return RawRow(b"", "reserved_text", f"Row {number} of {Path(file).name}: {error}.", read=size)


def _with_tokens(value: object, file: str, row: int, column: str) -> object:
    """The value with a token for every picture."""
    if isinstance(value, bytes):
        return token("bytes", locator.cell(file, row, column))
    if isinstance(value, str):
        return inline.lift(value, lambda *_: locator.cell(file, row, column))
    if isinstance(value, list):
        return [_with_tokens(element, file, row, f"{column}[{position}]") for position, element in enumerate(value)]
    if isinstance(value, dict):
        return {name: _with_tokens(element, file, row, f"{column}.{name}") for name, element in value.items()}
    return value


def _schema(envelope: Envelope, first: list[JsonObject], pictures: Pictures) -> pa.Schema:
    if "schema" in envelope:
        return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(envelope["schema"])))
    shape = [envelope["shape"]] if "shape" in envelope else first
    inferred = pa.Table.from_pylist([_bytes(row, pictures) for row in shape]).schema
    columns = {name: _feature(kind) for name, kind in zip(inferred.names, inferred.types, strict=True)}
    info = {"info": {"features": columns}}
    return inferred.with_metadata({"huggingface": orjson.dumps(info).decode()})


def _feature(kind: pa.DataType) -> JsonObject:
    """A column's type as Hugging Face `datasets` writes it, so that `{bytes, path}` loads as an image."""
    if types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    if types.is_struct(kind):
        names = [field.name for field in kind]
        return {"_type": "Image"} if set(names) == PICTURE else {f.name: _feature(f.type) for f in kind}
    return {"dtype": str(kind), "_type": "Value"}


def _bytes(value: object, pictures: Pictures) -> object:
    if isinstance(value, str) and is_token(value):
        return pictures.data(value)
    if isinstance(value, list):
        return [_bytes(element, pictures) for element in value]
    if isinstance(value, dict):
        is_empty = value.keys() == PICTURE and value["bytes"] is None
        return {name: _bytes(element, pictures) for name, element in value.items()} | (
            {"bytes": b""} if is_empty else {}
        )
    return value


def _restored(value: Any, kind: pa.DataType, pictures: Pictures) -> object:
    """A value from JSON as its column's type wants it."""
    if value is None:
        return None
    if types.is_list(kind) or types.is_large_list(kind):
        return [_restored(element, kind.value_type, pictures) for element in value]
    if types.is_struct(kind):
        if value.keys() == PICTURE and isinstance(value["bytes"], str) and not is_token(value["bytes"]):
            return {"bytes": None, "path": value["bytes"]}  # a picture that is not there has only its name
        return {field.name: _restored(value.get(field.name), field.type, pictures) for field in kind}
    if isinstance(value, str):
        return _from_text(value, kind, pictures)
    return value


def _from_text(value: str, kind: pa.DataType, pictures: Pictures) -> object:
    if is_token(value):
        is_bytes = types.is_binary(kind) or types.is_large_binary(kind)
        return pictures.data(value) if is_bytes else pictures.text(value)
    if types.is_timestamp(kind):
        return datetime.datetime.fromisoformat(value)
    if types.is_date(kind):
        return datetime.date.fromisoformat(value)
    if types.is_time(kind):
        return datetime.time.fromisoformat(value)
    return decimal.Decimal(value) if types.is_decimal(kind) else value


CONTAINER = Container(
    name="parquet",
    title="Parquet",
    extensions=(".parquet",),
    recognise=recognise,
    read=read,
    write=write,
    order=2,
    lifts=True,
    count=count,
)
