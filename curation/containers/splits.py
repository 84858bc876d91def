"""Folders with a file or more for each split, as dataset hubs and `datasets.save_to_disk` have them.

(https://huggingface.co/docs/datasets/repository_structure) The files are `train.jsonl`,
`data/train-00000-of-00002.parquet` and the like, or folders of Arrow files that `dataset_dict.json` names. Rows get
their split as the field `split`, unless they have one of that name.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson

from curation.common import listing
from curation.containers.container import Container, DatasetSource, Envelope, RawRow
from curation.images.inline import Pictures

FIELD = "split"
NAMES = ("train", "training", "validation", "valid", "val", "dev", "test", "testing", "eval")
_SHARD = re.compile(r"(?P<split>\w[\w.]*?)-\d{5}-of-\d{5}")
_ENDINGS = (".parquet", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".arrow")
_PACKED = (".gz", ".bz2", ".xz", ".zst")


def recognise(path: Path, _head: bytes) -> bool:
    """Says whether a folder has files of splits.

    Args:
        path: File or folder to import.
        _head: First bytes of a file, which are not looked at.

    Returns:
        True for such a folder.
    """
    return path.is_dir() and bool(files(path))


def files(path: Path) -> list[tuple[str, Path]]:
    """Lists the files of a folder's splits.

    Args:
        path: The folder.

    Returns:
        Split ("" where the files name none) and file, in the order in which they are read; none for another folder.
    """
    if (path / "dataset_dict.json").is_file():
        splits = orjson.loads((path / "dataset_dict.json").read_bytes())["splits"]
        return [(split, file) for split in splits for file in listing.ending(path / Path(split).name, ".arrow")]
    if (path / "state.json").is_file():
        return [("", file) for file in listing.ending(path, ".arrow")]
    for folder in (path / "data", path):
        named = [(split, file) for file in _data_files(folder) if (split := _split_of(file)) is not None]
        if named:
            return sorted(named, key=lambda pair: (_place(pair[0]), pair[0], pair[1].name))
    return []


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows of one file after the other. The envelope gets the container of the files and what it notes itself."""
    from curation.containers import registry

    for split, file in files(source.path):
        inner = registry.find(file)
        source.envelope.setdefault("container", inner.name)
        for raw in inner.read(replace(source, path=file)):
            yield _with_split(raw, split, source.envelope)


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes the folder NAME with a file for each split, by the container that the rows came in.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: Name of the new folder.
        envelope: What the import noted.
        pictures: Gives the bytes behind a token.

    Returns:
        The files written.
    """
    from curation.containers import registry

    inner = registry.kinds()["compressed" if "compression" in envelope else str(envelope.get("container", "lines"))]
    home, written = folder / name, []
    home.mkdir(exist_ok=True)
    for split, members in itertools.groupby(rows, key=lambda text: str(orjson.loads(text).get(FIELD, ""))):
        texts = (as_written(text, envelope) for text in members)
        written += inner.write(texts, home, Path(split or NAMES[0]).name, envelope, pictures)
    return written


def _data_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [file for file in sorted(folder.iterdir()) if file.is_file() and _ending(file) in _ENDINGS]


def _ending(file: Path) -> str:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    return (suffixes[-2] if len(suffixes) > 1 and suffixes[-1] in _PACKED else suffixes[-1]) if suffixes else ""


def _split_of(file: Path) -> str | None:
    stem = file.name.split(".")[0]
    if shard := _SHARD.fullmatch(stem):
        return shard["split"]
    return stem if stem.lower() in NAMES else None


def _place(split: str) -> int:
    return NAMES.index(split.lower()) if split.lower() in NAMES else len(NAMES)


def _with_split(raw: RawRow, split: str, envelope: dict[str, object]) -> RawRow:
    """The row with its split, unless the row has a field of that name."""
    inside = raw.data.strip()
    if raw.problem or not split or not inside.startswith(b"{") or b'"split"' in inside:
        return raw
    splits = envelope.setdefault("splits", [])
    if isinstance(splits, list) and split not in splits:
        splits.append(split)
    more = b"" if inside[1:].lstrip().startswith(b"}") else b", "
    return RawRow(
        b'{"%s": %s%s' % (FIELD.encode(), orjson.dumps(split), more) + inside[1:], read=raw.read or len(raw.data)
    )


def as_written(text: str, envelope: Envelope) -> str:
    """Gives a row as it stood in its file, where nobody edited it.

    Args:
        text: JSON text of the row.
        envelope: What the import noted: `splits` are those whose rows had no field of that name.

    Returns:
        The row without the split that reading added.
    """
    match = _ADDED.match(text)
    return "{" + text[match.end() :] if match and match["split"] in envelope.get("splits", ()) else text


_ADDED = re.compile(r'\{"split": ?"(?P<split>[^"\\]*)"(?:, ?)?')


CONTAINER = Container(
    name="splits",
    title="a folder with files for its splits",
    extensions=(),
    recognise=recognise,
    read=read,
    write=write,
    order=1,
    as_written=as_written,
)
