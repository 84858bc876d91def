"""Finds the containers by walking this folder and picks the one that a file or folder is."""

from __future__ import annotations

from pathlib import Path

import curation.containers
from curation.containers.container import Container, UnreadableFileError
from scoring import plugins
from scoring.damage import raise_machine_error
from scoring.plain_files import plain

HEAD_BYTES = 1 << 20

_FOREIGN = (
    (b"\xff\xfe\x00\x00", "is UTF-32 text; save it as UTF-8 and import it again"),
    (b"\x00\x00\xfe\xff", "is UTF-32 text; save it as UTF-8 and import it again"),
    (b"\xff\xfe", "is UTF-16 text; save it as UTF-8 and import it again"),
    (b"\xfe\xff", "is UTF-16 text; save it as UTF-8 and import it again"),
    (b"\x80\x02", "is a Python pickle, which may run any program when it is opened; convert it to JSON"),
    (b"\x80\x03", "is a Python pickle, which may run any program when it is opened; convert it to JSON"),
    (b"\x80\x04", "is a Python pickle, which may run any program when it is opened; convert it to JSON"),
    (b"\x80\x05", "is a Python pickle, which may run any program when it is opened; convert it to JSON"),
)


@plugins.cached_plugins
def kinds() -> dict[str, Container]:
    """Every container by its name, the most particular first."""
    listed = plugins.instances(curation.containers, "CONTAINER", Container)
    return {kind.name: kind for kind in sorted(listed, key=lambda kind: kind.order)}


def find(path: Path) -> Container:
    """The container of a file or folder.

    Raises UnreadableFileError for an empty file, a pickle, another encoding, or something that holds no rows.
    """
    head = b"" if path.is_dir() else _head(path)
    for kind in kinds().values():
        if kind.recognise(path, head):
            return kind
    if foreign := _foreign_folder(path):
        raise UnreadableFileError(f"{path.name} {foreign}")
    titles = ", ".join(kind.title for kind in kinds().values())
    raise UnreadableFileError(f"Can't read {path.name}: it isn't one of {titles}.")


def _foreign_folder(path: Path) -> str:
    """What to do with a folder of a kind that only its own library reads; "" for any other."""
    if not path.is_dir():
        return ""
    if (path / "_versions").is_dir() and (path / "data").is_dir():
        return (
            "is a Lance dataset. Write it as Parquet and import that: "
            "pyarrow.parquet.write_table(lance.dataset(FOLDER).to_table(), 'set.parquet') (pip install pylance)."
        )
    if next(path.rglob("*.mds*"), None) is not None:
        return (
            "holds MDS shards of mosaicml-streaming. Write them as JSON Lines or Parquet and import that: "
            "polars.DataFrame(list(streaming.StreamingDataset(local=DIR, batch_size=1))).write_parquet('set.parquet')"
            " (pip install mosaicml-streaming)."
        )
    return ""


def _head(path: Path) -> bytes:
    """The first megabyte without a byte order mark."""
    try:
        with plain(path).open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise_machine_error(error)
        raise UnreadableFileError(f"Cannot read {path}: {error.strerror}.") from error
    for mark, sentence in _FOREIGN:
        if head.startswith(mark):
            raise UnreadableFileError(f"{path.name} {sentence}.")
    text = head.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise UnreadableFileError(f"{path.name} is empty.")
    return text
