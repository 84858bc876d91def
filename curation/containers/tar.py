"""WebDataset: tar shards whose files belong to one sample when they share their name up to the first dot.

(https://github.com/webdataset/webdataset#the-webdataset-format) A row is `{"__key__", "jpg": picture, "json": {...}}`,
with a member for every file by its ending. Pictures are read where they lie in the shard.
"""

from __future__ import annotations

import io
import itertools
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from curation.common import listing
from curation.containers.container import Container, DatasetSource, Envelope, RawRow
from curation.images.inline import Pictures, is_token, token
from scoring.damage import UNREADABLE, raise_machine_error
from scoring.image import locator
from scoring.json_types import JsonObject
from scoring.plain_files import plain

TEXTS = ("txt", "text", "caption", "cls", "question", "answer")
LARGEST_TEXT = 64 << 20
SHARD_ROWS = 10_000
_GZIP = b"\x1f\x8b"


def recognise(path: Path, head: bytes) -> bool:
    """Says whether this is a tar file, also a gzipped one, or a folder of tar files.

    Args:
        path: File or folder to import.
        head: First bytes of a file, b"" for a folder.

    Returns:
        True for tar shards.
    """
    if path.is_dir():
        return bool(listing.ending(path, ".tar"))
    return head[257:262] == b"ustar" or (head.startswith(_GZIP) and path.name.endswith((".tar.gz", ".tgz")))


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in the shards' order; links, devices and entries that leave the archive are named and never opened."""
    shards = listing.ending(source.path, ".tar") if source.path.is_dir() else [source.path]
    for shard in shards:
        try:
            with tarfile.open(plain(shard)) as archive:
                yield from _rows(archive, shard, source)
        except UNREADABLE as error:
            raise_machine_error(error)
            yield RawRow(b"", "truncated_file", f"{shard.name} cannot be read to its end: {error}.")


def write(rows: Iterable[str], folder: Path, name: str, _envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME-000000.tar and on, some thousand rows each; rows without a key are numbered.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: Beginning of the shards' names.
        _envelope: What stood around the rows: nothing here.
        pictures: Gives the bytes behind a token.

    Returns:
        The shards in order.
    """
    shards: list[Path] = []
    for number, shard in enumerate(_shards(rows)):
        path = folder / f"{name}-{number:06d}.tar"
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
            for row_number, text in enumerate(shard, number * SHARD_ROWS):
                _add_row(archive, orjson.loads(text), f"{row_number:09d}", pictures)
        shards.append(path)
    return shards


def _rows(archive: tarfile.TarFile, shard: Path, source: DatasetSource) -> Iterator[RawRow]:
    for key, members in itertools.groupby(archive, key=lambda member: _key(member.name)):
        group = list(members)
        odd = next((problem for member in group if (problem := _problem(member))), None)
        if odd is not None:
            yield odd
            continue
        try:
            row: JsonObject = {"__key__": key}
            for member in group:
                if member.isfile():
                    row[_ending(member.name)] = _value(archive, member, shard, source)
        except ValueError as error:
            key_text = key.encode("utf-8", "backslashreplace").decode()
            yield RawRow(b"", "broken_json", f"{shard.name}, {key_text}: {error}.")
            continue
        if len(row) > 1:
            yield _raw(row, shard, sum(member.size for member in group))
        vars(archive)["members"] = []  # tarfile remembers every member, some hundred bytes each


def _raw(row: JsonObject, shard: Path, size: int) -> RawRow:
    try:
        return RawRow(orjson.dumps(row), read=size)
    except orjson.JSONEncodeError:  # tar names are bytes, and these are no UTF-8
        name = row["__key__"].encode("utf-8", "backslashreplace").decode()
        return RawRow(b"", "wrong_encoding", f"{shard.name}: the file name {name[:200]} is not UTF-8.", read=size)


def _problem(member: tarfile.TarInfo) -> RawRow | None:
    parts = Path(member.name).parts
    if member.name.startswith("/") or ".." in parts:
        return RawRow(b"", "outside_root", f"The entry {member.name[:200]!r} leaves the archive and was not opened.")
    if not (member.isfile() or member.isdir()):
        return RawRow(b"", "unsafe_entry", f"The entry {member.name[:200]!r} is a link or a device, not a file.")
    return None


def _value(archive: tarfile.TarFile, member: tarfile.TarInfo, shard: Path, source: DatasetSource) -> object:
    """JSON as a value, text as text, anything else as a token. Raises ValueError for broken text."""
    ending = _ending(member.name).rsplit(".", 1)[-1]
    if ending != "json" and ending not in TEXTS:
        return token("bytes", _locator(archive, member, shard, source))
    if member.size > LARGEST_TEXT:
        raise ValueError(f"{member.name} has {member.size:,} bytes of text, more than {LARGEST_TEXT >> 20} MB")
    data = _bytes(archive, member)
    return orjson.loads(data) if ending == "json" else data.decode("utf-8")


def _locator(archive: tarfile.TarFile, member: tarfile.TarInfo, shard: Path, source: DatasetSource) -> str:
    """A place in the shard, or of a copy where the shard is compressed."""
    if isinstance(archive.fileobj, io.BufferedReader):
        return locator.part(source.lasting_place(shard), member.offset_data, member.size)
    return source.keep(_bytes(archive, member), _ending(member.name).rsplit(".", 1)[-1][:5] or "bin")


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > locator.LARGEST_BYTES:
        raise ValueError(f"{member.name} has {member.size:,} bytes, more than {locator.LARGEST_BYTES >> 20} MB")
    file = archive.extractfile(member)
    return file.read() if file else b""


def _key(name: str) -> str:
    folder, _, base = name.rpartition("/")
    stem = base.split(".", 1)[0]
    return f"{folder}/{stem}" if folder else stem


def _ending(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[2].lower() or "file"


def _shards(rows: Iterable[str]) -> Iterator[Iterator[str]]:
    waiting = iter(rows)
    first = next(waiting, None)
    while first is not None:
        yield itertools.chain([first], itertools.islice(waiting, SHARD_ROWS - 1))
        first = next(waiting, None)


def _add_row(archive: tarfile.TarFile, row: JsonObject, number: str, pictures: Pictures) -> None:
    key = str(row.pop("__key__", None) or number)
    for ending, value in row.items():
        info = tarfile.TarInfo(f"{key}.{ending}")
        data = _written(value, pictures)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))


def _written(value: object, pictures: Pictures) -> bytes:
    if isinstance(value, str):
        return pictures.data(value) if is_token(value) else value.encode("utf-8")
    return pictures.put_back(orjson.dumps(value).decode()).encode()


CONTAINER = Container(
    name="tar",
    title="WebDataset tar shards",
    extensions=(".tar",),
    recognise=recognise,
    read=read,
    write=write,
    order=1,
    lifts=True,
)
