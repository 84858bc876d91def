"""Files at addresses, read by fsspec: listed, copied, and read in parts, with a bounded cache of pictures.

Credentials come from where each kind of store looks for them (environment variables, a profile, the machine's role)
and are neither asked for nor kept. Every failure is one of three, each with a sentence: nothing is there, access is
refused, or the connection does not hold.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scoring.addresses import FileAddress
from scoring.damage import raise_machine_error
from scoring.files import appearing

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

CACHE_BYTES = int(os.environ.get("WINNOW_CACHE_MB", "4096")) << 20
"""Size of the cache of pictures; the ones that were longest not looked at go first."""
LARGEST_CACHED = 64 << 20
"""Bytes of a picture above which it is read again each time."""
TRUSTED_SECONDS = 3600.0
"""How long a cached picture counts as unchanged; after that its object's size and time are asked for."""
COPIED_BYTES = 8 << 20
"""Bytes of a file that are copied at once."""
TRIM_BYTES = 64 << 20
"""Bytes that are written to the cache before it is looked whether it is too large."""

_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "hf": "hub"}
_LIBRARIES = ("aiohttp", "botocore", "fsspec", "gcsfs", "httpx", "huggingface_hub", "requests", "s3fs")
"""Whose errors are about the connection, whoever reads a stream."""
_MARK_BYTES = 16
_Value = TypeVar("_Value")


class RemoteError(OSError):
    """A file elsewhere cannot be read; the text is a sentence."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(number, sentence)

    def __str__(self) -> str:
        return str(self.strerror)


class AbsentError(RemoteError, FileNotFoundError):
    """Nothing is at the address."""


class RefusedError(RemoteError, PermissionError):
    """Access is refused, or there are no credentials."""


class UnreachableError(RemoteError):
    """The connection does not hold, or what opens such addresses is not installed: no file is to blame."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file below an address: its name from there, its size, and when it changed (seconds, 0 where nobody knows)."""

    name: str
    size: int
    changed: float


def files(root: FileAddress) -> list[RemoteFile]:
    """Lists a folder with everything below it; a file is the one in the list, named "".

    Args:
        root: A folder or a file.

    Returns:
        Its files by name.

    Raises:
        RemoteError: It cannot be listed, or nothing is there.
    """

    def listed(system: AbstractFileSystem, path: str) -> list[RemoteFile]:
        system.invalidate_cache(path)
        found = system.find(path, detail=True)
        home = path.rstrip("/")
        named = (_described(name.removeprefix(home).lstrip("/"), facts) for name, facts in found.items())
        return sorted(named, key=lambda file: file.name)

    below = [file for file in _asked(root, listed) if not _leads_out(file.name)]
    if not below:
        raise AbsentError(errno.ENOENT, f"There is nothing at {root}. Check the bucket and the name.")
    return below


def info(address: FileAddress) -> RemoteFile:
    """Size and time of one file, whose name is left empty. Raises RemoteError."""
    return _described("", _asked(address, lambda system, path: system.info(path)))


def is_there(address: FileAddress) -> bool:
    """True for a file or a folder with something in it. Raises RemoteError where nobody can say."""
    try:
        return bool(_asked(address, lambda system, path: system.exists(path)))
    except AbsentError:
        return False


def copy(address: FileAddress, target: Path) -> None:
    """Copies a file here; it appears whole or not at all.

    Args:
        address: The file.
        target: Where it goes.

    Raises:
        RemoteError: It cannot be read to its end.
        OSError: The disk does not take it.
    """
    size = info(address).size
    with appearing(target) as part, part.open("wb") as file:
        while file.tell() < size:
            file.write(_part(address, file.tell(), min(COPIED_BYTES, size - file.tell())))


def read(where: str, start: int = 0, length: int | None = None, most_bytes: int | None = None) -> bytes:
    """Reads a picture's bytes, from the cache where they are.

    Args:
        where: FileAddress of the file.
        start: The first byte.
        length: How many bytes; None for all.
        most_bytes: Size of a whole file above which it is refused.

    Returns:
        The bytes.

    Raises:
        RemoteError: They cannot be had, or are fewer.
        OSError: The file is larger than `most_bytes`.
    """
    address = FileAddress(where)
    cached = _cache_path(where, start, length)
    if (data := _of_cache(cached, address)) is not None:
        return data
    facts = info(address)
    wanted = facts.size - start if length is None else length
    if most_bytes is not None and wanted > most_bytes:
        raise OSError(f"The picture has {wanted} bytes; at most {most_bytes >> 20} MB are read.")
    data = _part(address, start, wanted)
    _into_cache(cached, _mark(facts), data)
    return data


@contextlib.contextmanager
def opened(where: str) -> Iterator[Any]:
    """A file at an address as a stream in which one can seek.

    Args:
        where: Its address.

    Yields:
        The stream.

    Raises:
        RemoteError: It cannot be opened.
    """
    stream = _asked(FileAddress(where), lambda system, path: system.open(path, "rb"))
    try:
        yield stream
    except Exception as error:
        if type(error).__module__.partition(".")[0] in _LIBRARIES:
            raise _failure(FileAddress(where), error) from error
        raise
    finally:
        stream.close()


def _part(address: FileAddress, start: int, length: int) -> bytes:
    """Bytes of a file. Raises UnreachableError where fewer come."""
    if not length:
        return b""
    data: bytes = _asked(address, lambda system, path: system.cat_file(path, start=start, end=start + length))
    if len(data) < length:
        raise UnreachableError(
            errno.ENETDOWN, f"The connection broke in the middle of {address}: {len(data):,} of {length:,} bytes came."
        )
    return data


def _asked(address: FileAddress, question: Callable[[AbstractFileSystem, str], _Value]) -> _Value:
    """What a store answers; whatever a library raises becomes one of three errors."""
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(address.text)
        return question(system, path)
    except RemoteError:
        raise
    except ImportError as error:
        extra = _EXTRAS.get(address.protocol)
        advice = f'pip install "winnow[{extra}]"' if extra else str(error)
        raise UnreachableError(
            errno.ENETDOWN, f"Addresses that begin with {address.protocol}:// need another package: {advice}."
        ) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AbsentError(errno.ENOENT, f"There is nothing at {address}. Check the bucket and the name.") from error
    except Exception as error:  # each store has errors of its own
        raise_machine_error(error)
        raise _failure(address, error) from error


def _failure(address: FileAddress, error: Exception) -> RemoteError:
    words = f"{type(error).__name__} {error}".lower()
    if isinstance(error, PermissionError) or any(sign in words for sign in ("credential", "forbidden", "unauthorized")):
        return RefusedError(
            errno.EACCES,
            f"Access to {address} is refused. Keys are read from the environment, such as AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or a profile.",
        )
    if isinstance(error, ValueError) and "protocol" in words:
        return UnreachableError(
            errno.ENETDOWN, f"Winnow knows no addresses that begin with {address.protocol}://: {error}."
        )
    return UnreachableError(
        errno.ENETDOWN, f"{address} cannot be reached, or the connection broke ({type(error).__name__}). Try again."
    )


def _leads_out(name: str) -> bool:
    """True for what a store may call an object and no folder can hold."""
    return name.endswith("/") or "\0" in name or ".." in name.split("/")


def _described(name: str, facts: dict[str, Any]) -> RemoteFile:
    """What a store says of a file; each calls its time otherwise, and some say none."""
    changed = next((facts[word] for word in ("LastModified", "mtime", "updated", "created") if facts.get(word)), 0.0)
    seconds = changed.timestamp() if isinstance(changed, datetime) else changed
    return RemoteFile(name, int(facts.get("size") or 0), float(seconds) if isinstance(seconds, int | float) else 0.0)


def cache_folder() -> Path:
    """Where pictures from elsewhere are cached: WINNOW_CACHE, else a folder below the user's own cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(os.environ.get("WINNOW_CACHE") or Path(home, "winnow")) / "pictures"


def _cache_path(where: str, start: int, length: int | None) -> Path:
    name = hashlib.blake2b(f"{where}\0{start}\0{length}".encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return cache_folder() / name[:2] / name


def _mark(facts: RemoteFile) -> bytes:
    """What changes when an object is replaced."""
    return hashlib.blake2b(f"{facts.size} {facts.changed}".encode(), digest_size=_MARK_BYTES).digest()


def _of_cache(path: Path, address: FileAddress) -> bytes | None:
    """Cached bytes that are still those of the object."""
    try:
        facts, stored = path.stat(), path.read_bytes()
    except OSError:
        return None
    changed = facts.st_mtime
    if time.time() - changed > TRUSTED_SECONDS:
        if _mark(info(address)) != stored[:_MARK_BYTES]:
            return None
        changed = time.time()
    with contextlib.suppress(OSError):
        os.utime(path, (time.time(), changed))
    return stored[_MARK_BYTES:]


def _into_cache(path: Path, mark: bytes, data: bytes) -> None:
    """Keeps bytes; a cache that cannot be written is none."""
    if len(data) > min(LARGEST_CACHED, CACHE_BYTES):
        return
    with contextlib.suppress(OSError):
        with appearing(path) as part:
            part.write_bytes(mark + data)
        _trim.written(len(data))


class _Trim:
    """Takes the longest unused files out of the cache, now and then."""

    def __init__(self) -> None:
        self._lock, self._since = threading.Lock(), TRIM_BYTES

    def written(self, count: int) -> None:
        """Notes bytes that came into the cache."""
        with self._lock:
            self._since += count
            if self._since < min(TRIM_BYTES, CACHE_BYTES // 8):
                return
            self._since = 0
            trim(CACHE_BYTES)


_trim = _Trim()


def trim(most_bytes: int) -> None:
    """Takes the longest unused pictures out of the cache.

    Args:
        most_bytes: How much of it stays.

    Raises:
        OSError: The cache cannot be listed.
    """
    cached = [(facts.st_atime, facts.st_size, path) for path in cache_folder().glob("??/*") if (facts := _facts(path))]
    total = sum(size for _, size, _ in cached)
    for _, size, path in sorted(cached):
        if total <= most_bytes:
            return
        path.unlink(missing_ok=True)
        total -= size


def _facts(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
