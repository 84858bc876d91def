"""Addresses of files that lie elsewhere, such as `s3://bucket/set.jsonl`, beside paths of this machine."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

WEB = ("http://", "https://")
"""What is fetched from the web goes another way, with its own bounds."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII)
_SECRET = re.compile(r"[a-z][a-z0-9+.-]*://[^/@]*:[^/@]*@", re.ASCII)


class AddressError(ValueError):
    """The address cannot be used; the message says what to change."""


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A file or folder that fsspec opens, without a slash at its end."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __truediv__(self, name: str) -> FileAddress:
        return FileAddress(f"{self.text.rstrip('/')}/{name}")

    @property
    def protocol(self) -> str:
        """What stands before `://`."""
        return self.text.partition("://")[0]

    @property
    def name(self) -> str:
        """The last part."""
        return posixpath.basename(self.text)

    @property
    def stem(self) -> str:
        """The last part without its ending."""
        return Path(self.name).stem

    @property
    def parent(self) -> FileAddress:
        """The folder that it lies in; itself for a bucket."""
        above = posixpath.dirname(self.text)
        return self if above.endswith(":/") else FileAddress(above)


FilePlace: TypeAlias = Path | FileAddress
"""A file or folder, here or elsewhere."""


def is_address(text: str) -> bool:
    """True for an address that is no web address."""
    return _ADDRESS.match(text) is not None and not text.startswith(WEB)


def file_place(text: str) -> FilePlace:
    """Reads what a person names, or what is stored of it.

    Args:
        text: A path or an address.

    Returns:
        An address for what has `://`, else a path.

    Raises:
        AddressError: It is a web address, or it holds a password.
    """
    if text.startswith(WEB):
        raise AddressError(f"{text} is on the web: download the file, then import it from where it lies.")
    if not is_address(text):
        return Path(text)
    if _SECRET.match(text):
        raise AddressError("Leave keys and passwords out of an address: they are read from the environment.")
    return FileAddress(text.rstrip("/"))


def is_below(where: str, root: str) -> bool:
    """Says whether an address lies below another one.

    Args:
        where: The address of a file.
        root: The address of a folder or file.

    Returns:
        True when it is that, or leads on from it without going up.
    """
    if ".." in where.split("/"):
        return False
    return where == root or where.startswith(root.rstrip("/") + "/")
