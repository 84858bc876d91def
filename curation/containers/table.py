"""Tables as text: CSV with commas, semicolons or tabs and a line of names."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson

from curation.containers import splitting
from curation.containers.container import BUFFER, Container, DatasetSource, Envelope, RawRow
from curation.images.inline import Pictures


def recognise(path: Path, head: bytes) -> bool:
    """Decides by the file's ending: any text might be a table.

    Args:
        path: File to import.
        head: First bytes of the file; a zero byte rules a table out.

    Returns:
        True for a file that is called as a table is.
    """
    return path.suffix.lower() in CONTAINER.extensions and b"\0" not in head


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order, every value a text; the envelope gets the names and the mark between values."""
    csv.field_size_limit(splitting.LONGEST_ROW_BYTES)
    with source.path.open(encoding="utf-8-sig", newline="", errors="surrogateescape") as file:
        source.envelope["delimiter"] = _delimiter(file.readline())
        file.seek(0)
        rows = csv.DictReader(file, delimiter=source.envelope["delimiter"], restval="")
        try:
            source.envelope["names"] = list(rows.fieldnames or ())
            yield from map(_row, rows)
        except csv.Error as error:
            yield RawRow(b"", "truncated_file", f"{source.path.name} cannot be read to its end: {error}.")


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.csv, or NAME.tsv where tabs stand between the values.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: The file's name without its ending.
        envelope: What the import noted: the columns' `names` and the `delimiter`.
        pictures: Puts pictures back where a row has tokens.

    Returns:
        The one file written.
    """
    delimiter = envelope.get("delimiter", ",")
    path = folder / f"{name}.{'tsv' if delimiter == chr(9) else 'csv'}"
    parsed = [orjson.loads(pictures.put_back(row)) for row in rows]
    write_rows(parsed, path, envelope.get("names"), delimiter)
    return [path]


def write_rows(
    rows: Sequence[Mapping[str, object]], path: Path, names: Sequence[str] | None = None, delimiter: str = ","
) -> None:
    """Writes a table with a line of names.

    Args:
        rows: Values by column; other columns than those of `names` are left out.
        path: File to write.
        names: Columns in order; None for all columns of the rows, in the order of their first use.
        delimiter: Character between the values.
    """
    columns = list(names or dict.fromkeys(name for row in rows for name in row))
    with path.open("w", BUFFER, encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n", delimiter=delimiter, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _row(row: Mapping[str | None, object]) -> RawRow:
    if None in row:
        return RawRow(b"", "too_many_values", f"The line has more values than names: {str(row[None])[:80]}.")
    try:
        return RawRow(orjson.dumps(row))
    except (orjson.JSONEncodeError, TypeError):
        return RawRow(b"", "wrong_encoding", "The line is not UTF-8.")


CONTAINER = Container(
    name="table",
    title="CSV tables",
    extensions=(".csv", ".tsv"),
    recognise=recognise,
    read=read,
    write=write,
    order=3,
)
