"""Files that name several datasets with their folders: InternVL's meta file and LLaMA-Factory's `dataset_info.json`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from curation.containers.container import UnreadableFileError
from curation.formats import renamed
from curation.importing.options import ImportOptions

LARGEST_BYTES = 16 << 20
PLACES = ("file_name", "hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name")
"""Where `dataset_info.json` says that a set is; only files of the same folder are imported."""


@dataclass(frozen=True)
class ListedDataset:
    """One dataset that such a file names; `images` is its image folder where the file says it."""

    name: str
    path: Path
    format: str
    images: Path | None = None


def entries(path: Path) -> list[ListedDataset]:
    """The datasets that the file names, [] when it is no such file.

    Raises UnreadableFileError when it names a file that is not there.
    """
    table = _object(path)
    if not table:
        return []
    if all(isinstance(entry.get("annotation"), str) for entry in table.values()):
        return [_internvl(name, entry, path.parent) for name, entry in table.items()]
    if all(any(isinstance(entry.get(name), str) for name in PLACES) for entry in table.values()):
        with_file = {name: entry for name, entry in table.items() if isinstance(entry.get("file_name"), str)}
        if not with_file:
            raise UnreadableFileError(f"The sets of {path.name} are all on a hub; download one and import its files.")
        return [_llamafactory(name, entry, path.parent) for name, entry in with_file.items()]
    return []


def completed(options: ImportOptions, entry: ListedDataset) -> ImportOptions:
    """The options with what a meta file says of one dataset where the user said nothing."""
    return replace(
        options,
        format_name=options.format_name or (None if options.mapping else entry.format),
        images=options.images or entry.images,
        name=options.name or entry.name,
    )


def _object(path: Path) -> dict[str, dict[str, Any]]:
    """The file's object of objects, {} when it is anything else."""
    if not path.is_file() or path.suffix != ".json" or path.stat().st_size > LARGEST_BYTES:
        return {}
    try:
        table = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(table, dict) or not all(isinstance(value, dict) for value in table.values()):
        return {}
    return table


def _internvl(name: str, entry: dict[str, Any], home: Path) -> ListedDataset:
    root = home / str(entry["root"]) if entry.get("root") else None
    return ListedDataset(
        name, _existing(home / entry["annotation"], name), "internvl", root if root and root.is_dir() else None
    )


def _llamafactory(name: str, entry: dict[str, Any], home: Path) -> ListedDataset:
    return ListedDataset(name, _existing(home / entry["file_name"], name), renamed.name_of_entry(entry), home)


def _existing(path: Path, name: str) -> Path:
    if not path.exists():
        raise UnreadableFileError(f"The set {name!r} is said to be at {path}, where there is no file.")
    return path
