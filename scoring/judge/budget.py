"""How many requests and tokens a run may still use, counted in one file that its workers share.

A request is counted before it is sent, so the limit on requests holds exactly. Tokens are known afterwards
only: requests in flight when their limit is reached still end.
"""

from __future__ import annotations

import threading
from pathlib import Path

import orjson
from filelock import FileLock

from scoring.metric import Postponed


class Budget:
    """Limits of a run; 0 means no limit. Without a file the count is this process's own."""

    def __init__(self, requests: int = 0, tokens: int = 0, file: Path | None = None) -> None:
        self.requests, self.tokens, self.file = requests, tokens, file
        self._used = (0, 0)
        self._mutex = threading.Lock()

    def reserve(self) -> None:
        """Counts one request. Raises Postponed when a limit is reached."""
        if not self.requests and not self.tokens:
            return
        self._change(1, 0, check=True)

    def spend(self, tokens: int) -> None:
        """Counts the tokens that an answer used."""
        if self.requests or self.tokens:
            self._change(0, tokens)

    def _change(self, requests: int, tokens: int, check: bool = False) -> None:
        with self._mutex:
            if self.file is None:
                self._used = self._checked(self._used, requests, tokens, check)
                return
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.file}.lock"):
                used = self._checked(_read(self.file), requests, tokens, check)
                part = self.file.with_suffix(".part")
                part.write_bytes(orjson.dumps(used))
                part.replace(self.file)

    def _checked(self, used: tuple[int, int], requests: int, tokens: int, check: bool) -> tuple[int, int]:
        for limit, spent, unit in ((self.requests, used[0], "requests"), (self.tokens, used[1], "tokens")):
            if check and limit and spent >= limit:
                raise Postponed(f"The budget of {limit} {unit} is used up; the next run goes on from here.")
        return used[0] + requests, used[1] + tokens


def _read(file: Path) -> tuple[int, int]:
    try:
        requests, tokens = orjson.loads(file.read_bytes())
    except FileNotFoundError:
        return 0, 0
    return int(requests), int(tokens)
