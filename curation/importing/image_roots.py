"""Which folder the image names of a dataset start from: the one the user names, else the one they are right in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from curation.archives.image_resolver import Resolver
from curation.common.errors import WinnowError
from curation.containers.container import UnreadableFileError
from scoring import remote_files
from scoring.addresses import FileAddress, FilePlace
from scoring.plain_files import SpecialFileError, plain

_ARCHIVES = (".tar", ".zip")
_MOST_ARCHIVES = 5
"""Archives beside a dataset that are looked into."""
ASKED = 10
"""References that are asked for one by one at an address."""


class ImageRootError(WinnowError):
    """The image folder cannot be used; the message says why."""


def candidates(path: FilePlace, images: FilePlace | None) -> tuple[FilePlace, ...]:
    """Lists the folders or archives that image names may start from.

    Args:
        path: The dataset's file or folder, resolved, or its address.
        images: What the user says, None when nothing was said.

    Returns:
        Those that exist, the most usual first.

    Raises:
        ImageRootError: What the user says does not exist or is no file or folder.
    """
    if isinstance(images, FileAddress):
        if not remote_files.is_there(images):
            raise ImageRootError(f"There is nothing at {images}. Check the bucket and the name.")
        return (images,)
    if images is not None:
        if not images.exists():
            raise ImageRootError(f"The image folder {images} does not exist.")
        return (_plain(images).resolve(),)
    if isinstance(path, FileAddress):
        home = _folder_of(path)
        usual = () if home == path else (home / "images", home / "image")
        return (*(folder for folder in usual if remote_files.is_there(folder)), home)
    if path.is_dir():
        return (path,)
    related = path.with_name(path.name.replace("_instructions", ""))
    folders = (*([related] if related != path else []), path.parent / "images", path.parent / "image")
    return (*(folder for folder in folders if folder.exists()), path.parent)


def choose(path: FilePlace, folders: Sequence[FilePlace], refs: Iterable[str]) -> FilePlace:
    """Chooses the folder in which most references are exactly there.

    Args:
        path: The dataset's file or folder, or its address.
        folders: As `candidates` returns them.
        refs: Image references of its first rows.

    Returns:
        The folder; the first one when no reference tells them apart. An archive beside the file is taken when no
        folder has any of the images.
    """
    if len(folders) == 1 and (not isinstance(path, Path) or path.is_dir() or folders[0] != path.parent):
        return folders[0]
    refs = list(dict.fromkeys(refs))
    counts = [_holds(folder, path, refs) for folder in folders]
    if refs and not max(counts) and isinstance(path, Path):
        archives = sorted(file for file in path.parent.iterdir() if file.suffix.lower() in _ARCHIVES)
        packed = {archive: _holds(archive, path, refs) for archive in archives[:_MOST_ARCHIVES]}
        if any(packed.values()):
            return max(packed, key=lambda archive: packed[archive])
    return folders[counts.index(max(counts))]


def _holds(root: FilePlace, path: FilePlace, refs: Sequence[str]) -> int:
    """How many references are in a folder or an archive; none where it cannot be read.

    At an address each one is asked for, so that a large folder need not be listed, and only a few are.
    """
    try:
        if isinstance(root, FileAddress):
            resolver = Resolver(root, beside=beside(path), most_files=0)
            return sum(resolver.holds(ref) for ref in refs[:ASKED])
        resolver = Resolver(root, beside=beside(path))
        return sum(resolver.holds(ref) for ref in refs)
    except UnreadableFileError:
        return 0


def beside(path: FilePlace) -> FilePlace:
    """The folder that a dataset's own file lies in; the folder itself of one that is a folder."""
    if isinstance(path, FileAddress):
        return _folder_of(path)
    return path if path.is_dir() else path.parent


def _folder_of(address: FileAddress) -> FileAddress:
    """The folder of a file; what has no ending is a folder itself."""
    return address.parent if PurePosixPath(address.name).suffix else address


def _plain(path: Path) -> Path:
    try:
        return plain(path)
    except SpecialFileError as error:
        raise ImageRootError(f"{path} cannot be opened: {error.strerror}.") from error
