"""What makes two rows the same sample: what they say and show, whatever their ids, files and datasets are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TypeAlias

import orjson

from curation.formats.conversation import Conversation

_ROLES = ("user", "assistant", "system")

BegunHash: TypeAlias = "hashlib.blake2b"
"""The hash of a conversation's texts, to which its pictures are still to be added."""


def words(conversation: Conversation) -> BegunHash:
    """Begins the hash of a sample with its texts and its videos' file names.

    Args:
        conversation: The row as read.

    Returns:
        The hash so far.
    """
    messages = [(role if role in _ROLES else "other", text) for role, text in conversation.messages]
    videos = [_file_name(ref) for ref in conversation.videos]
    return hashlib.blake2b(orjson.dumps([messages, videos]), digest_size=16)


def identity(begun: BegunHash, pictures: Iterable[tuple[str, str | None]]) -> str:
    """Ends the hash of a sample with its pictures.

    Args:
        begun: As `words` returns it; it cannot be used again.
        pictures: Reference and content hash of each picture in order, None for one that could not be read, of which
            only the file's name counts.

    Returns:
        32 hexadecimal digits.
    """
    picture_names = [content_hash or f"missing {_file_name(ref)}" for ref, content_hash in pictures]
    begun.update(orjson.dumps(picture_names))
    return begun.hexdigest()


def _file_name(ref: str) -> str:
    return PurePosixPath(ref.replace("\\", "/")).name
