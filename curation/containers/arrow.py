"""Arrow files, as `datasets.save_to_disk` and pandas' `to_feather` write them; pictures in them are kept aside."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import pyarrow as pa

from curation.containers import parquet
from curation.containers.container import Container, DatasetSource, Envelope, RawRow
from curation.images import inline
from curation.images.inline import Pictures, token
from scoring.damage import UNREADABLE, raise_machine_error
from scoring.plain_files import plain

_FILE, _STREAM = b"ARROW1", b"\xff\xff\xff\xff"
READ_ROWS = 64


def recognise(path: Path, head: bytes) -> bool:
    """Says whether this is an Arrow file of either kind.

    Args:
        path: File to import.
        head: Its first bytes.

    Returns:
        True for Feather and for streams that are called `.arrow`.
    """
    return head.startswith(_FILE) or (head.startswith(_STREAM) and path.suffix == ".arrow")


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order. The envelope gets the schema, so that types come out as they came in."""
    number = 0
    try:
        with pa.memory_map(str(plain(source.path))) as file:
            for batch in _batches(file, source):
                for start in range(0, batch.num_rows, READ_ROWS):
                    for row in batch.slice(start, READ_ROWS).to_pylist():
                        yield _row(row, number, source)
                        number += 1
    except (pa.ArrowException, *UNREADABLE) as error:
        raise_machine_error(error)
        yield RawRow(b"", "truncated_file", f"{source.path.name} cannot be read to its end: {error}.")


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.arrow as a stream, in the schema of the envelope, without one in that of the first rows.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: The file's name without its ending.
        envelope: What the import noted: `schema` in base64.
        pictures: Gives the bytes behind a token.

    Returns:
        The one file written.
    """
    path = folder / f"{name}.arrow"
    schema, chunks = parquet.chunks(rows, envelope, pictures)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema) as writer:
        for chunk in chunks:
            writer.write_table(pa.Table.from_pylist(chunk, schema=schema))
    return [path]


def _batches(file: pa.NativeFile, source: DatasetSource) -> Iterator[pa.RecordBatch]:
    opened = pa.ipc.open_file(file) if file.read(6) == _FILE else pa.ipc.open_stream(_from_start(file))
    source.envelope.setdefault("schema", base64.b64encode(opened.schema.serialize().to_pybytes()).decode())
    if isinstance(opened, pa.ipc.RecordBatchFileReader):
        yield from (opened.get_batch(position) for position in range(opened.num_record_batches))
    else:
        yield from opened


def _from_start(file: pa.NativeFile) -> pa.NativeFile:
    file.seek(0)
    return file


def _row(row: object, number: int, source: DatasetSource) -> RawRow:
    try:
        return RawRow(orjson.dumps(_with_tokens(row, source), default=str))
    except (ValueError, orjson.JSONEncodeError) as error:
        return RawRow(b"", "reserved_text", f"Row {number} of {source.path.name}: {error}.")


def _with_tokens(value: object, source: DatasetSource) -> object:
    """The value with a token for every picture, which is kept in the workspace."""
    if isinstance(value, bytes):
        return token("bytes", source.keep(value, inline.extension_of(value)))
    if isinstance(value, str):
        return inline.lift(value, source.keep)
    if isinstance(value, list):
        return [_with_tokens(element, source) for element in value]
    if isinstance(value, dict):
        return {name: _with_tokens(element, source) for name, element in value.items()}
    return value


CONTAINER = Container(
    name="arrow",
    title="Arrow",
    extensions=(".arrow", ".feather"),
    recognise=recognise,
    read=read,
    write=write,
    order=2,
    lifts=True,
)
