"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One kind of fault.

    Attributes:
        kind: A word for programs, such as `doubled_rows`.
        count: How many rows, files or datasets it is about.
        problem: The fault in one sentence.
        repair: What a repair does about it, in one sentence; empty where only a person can, who reads how in `problem`.
    """

    kind: str
    count: int
    problem: str
    repair: str = ""
