"""Files that name several datasets with their folders: InternVL's meta file and LLaMA-Factory's `dataset_info.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from curation.containers.container import UnreadableFileError

LARGEST_BYTES = 16 << 20


@dataclass(frozen=True)
class Entry:
    """One dataset that such a file names; `images` is its image folder where the file says it."""

    name: str
    path: Path
    format: str
    images: Path | None = None


def entries(path: Path) -> list[Entry]:
    """The datasets that the file names, [] when it is no such file.

    Raises UnreadableFileError when it names a file that is not there.
    """
    said = _object(path)
    if not said:
        return []
    if all(isinstance(one.get("annotation"), str) for one in said.values()):
        return [_internvl(name, one, path.parent) for name, one in said.items()]
    if all(isinstance(one.get("file_name"), str) for one in said.values()):
        return [_llamafactory(name, one, path.parent) for name, one in said.items()]
    return []


def _object(path: Path) -> dict[str, dict[str, Any]]:
    """The file's object of objects, {} when it is anything else."""
    if not path.is_file() or path.suffix != ".json" or path.stat().st_size > LARGEST_BYTES:
        return {}
    try:
        said = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(said, dict) or not all(isinstance(one, dict) for one in said.values()):
        return {}
    return said


def _internvl(name: str, said: dict[str, Any], home: Path) -> Entry:
    root = home / str(said["root"]) if said.get("root") else None
    return Entry(name, _there(home / said["annotation"], name), "internvl", root if root and root.is_dir() else None)


def _llamafactory(name: str, said: dict[str, Any], home: Path) -> Entry:
    columns, tags = said.get("columns") or {}, said.get("tags") or {}
    is_messages = columns.get("messages") == "messages" and tags.get("role_tag", "from") == "role"
    return Entry(name, _there(home / said["file_name"], name), "llamafactory" if is_messages else "llava", home)


def _there(path: Path, name: str) -> Path:
    if not path.is_file():
        raise UnreadableFileError(f"The set {name!r} is said to be at {path}, where there is no file.")
    return path
