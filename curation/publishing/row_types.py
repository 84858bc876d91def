"""The types of a file's rows, as Arrow reads them: a loader that sees the first rows only would guess them wrong."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import orjson
import pyarrow as pa
from pyarrow import json as arrow_json
from pyarrow import parquet, types

from scoring.json_types import JsonObject

BATCH = 5_000
"""Rows that are looked at together."""
_CHANGED = re.compile(r"Column\((?P<column>[^()]{0,300})\) changed from (?P<first>\w+) to (?P<second>\w+)")
_NAMES = {"double": "float64", "float": "float32"}
"""What the card calls a type that Arrow prints otherwise."""
_PICTURES = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff")
_MEMBERS = {"txt": "string", "text": "string", "cls": "int64", "json": ""}
"""How a loader of tar shards decodes a member by its ending; "" as the JSON that it is, others are bytes."""


class RowTypes:
    """Notes the types of rows that pass through, and counts them.

    `mixed` says in words where two rows differ in a type, `members` has the names of everything that rows hold.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.mixed = ""
        self.members: set[str] = set()
        self.schema = pa.schema([])
        self._lacking: set[str] = set()
        self._is_empty = True

    def noting(self, rows: Iterable[str], as_written: Callable[[str], str] | None = None) -> Iterator[str]:
        """Passes rows on.

        Args:
            rows: JSON text of each row.
            as_written: Makes of it what the file will have, where that is another text.

        Yields:
            The same texts.
        """
        waiting: list[str] = []
        for row in rows:
            yield row
            waiting.append(as_written(row) if as_written else row)
            if len(waiting) == BATCH:
                self._note(waiting)
                waiting = []
        self._note(waiting)

    def join(self, other: RowTypes) -> None:
        """Adds the types of other rows of the same kind.

        Args:
            other: What was noted of them.
        """
        self.mixed = self.mixed or other.mixed
        if not other._is_empty:
            self._note_lacking(other.schema.names, other._lacking)
        self._unify(other.schema)

    def features(self, container: str) -> list[JsonObject]:
        """Lists the columns that a loader gives.

        Args:
            container: Name of the container that the rows were written in.

        Returns:
            Name and type of each, as the head of a card has them; [] where the files have their types themselves, and
            where rows mix types.
        """
        if self.mixed or container in ("parquet", "folder"):
            return []
        columns = [(field.name, _of_type(field.type)) for field in self.schema if field.name != "__key__"]
        if container == "tar":
            columns = [(name, _of_member(name) or kind) for name, kind in columns]
            columns += [("__key__", {"dtype": "string"}), ("__url__", {"dtype": "string"})]
        return [{"name": name} | kind for name, kind in columns]

    def columns(self) -> list[JsonObject]:
        """Name and type of each column that no row lacks; [] where rows mix types."""
        fields = [] if self.mixed else [field for field in self.schema if field.name not in self._lacking]
        return [{"name": field.name} | _of_type(field.type) for field in fields]

    def _note_lacking(self, names: Sequence[str], lacking: set[str]) -> None:
        """Notes the columns of some rows, and those of them that some of these rows lack."""
        self._lacking |= lacking
        if not self._is_empty:
            self._lacking |= set(names) ^ set(self.schema.names)
        self._is_empty = False

    def _note(self, rows: list[str]) -> None:
        self.rows += len(rows)
        if rows and not self.mixed:
            self._note_types(rows)
        if self.mixed:
            self.members.update(*(row for row in map(orjson.loads, rows) if isinstance(row, dict)))
        else:
            self.members.update(self.schema.names)

    def _note_types(self, rows: list[str]) -> None:
        data = "\n".join(rows).encode()
        try:
            options = arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1)
            parsing = arrow_json.ParseOptions(newlines_in_values=True)
            table = arrow_json.read_json(io.BytesIO(data), options, parsing)
            self._note_lacking(table.schema.names, {name for name in table.column_names if table[name].null_count})
            self._unify(table.schema)
        except pa.ArrowInvalid as error:
            self.mixed = _mixed(str(error))

    def _unify(self, schema: pa.Schema) -> None:
        try:
            self.schema = pa.unify_schemas([self.schema, schema], promote_options="permissive")
        except pa.ArrowTypeError as error:
            self.mixed = self.mixed or str(error)


def of_files(files: Sequence[Path], types: RowTypes) -> list[JsonObject]:
    """Lists the columns that metadata can name.

    Args:
        files: Files of rows that were written alike.
        types: What was noted of the rows.

    Returns:
        Name and type of each column of JSON Lines, a JSON list (those that no row lacks, as others would shift), a
        table or Parquet, plain or in gzip; [] for other files.
    """
    if not files:
        return []
    path = files[0]
    ending = Path(path.name.removesuffix(".gz")).suffix
    if ending == ".parquet":
        return [{"name": field.name} | _of_type(field.type) for field in parquet.read_schema(path)]
    if ending in (".csv", ".tsv"):
        with _text(path) as file:
            names = next(csv.reader(file, delimiter="," if ending == ".csv" else "\t"), [])
        return [{"name": name, "dtype": "string"} for name in names]
    if ending == ".jsonl":
        return types.features("lines")
    if ending != ".json":
        return []
    with _text(path) as file:
        is_list = file.read(1) == "["
    return types.columns() if is_list else []


def _text(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _mixed(error: str) -> str:
    change = _CHANGED.search(error)
    return f"{change['column'].strip('/')} ({change['first']}, {change['second']})" if change else error


def _of_type(kind: pa.DataType) -> JsonObject:
    if types.is_struct(kind):
        return {"struct": [{"name": field.name} | _of_type(field.type) for field in kind]}
    if types.is_list(kind):
        element = _of_type(kind.value_type)
        return {"list": element.get("dtype") or element.get("struct") or element}
    return {"dtype": _NAMES.get(str(kind), str(kind))}


def _of_member(name: str) -> JsonObject:
    ending = name.rpartition(".")[2]
    kind = "image" if ending in _PICTURES else _MEMBERS.get(ending, "binary")
    return {"dtype": kind} if kind else {}
