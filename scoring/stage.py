"""What a stage gives back: a value per sample, flags, and groups of samples that belong together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from scoring.metric import Flag

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Member:
    """One sample in a group; `keep` marks the one that a filter should leave in."""

    group: int
    sample_no: int
    keep: bool
    relation: str


@dataclass(frozen=True, slots=True)
class Point:
    """Where a sample lies on a stage's map, and in which cluster (-1: in none)."""

    sample_no: int
    x: float
    y: float
    cluster: int


@dataclass(frozen=True)
class StageResult:
    """`values` has every sample of the input; flags carry the sample they are about."""

    values: dict[int, float | None]
    labels: dict[int, str] = field(default_factory=dict)
    flags: tuple[tuple[int, Flag], ...] = ()
    members: tuple[Member, ...] = ()
    points: tuple[Point, ...] = ()
