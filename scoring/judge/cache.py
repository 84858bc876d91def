"""Answers kept by the hash of the exact request, so that nothing is paid for twice, and what useless ones cost.

One file per answer, in folders two deep, written in one step: workers may share the cache. Neither the
request nor the key is in it.
"""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from scoring.damage import raise_machine_error


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said and what it cost in tokens; `time` is when, in seconds since 1970.

    `more` are the other texts of a request that asked for several. `fault` says why `text` is no whole answer.
    """

    text: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    time: float
    more: Sequence[str] = ()
    fault: str = ""

    @property
    def texts(self) -> list[str]:
        """Everything that the one request gave."""
        return [self.text, *self.more]


class AnswerCache:
    """The answers in a folder; with no folder, none are kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def read(self, key: str) -> Answer | None:
        """The answer to that request, or None. A damaged file is as good as none."""
        return _read(self._path(self.folder, key)) if self.folder else None

    def write(self, key: str, answer: Answer) -> None:
        """Keeps an answer; without a folder, does nothing.

        Args:
            key: The request's, of `key_of`.
            answer: The answer.
        """
        if not self.folder:
            return
        path = self._path(self.folder, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            part.write_bytes(orjson.dumps(asdict(answer)))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def charge(self, answer: Answer) -> None:
        """Keeps what an answer that nobody can use cost: it is paid, but no request finds it.

        Args:
            answer: The answer; its texts are not kept.
        """
        self.write(key_of([uuid.uuid4().hex]), replace(answer, text="", more=()))

    def set_aside(self, key: str) -> None:
        """Takes an answer from its request, which is asked anew; what it cost still counts.

        Args:
            key: The request's.
        """
        if self.folder:
            aside = self._path(self.folder, key_of([uuid.uuid4().hex]))
            aside.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # another worker was first
                self._path(self.folder, key).replace(aside)

    def all(self) -> Iterator[Answer]:
        """Every answer that was paid."""
        for path in sorted(self.folder.glob("??/??/*.json")) if self.folder else []:
            answer = _read(path)
            if answer is not None:
                yield answer

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / key[2:4] / f"{key[4:]}.json"


def key_of(request: object) -> str:
    """The name under which the answer to a request (plain data) is kept."""
    return hashlib.blake2b(orjson.dumps(request, option=orjson.OPT_SORT_KEYS), digest_size=20).hexdigest()


def _read(path: Path) -> Answer | None:
    try:
        return Answer(**orjson.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:  # one that is there and cannot be read now would be paid twice
        raise_machine_error(error)
        return None
