"""How many requests, tokens and how much money a run may still use, counted in one file that its workers share.

A request is counted before it is sent, so the limit on requests holds exactly. Tokens and money are known afterwards
only: requests in flight when their limit is reached still end.
"""

from __future__ import annotations

import threading
from pathlib import Path

import orjson
from filelock import FileLock

from scoring.metric import Postponed

JudgeUse = tuple[int, int, float]
"""Requests, tokens and money."""


class Budget:
    """Limits of a run; 0 means no limit. Without a file the count is this process's own."""

    def __init__(self, requests: int = 0, tokens: int = 0, file: Path | None = None, money: float = 0.0) -> None:
        self.requests, self.tokens, self.money, self.file = requests, tokens, money, file
        self._used: JudgeUse = (0, 0, 0.0)
        self._mutex = threading.Lock()

    def reserve(self) -> None:
        """Counts one request. Raises Postponed when a limit is reached."""
        if self._limited:
            self._change((1, 0, 0.0), check=True)

    def spend(self, tokens: int, money: float = 0.0) -> None:
        """Counts what an answer used.

        Args:
            tokens: Of question and answer.
            money: What they cost, in the currency of the prices.
        """
        if self._limited:
            self._change((0, tokens, money))

    @property
    def _limited(self) -> bool:
        return bool(self.requests or self.tokens or self.money)

    def _change(self, more: JudgeUse, check: bool = False) -> None:
        with self._mutex:
            if self.file is None:
                self._used = self._checked(self._used, more, check)
                return
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.file}.lock"):
                used = self._checked(_read(self.file), more, check)
                part = self.file.with_suffix(".part")
                part.write_bytes(orjson.dumps(used))
                part.replace(self.file)

    def _checked(self, used: JudgeUse, more: JudgeUse, check: bool) -> JudgeUse:
        limits = (self.requests, self.tokens, self.money)
        for limit, spent, unit in zip(limits, used, (" requests", " tokens", ""), strict=True):
            if check and limit and spent >= limit:
                raise Postponed(f"The budget of {limit}{unit} is used up; the next run goes on from here.")
        return used[0] + more[0], used[1] + more[1], used[2] + more[2]


def _read(file: Path) -> JudgeUse:
    try:
        requests, tokens, *money = orjson.loads(file.read_bytes())
    except FileNotFoundError:
        return 0, 0, 0.0
    return int(requests), int(tokens), float(money[0] if money else 0)
