"""Phrases as vectors of the space of pictures: asks the small process that holds the model, one per server."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import orjson

from curation.common import program
from curation.common.errors import WinnowError
from scoring.json_types import JsonObject, Params

LOADING_SECONDS = 120.0
ANSWER_SECONDS = 30.0
AGAIN_SECONDS = 60.0
"""A model that could not be loaded is tried again after so long, not at every draw of a page."""


class PhraseError(WinnowError):
    """The phrase could not be turned into a vector; the message says why."""


@dataclass
class Phrases:
    """The process with its model, started at the first phrase; it ends when this process does."""

    params: Params
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _process: subprocess.Popen[bytes] | None = None
    _lines: queue.Queue[bytes] = field(default_factory=queue.Queue)
    _vectors: dict[str, list[float]] = field(default_factory=dict)
    _failed: tuple[float, str] = (0.0, "")

    def vector(self, text: str) -> list[float]:
        """The vector of a phrase, each read once. Raises PhraseError when there is no model or no answer."""
        with self._lock:
            if text not in self._vectors:
                if self._process is None or self._process.poll() is not None:
                    self._start()
                self._vectors[text] = list(self._ask({"text": text}, ANSWER_SECONDS)["vector"])
            return self._vectors[text]

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._end()

    def _start(self) -> None:
        if time.monotonic() < self._failed[0]:
            raise PhraseError(self._failed[1])
        self._lines = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scoring.phrases"], cwd=program.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        threading.Thread(target=_read, args=(self._process, self._lines), name="winnow-phrases", daemon=True).start()
        try:
            self._ask(dict(self.params), LOADING_SECONDS)
        except PhraseError as error:
            self._end()
            self._failed = (time.monotonic() + AGAIN_SECONDS, str(error))
            raise

    def _ask(self, question: JsonObject, seconds: float) -> JsonObject:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(orjson.dumps(question) + b"\n")
            self._process.stdin.flush()
            line = self._lines.get(timeout=seconds)
        except (OSError, queue.Empty) as error:
            self._end()
            raise PhraseError(f"The model that reads phrases gave no answer within {seconds:.0f} s.") from error
        if not line:
            self._end()
            raise PhraseError("The process that reads phrases ended before it answered; the server's log says why.")
        answer = orjson.loads(line)
        if "error" in answer:
            raise PhraseError(str(answer["error"]))
        return dict(answer)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _read(process: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(b"")
