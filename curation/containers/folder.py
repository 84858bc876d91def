"""Hugging Face imagefolder: pictures in a folder with a `metadata.jsonl`, `.csv` or `.parquet` that names them.

(https://huggingface.co/docs/datasets/image_dataset#imagefolder) The metadata may stand in the folder or in one
folder for each split; rows of the latter hold their folder under `__folder__`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson

from curation.containers import parquet, splitting, table
from curation.containers.container import Container, DatasetSource, Envelope, RawRow
from curation.images import inline
from curation.images.inline import Pictures, is_token
from scoring.json_types import JsonObject

NAMES = ("metadata.jsonl", "metadata.csv", "metadata.parquet")
FOLDER = "__folder__"
"""The images lie beside the metadata, so that an export without them would be no such folder."""


def recognise(path: Path, _head: bytes) -> bool:
    """Says whether a folder has a metadata file in it or in a folder of it.

    Args:
        path: File or folder to import.
        _head: First bytes of a file, which are not looked at.

    Returns:
        True for an imagefolder.
    """
    return path.is_dir() and bool(files(path))


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order; the envelope gets the kind of the metadata files."""
    for file in files(source.path):
        source.envelope["metadata"] = file.name
        folder = file.parent.relative_to(source.path).as_posix()
        for raw in _rows(file, source):
            yield raw if folder == "." or raw.problem else _in_folder(raw, folder)


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes the folder NAME with a metadata file for each split and the pictures that came as tokens.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export.
        name: Name of the new folder.
        envelope: What the import noted: `metadata` is the metadata files' name.
        pictures: Gives the bytes behind a token.

    Returns:
        The metadata files.
    """
    home = folder / name
    rows_by_split: dict[str, list[JsonObject]] = {}
    for number, text in enumerate(rows):
        row = orjson.loads(text)
        split = str(row.pop(FOLDER, "."))
        rows_by_split.setdefault(split, []).append(_named(row, home / split, number, pictures))
    metadata = envelope.get("metadata", NAMES[0])
    return [_write(members, home / split / metadata, pictures) for split, members in rows_by_split.items()]


def files(path: Path) -> list[Path]:
    """The metadata files of a folder, in the order in which they are read; none for another folder."""
    for folders in ([path], sorted(subfolder for subfolder in path.iterdir() if subfolder.is_dir())):
        named = [folder / name for folder in folders for name in NAMES if (folder / name).is_file()]
        if named:
            return named
    return []


def _rows(file: Path, source: DatasetSource) -> Iterator[RawRow]:
    if file.suffix == ".jsonl":
        yield from splitting.lines(file)
    elif file.suffix == ".parquet":
        yield from parquet.read(replace(source, path=file))
    else:
        yield from table.read(replace(source, path=file, envelope={}))


def _in_folder(raw: RawRow, folder: str) -> RawRow:
    inside = raw.data.strip()
    if not inside.startswith(b"{") or inside == b"{}":
        return raw
    return RawRow(b'{"%s":%s,' % (FOLDER.encode(), orjson.dumps(folder)) + inside[1:], read=raw.read)


def as_written(text: str, _envelope: Envelope) -> str:
    """The row without the folder that reading added."""
    match = _ADDED.match(text)
    return "{" + text[match.end() :] if match else text


_ADDED = re.compile(r'\{"__folder__": ?"(?:[^"\\]|\\.)*+"(?:, ?)?')


def _named(row: JsonObject, home: Path, number: int, pictures: Pictures) -> JsonObject:
    """The row with the names of the files that its pictures were written to."""
    home.mkdir(parents=True, exist_ok=True)
    references = row.get("file_names", [row.get("file_name")])
    if not any(isinstance(reference, str) and is_token(reference) for reference in references):
        return row
    names = []
    for position, reference in enumerate(references):
        data = pictures.data(reference)
        name = f"{number:08d}-{position}.{inline.extension_of(data)}"
        (home / name).write_bytes(data)
        names.append(name)
    return {**row, "file_names": names} if "file_names" in row else {**row, "file_name": names[0]}


def _write(rows: list[JsonObject], path: Path, pictures: Pictures) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        (written,) = parquet.write((orjson.dumps(row).decode() for row in rows), path.parent, path.stem, {}, pictures)
        return written
    if path.suffix == ".csv":
        table.write_rows(rows, path)
    else:
        path.write_text("".join(orjson.dumps(row).decode() + "\n" for row in rows), encoding="utf-8")
    return path


CONTAINER = Container(
    name="folder",
    title="a folder of images with its metadata",
    extensions=(),
    recognise=recognise,
    read=read,
    write=write,
    order=1,
    images_beside=True,
    as_written=as_written,
)
