"""Pictures that stand inside rows: taken out at import, so that the store holds text, and put back at export.

In the stored row stands a token instead, `winnow-picture:ENCODING:LOCATOR`. The encoding says how the picture was
written (`base64`, `base64url`, either with `-nopad`, `uri=HEAD` for a data URI, `bytes` in binary files), the locator
where its bytes are now: `kept/HASH.EXT` in the workspace, or a place in the dataset's own file.

A token is structure, and texts are not to be taken for it. While rows are in memory, tokens therefore carry a seal that
is drawn anew in every process: no dataset, edit, recipe or decision log can contain it. It is put on where Winnow makes
a token or reads one of a row that it stored itself, and taken off before a row is stored.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from curation.common.errors import WinnowError
from curation.workspace import roots
from scoring.damage import raise_machine_error
from scoring.files import appearing, make_durable
from scoring.image import locator
from storage import disk
from storage.errors import NotStoredError

TOKEN = "winnow-picture:"
"""How tokens begin in stored rows; no text of a dataset may begin so."""
KEPT = "kept/"
RELINK = (
    "If images were moved, say where they are now: `python -m curation relink DATASET --images FOLDER`, or the button "
    "on the page Ingest."
)
"""What to do about images that are not where they were."""

_SEALED = f"winnow-picture-{secrets.token_hex(16)}:"
_TOKEN = re.compile(_SEALED + r"(?P<encoding>[^:]*):(?P<locator>.*)", re.DOTALL)
_IN_TEXT = re.compile(f'"{_SEALED}' + r'(?:[^"\\]|\\.)*+"')
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A text of JSON; one that nothing closes goes to the end, so that no character is looked at twice."""
_RESERVED = re.compile(b'"' + b"".join(b"(?:%c|\\\\u00%02x)" % (c, c) for c in TOKEN.encode()), re.IGNORECASE)
"""A text that begins like a token, any of its characters written as a JSON escape."""
_KEPT = re.compile(KEPT + r"[0-9a-f]{32}\.[a-z0-9]{1,5}")
_URI = re.compile(r"data:(?P<head>image/[\w.+-]+(?:;[\w=.-]+)*;base64),", re.ASCII)

_MAGIC = (b"/9j", b"_9j", b"iVBORw0KGgo", b"R0lGOD", b"UklGR", b"Qk", b"SUkq", b"TU0AK")
"""How base64 of JPEG, PNG, GIF, WebP, BMP and TIFF begins."""
_HINT = re.compile(rb'"(?:data:image/|\\?/9j|_9j|iVBORw0KGgo|R0lGOD|UklGR|Qk|SUkq|TU0AK)')
_EXTENSIONS = {
    b"\xff\xd8": "jpg",
    b"\x89P": "png",
    b"GI": "gif",
    b"RI": "webp",
    b"BM": "bmp",
    b"II": "tif",
    b"MM": "tif",
}

KeepPicture = Callable[[bytes, str], str]
"""Stores a picture's bytes, given an extension, and returns its locator."""


class PictureGoneError(WinnowError):
    """A picture that the workspace knows cannot be read any more."""

    def __init__(self, where: str, error: OSError) -> None:
        is_gone = isinstance(error, FileNotFoundError)
        reason = "is not there" if is_gone else f"cannot be read: {error.strerror or error}"
        super().__init__(f"The image {locator.file_of(where)} {reason}. {RELINK}")


@dataclass(frozen=True)
class Pictures:
    """Reads the pictures behind tokens; `folder` is where the workspace keeps those that came inside rows.

    What `keep` was given is `pending` until `settle` has brought it to the disk.
    """

    folder: Path
    pending: set[str] = field(default_factory=set, compare=False)
    settled: set[str] = field(default_factory=set, compare=False)

    def keep(self, data: bytes, extension: str) -> str:
        """Stores the bytes of a picture under their hash.

        Args:
            data: The bytes.
            extension: Of the file, without a dot.

        Returns:
            The locator `kept/HASH.EXT`.

        Raises:
            NotStoredError: The disk does not take it.
        """
        name = f"{hashlib.blake2b(data, digest_size=16).hexdigest()}.{extension}"
        path = self.folder / name
        if name not in self.pending and name not in self.settled:
            try:
                if not _holds(path, data):
                    with appearing(path) as part:
                        part.write_bytes(data)
            except OSError as error:
                raise NotStoredError(f"A picture cannot be kept: {disk.explained(error, self.folder)}") from error
            self.pending.add(name)
        return KEPT + name

    def settle(self, names: Collection[str]) -> None:
        """Brings kept files to the disk, before a transaction refers to them. Raises NotStoredError."""
        if not names:
            return
        try:
            make_durable([self.folder / name for name in names])
        except OSError as error:
            raise NotStoredError(f"Pictures cannot be kept: {disk.explained(error, self.folder)}") from error
        self.settled.update(names)
        self.pending.difference_update(names)

    def where(self, kept_ref: str) -> str:
        """The locator of what `keep` returned, as `scoring.image.locator` reads it."""
        return str(self.folder / kept_ref.removeprefix(KEPT))

    def path(self, ref: str) -> str | None:
        """The locator of a token's picture as `scoring.image.locator` reads it; None when `ref` is no token."""
        match = _TOKEN.fullmatch(ref)
        if match is None:
            return None
        where = match["locator"]
        return self.where(where) if _KEPT.fullmatch(where) else where

    def data(self, ref: str) -> bytes:
        """The bytes of a token's picture. Raises PictureGoneError when they cannot be read."""
        where = self.path(ref) or ref
        try:
            return locator.read(where)
        except OSError as error:
            raise_machine_error(error)
            raise PictureGoneError(where, error) from error

    def text(self, ref: str) -> str:
        """The picture as it was written in the row."""
        encoding = _TOKEN.fullmatch(ref)["encoding"]  # type: ignore[index]  # only called for tokens
        if encoding.startswith("uri="):
            return f"data:{encoding[4:]},{_written(self.data(ref), 'base64')}"
        return _written(self.data(ref), encoding)

    def put_back(self, row: str) -> str:
        """The row's text with its pictures where the sealed tokens stand."""
        if _SEALED not in row:
            return row
        return _IN_TEXT.sub(lambda match: orjson.dumps(self.text(orjson.loads(match[0]))).decode(), row)


def sealed(row: str, home: str) -> str:
    """A stored row with the seal on its tokens: those that lead into the workspace or below `home`.

    Args:
        row: The row's JSON text as it is stored.
        home: The dataset's own file or folder.
    """
    if TOKEN not in row:
        return row

    def seal(match: re.Match[str]) -> str:
        text = match[0]
        is_token_text = text.startswith(f'"{TOKEN}') and _is_own(_read(text), home)
        return f'"{_SEALED}{text[len(TOKEN) + 1 :]}' if is_token_text else text

    return _TEXT.sub(seal, row)


def sealed_ref(ref: str, home: str) -> str:
    """Seals the reference of a picture, as `sealed` does with a row.

    Args:
        ref: The reference as stored.
        home: The dataset's file.

    Returns:
        A sealed token; any other reference as it is.
    """
    return _SEALED + ref.removeprefix(TOKEN) if ref.startswith(TOKEN) and _is_own(ref, home) else ref


def unsealed(text: str) -> str:
    """The text as it is stored, without the seal on its tokens."""
    return text.replace(_SEALED, TOKEN)


def unsealed_bytes(text: bytes) -> bytes:
    """As `unsealed`, for encoded text."""
    return text.replace(_SEALED.encode(), TOKEN.encode())


def holds_reserved(row: bytes) -> bool:
    """True when a text of the row begins like a stored token, also by way of JSON escapes."""
    if (TOKEN.encode() not in row and b"\\u00" not in row) or not _RESERVED.search(row):
        return False
    return any(_read(text).startswith(TOKEN) for text in _TEXT.findall(row.decode("utf-8")))


def _read(text: str) -> str:
    """What a text of JSON says; empty for one that nothing closes."""
    try:
        return str(orjson.loads(text))
    except orjson.JSONDecodeError:
        return ""


def _holds(path: Path, data: bytes) -> bool:
    """True for a file with these bytes; one that a power cut left empty or of zeros has others."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def _is_own(token: str, home: str) -> bool:
    where = token.removeprefix(TOKEN).partition(":")[2]
    return bool(_KEPT.fullmatch(where)) or roots.is_below(where, home)


def token(encoding: str, locator: str) -> str:
    """Builds what stands in a row instead of a picture, sealed.

    Args:
        encoding: How the picture was written in the row.
        locator: Where its bytes are.

    Returns:
        The token.
    """
    return f"{_SEALED}{encoding}:{locator}"


def located_elsewhere(ref: str) -> bool:
    """True for a sealed token whose picture lies in the dataset's own file, so that it names that file."""
    match = _TOKEN.fullmatch(ref)
    return match is not None and not match["locator"].startswith(KEPT)


def is_token(ref: str) -> bool:
    """True for a reference to a picture that came inside its row."""
    return ref.startswith(_SEALED)


def may_hold_pictures(data: bytes) -> bool:
    """False when no picture can stand in this row: a quick look that saves most rows the long one."""
    return _HINT.search(data) is not None


def lift(value: object, keep: KeepPicture) -> object:
    """Replaces every text that is a picture in base64 by a token.

    Args:
        value: What JSON gives.
        keep: Stores a picture.

    Returns:
        The value with tokens; a text that is none is the same object.
    """
    if isinstance(value, str):
        return _lifted(value, keep)
    if isinstance(value, list):
        return [lift(member, keep) for member in value]
    if isinstance(value, dict):
        return {name: lift(member, keep) for name, member in value.items()}
    return value


def extension_of(data: bytes) -> str:
    """The usual ending of a file with these bytes, "bin" when they are no picture of a common kind."""
    return _EXTENSIONS.get(data[:2], "bin")


def _lifted(text: str, keep: KeepPicture) -> str:
    head = _URI.match(text)
    body = text[head.end() :] if head else text
    if len(body) < 32 or not (head or body.startswith(tuple(magic.decode() for magic in _MAGIC))):
        return text
    encoding = f"uri={head['head']}" if head else _encoding(body)
    try:
        data = locator.decoded(body.encode("ascii"))
    except (OSError, UnicodeEncodeError):
        return text
    if extension_of(data) == "bin" or _written(data, encoding) != body:
        return text
    return token(encoding, keep(data, extension_of(data)))


def _encoding(body: str) -> str:
    name = "base64url" if "-" in body or "_" in body else "base64"
    return name if len(body) % 4 == 0 else f"{name}-nopad"


def _written(data: bytes, encoding: str) -> str:
    """The picture as the encoding writes it, without the head of a data URI."""
    encode = base64.urlsafe_b64encode if encoding.startswith("base64url") else base64.b64encode
    text = encode(data).decode()
    return text.rstrip("=") if encoding.endswith("-nopad") else text


def decodes(text: str) -> bytes | None:
    """The picture in a text that is base64 or a data URI, however it is broken into lines; None when there is none."""
    body = text[head.end() :] if (head := _URI.match(text)) else text
    try:
        return base64.b64decode(re.sub(r"\s+", "", body).translate(str.maketrans("-_", "+/")), validate=False)
    except (binascii.Error, ValueError):
        return None
