"""What a tool that samples are handed to needs: a file in `targets/` with `TARGET = Target(...)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from curation.common.errors import WinnowError
from curation.formats.conversation import MessagePair

TABLE = "samples.parquet"


class HandOverError(WinnowError):
    """The samples cannot be handed over; the message says why."""


@dataclass(frozen=True)
class HandedFlag:
    """A flag that stands: characters `start` to `end` of the response of `turn`; None where it is on no words."""

    flag_id: str
    turn: int | None
    start: int | None
    end: int | None
    kind: str
    metric: str
    score: float | None
    reason: str
    status: str


@dataclass(frozen=True)
class HandedSample:
    """A sample as it was imported, with what is known of it.

    `images` are names below the folder of the pictures that there are, `facts` the sample's row of `HandedSet.table` by
    column, without missing ones.
    """

    key: str
    source_id: str
    dataset: str
    turns: tuple[MessagePair, ...]
    system: str
    images: tuple[str, ...]
    flags: tuple[HandedFlag, ...]
    facts: dict[str, object]

    def dialogue(self) -> tuple[str, dict[int, int]]:
        """The turns as one text, and where each turn's response begins in it, by the turn's number."""
        parts, starts, length = [], {}, 0
        for number, turn in enumerate(self.turns):
            head = f"User: {turn.instruction or ''}\nAssistant: "
            starts[number] = length + len(head)
            parts.append(f"{head}{turn.response or ''}\n\n")
            length += len(parts[-1])
        return "".join(parts).rstrip("\n"), starts


class HandedSet(Protocol):
    """The samples that are handed over."""

    @property
    def size(self) -> int:
        """How many there are."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of their flags."""
        ...

    def table(self) -> pl.DataFrame:
        """One row per sample: key, dataset, row, texts' counts, decisions, flags, scores and places on maps."""
        ...

    def samples(self) -> Iterator[HandedSample]:
        """The samples in row order; their pictures are copied into the folder."""
        ...

    def texts(self) -> pl.Series:
        """The turns of each sample as one text, in the order of `table`."""
        ...


@dataclass(frozen=True)
class Target:
    """A tool. `write` puts its files into a folder, gives their paths, and the lines that open them there.

    In lines, FOLDER stands for the folder.
    """

    name: str
    title: str
    about: str
    write: Callable[[HandedSet, Path], tuple[Sequence[Path], str]]
