"""What a check finds, and the contract of a check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from curation.workspace import Workspace


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A kind of fault that a workspace may have: one file in `curation/checks/kinds/`, whose `CHECK` is one of these.

    Attributes:
        name: What progress calls it; the name of its file.
        order: Sorts the checks: one that mends what others rely on comes first.
        find: The faults of a workspace; with True it also reads the bytes of files, which takes time. Changes nothing.
        mend: Mends what `find` says a repair does.
    """

    name: str
    order: int
    find: Callable[[Workspace, bool], Sequence[Finding]]
    mend: Callable[[Workspace], None]
