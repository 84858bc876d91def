"""An export's folder: what lies where in it, and where it may be written.

The card stands alone at the top, as dataset hubs show it, rows and images are below `data/`, and what Winnow notes of
them below `winnow/`, where no loader takes it for data.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson

from curation.common.counts import counted
from curation.common.errors import WinnowError
from scoring.damage import raise_machine_error
from scoring.files import PART, appearing
from scoring.json_types import JsonObject
from scoring.plain_files import SpecialFileError, plain

CARD = "README.md"
CROISSANT = "croissant.json"
DATA = "data"
RECORDS = "winnow"
MANIFEST = f"{RECORDS}/manifest.json"
SAMPLES = f"{RECORDS}/samples.txt"
"""The keys of the rows that were written, in their order."""
IMAGES = f"{RECORDS}/images.txt"
RECIPE = f"{RECORDS}/recipe.json"
ACCOUNTING = f"{RECORDS}/accounting.csv"
"""One line per row of every dataset file: dataset, row, fate, reason."""

_FLAT = {"manifest.json", CARD, "images.txt", "samples.txt", "recipe.json"}
"""What lay at the top of an export of the first version, beside files and folders that its manifest names."""
_ASIDE = ".aside"


class ExportError(WinnowError):
    """The export cannot be written; the message says why."""


def named(text: str, workspace: Path) -> Path:
    """Checks the folder that a person names on this machine.

    Args:
        text: Whole path, as typed.
        workspace: Folder of the workspace, which the export has to stay apart from.

    Returns:
        The folder's resolved path.

    Raises:
        ExportError: The path is not absolute, not apart from the workspace, not writable, or holds something else.
    """
    path = apart(text, workspace)
    refuse_foreign(path)
    return path


def apart(text: str, workspace: Path) -> Path:
    """Checks a folder that a person names, whatever it holds.

    Args:
        text: Whole path, as typed.
        workspace: Folder of the workspace, which the other has to stay apart from.

    Returns:
        The folder's resolved path.

    Raises:
        ExportError: The path is not absolute, not apart from the workspace, or not writable.
    """
    path = Path(text.strip()).expanduser()
    if not text.strip() or not path.is_absolute() or "\0" in text:
        raise ExportError("Give the whole path of a folder on the server, one that starts with /.")
    path, home = path.resolve(), workspace.resolve()
    if path == home or home in path.parents or path in home.parents:
        raise ExportError(f"{path} is inside the workspace or holds it; choose a folder apart from {home}.")
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    if not existing.is_dir():
        raise ExportError(f"{existing} is a file, not a folder.")
    if not os.access(path.parent if path.parent.exists() else existing, os.W_OK | os.X_OK):
        raise ExportError(f"The server may not write into {existing}; choose another folder or change its permissions.")
    return path


def free(folder: Path, name: str) -> Path:
    """Finds a name that is not in use yet.

    Args:
        folder: Folder of exports, created if it is missing.
        name: Name of the export; a number is added where it exists.

    Returns:
        Path that does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / name, 2
    while path.exists():
        path, number = folder / f"{name}-{number}", number + 1
    return path


def refuse_foreign(out: Path) -> None:
    """Raises ExportError when the folder holds anything that is not of an earlier export."""
    if out.is_file() or (out.is_dir() and not _is_export(out)):
        raise ExportError(f"{out} already holds something that is not an export of Winnow; choose another folder.")


@contextlib.contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A folder to write, which takes the place of an earlier export once it is whole.

    The earlier one stays until then, is set aside by a rename and deleted last: whatever happens, one of the two is
    whole. Raises OSError when the disk does not take it; the earlier export is in its place then.
    """
    recover(out)
    part, aside = (_sibling(out, ending) for ending in (PART, _ASIDE))
    _writing.add(part)
    try:
        part.mkdir(parents=True)
        yield part
        os.sync()  # after a power cut no file may be empty beside a manifest that says otherwise
        if out.exists():
            out.rename(aside)
        try:
            part.rename(out)
        except OSError:
            recover(out)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    finally:
        _writing.discard(part)
        shutil.rmtree(part, ignore_errors=True)


def recover(out: Path) -> bool:
    """Puts back an export that was set aside by a process that died then, and removes what it left half written.

    Returns:
        True when an export was put back.
    """
    if not out.parent.is_dir():
        return False
    aside = sorted(out.parent.glob(f".{glob.escape(out.name)}.*{_ASIDE}"), key=lambda path: path.stat().st_mtime)
    is_gone = bool(aside) and not out.exists()
    if is_gone:
        aside.pop().rename(out)
    for path in (*aside, *(half for half in half_written(out.parent, out.name))):
        shutil.rmtree(path, ignore_errors=True)
    return is_gone


def is_aside(out: Path) -> bool:
    """True when an export that belongs here was set aside and not put back."""
    return out.parent.is_dir() and any(out.parent.glob(f".{glob.escape(out.name)}.*{_ASIDE}"))


def half_written(folder: Path, name: str = "*") -> list[Path]:
    """Finds folders of exports that a process left when it died.

    Args:
        folder: Folder of exports.
        name: Name of an export, "*" for any.

    Returns:
        Folders that no running process writes.
    """
    escaped = name if name == "*" else glob.escape(name)
    parts = [path for path in folder.glob(f".{escaped}.*{PART}") if path.is_dir() and path not in _writing]
    return [path for path in parts if not _is_at_work(path)]


_writing: set[Path] = set()
"""Folders that this process is writing."""


def _sibling(out: Path, ending: str) -> Path:
    return out.with_name(f".{out.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}{ending}")


def _is_at_work(path: Path) -> bool:
    """True while another process that still runs writes the folder."""
    process = path.name.removesuffix(PART).rpartition(".")[2].partition("-")[0]
    if not process.isdecimal() or int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def holds(folder: Path, manifest: JsonObject) -> bool:
    """Says whether a folder still holds an export.

    Args:
        folder: Folder of the export.
        manifest: Manifest that the export had when it was written.

    Returns:
        True while the folder's manifest is the same.
    """
    return _manifest(folder) == dict(manifest)


def whole(folder: Path) -> JsonObject:
    """Reads the manifest of an export whose files are as it says.

    Args:
        folder: Folder of the export.

    Returns:
        The manifest.

    Raises:
        ExportError: It is no export, or files are missing or have other bytes.
    """
    try:
        manifest = _manifest(folder) if plain(folder).is_dir() else None
    except SpecialFileError as error:
        raise ExportError(f"{folder} cannot be opened: {error.strerror}.") from error
    if manifest is None:
        raise ExportError(f"{folder} is no export of Winnow.")
    if names := differing(folder, manifest, thorough=True):
        raise ExportError(f"{folder} differs from its manifest in {', '.join(names[:3])}; write the export again.")
    return manifest


def differing(folder: Path, manifest: JsonObject, thorough: bool) -> list[str]:
    """Finds files of an export that are missing or have other bytes than its manifest says.

    Args:
        folder: Folder of the export.
        manifest: Manifest that the export had when it was written.
        thorough: Whether bytes are read; else the presence of files counts.

    Returns:
        Names of files, of the manifest alone when that is another one.
    """
    if not holds(folder, manifest):
        return [MANIFEST]
    return [name for name, digest in manifest["files"].items() if not _is_as_written(folder / name, digest, thorough)]


def _is_as_written(path: Path, digest: str, thorough: bool) -> bool:
    if not thorough:
        return path.is_file()
    try:
        with plain(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError as error:
        raise_machine_error(error)
        return False


def keys(folder: Path) -> set[str]:
    """Reads the keys of the rows of an export.

    Args:
        folder: Folder of an export of any version.

    Returns:
        Keys of the samples.

    Raises:
        OSError: They cannot be read.
    """
    path = folder / SAMPLES
    return set((path if path.exists() else folder / path.name).read_text(encoding="utf-8").splitlines())


def pack(folder: Path, target: Path) -> None:
    """Zips a folder into a file that appears whole.

    Args:
        folder: Folder of the export, which the names in the archive begin with.
        target: Zip file to write.
    """
    with appearing(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")


def _is_export(folder: Path) -> bool:
    """True for an empty folder, and for one with nothing but the files of an export."""
    names = {path.name for path in folder.iterdir()}
    if not names:
        return True
    manifest = _manifest(folder)
    if manifest is None:
        return False
    if (folder / MANIFEST).is_file():
        return names <= {CARD, CROISSANT, DATA, RECORDS} | {name.split("/")[0] for name in manifest.get("files") or ()}
    tops = {name.split("/")[0] for name in manifest.get("files") or ()} | set(manifest.get("folders") or ())
    return names <= _FLAT | tops


def _manifest(folder: Path) -> JsonObject | None:
    try:
        path = folder / MANIFEST
        manifest = orjson.loads(plain(path if path.exists() else folder / path.name).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise_machine_error(error)
        return None
    return manifest if isinstance(manifest, dict) else None


def lacking(missing: int) -> str:
    """Says how many images or videos an export lacks."""
    words = counted(missing, "image or video", "is", "are", plural="images or videos")
    return f"{words} not there: the export lacks {'it' if missing == 1 else 'them'}."
