"""The flags page: the queue that filters and scope leave, counted, and the part of it that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from curation.app.server import Server
from curation.flags import current_flags
from curation.views.flags import inspection
from curation.views.flags.inspection import FlagInspection
from curation.workspace import first_images
from scoring.arrays import Mask

WORST, DISPUTED, PLACE = "worst", "disputed", "place"
ORDERS = {WORST: "Worst first", DISPUTED: "Most disputed first", PLACE: "As in the dataset"}
SOURCES = {
    "annotations": "Annotated objects",
    "captions": "Captions",
    "detector": "Object detector",
    "clip": "CLIP",
    "llm": "Language model",
    "words": "Words of the evidence",
    "colour": "Colours",
    "gender": "Genders",
    "action": "Actions",
    "relation": "Places",
    "read_text": "Annotated text",
    "ocr": "Text that was read",
}
AHEAD, BEHIND = 24, 2
"""How many flags after and before the present one a browser is given, so that it never waits for the next."""


@dataclass(frozen=True)
class FlagFilter:
    """What the queue shows; None or an empty string means everything.

    `source` is a source of hallucination verdicts that denies the span, or the metric of another kind of flag;
    `order` is one of ORDERS.
    """

    kind: str | None = None
    dataset: str | None = None
    verdict: str | None = None
    status: str | None = current_flags.OPEN
    source: str | None = None
    order: str = WORST


@dataclass(frozen=True)
class FlagsView:
    """The queue, and what the filters may be set to with how many flags that would leave.

    `disputed` says that sources disagree on some of the queue.
    """

    queue: pl.DataFrame
    kinds: dict[str, int]
    datasets: list[str]
    verdicts: dict[str, int]
    statuses: dict[str, int]
    sources: dict[str, int]
    disputed: bool = False


def view(server: Server, choices: FlagFilter, members: Mask | None = None) -> FlagsView:
    """Returns the flags that pass a filter, and how many each other choice would leave.

    Args:
        server: Its flags and decisions are used.
        choices: What the filters are set to; the numbers of one filter's choices count what the others leave.
        members: True for the samples of the scope, (N,); None means all samples.
    Returns:
        The queue in the order that the filter names, with counts for every filter.
    """
    flags = current_flags.every(server)
    datasets = flags["dataset"].unique(maintain_order=True).to_list()
    if members is not None:
        inside = flags["sample_no"] < len(members)
        flags = flags.filter(inside)
        flags = flags.filter(pl.Series(members[flags["sample_no"].to_numpy()]))
    queue = _keep(flags, choices)
    verdicts = _counted(_keep(flags, replace(choices, verdict=None)), "verdict")
    statuses = _counted(_keep(flags, replace(choices, status=None)), "status")
    sources = _keep(flags, replace(choices, source=None)).select(pl.col("sources").explode()).drop_nulls()
    return FlagsView(
        queue=_ordered(queue, choices.order),
        kinds=_counted(_keep(flags, replace(choices, kind=None)), "kind"),
        datasets=datasets,
        verdicts={verdict: count for verdict, count in verdicts.items() if verdict},
        statuses={status: int(statuses.get(status, 0)) for status in current_flags.STATUSES},
        sources=_counted(sources, "sources"),
        disputed=bool((queue["disagreement"] > 0).any()),
    )


def window(server: Server, queue: pl.DataFrame, current: str) -> tuple[list[FlagInspection], int | None]:
    """Looks at the flags around the present one.

    Args:
        server: Its workspace holds the samples.
        queue: Flags in the order in which they are answered.
        current: Id of the present flag; it need not be in the queue.
    Returns:
        BEHIND flags before it to AHEAD flags after it, and its position in the queue; the position is None where it is
        not in the queue, and the flags are then this flag and the first of the queue.
    """
    position = queue["flag_id"].index_of(current) if not queue.is_empty() else None
    everyone = current_flags.every(server)
    if position is None:
        rows = everyone.filter(pl.col("flag_id") == current).head(1).to_dicts() + queue.head(AHEAD).to_dicts()
    else:
        start = max(position - BEHIND, 0)
        rows = queue.slice(start, position - start + 1 + AHEAD).to_dicts()
    return inspection.of_flags(server, rows, everyone), position


def look_at(server: Server, flag_id: str) -> FlagInspection | None:
    """Looks at one flag.

    Args:
        server: Its workspace holds the sample.
        flag_id: Id of the flag.
    Returns:
        The flag with its sample, or None when it does not stand.
    """
    row = current_flags.row_of(server, flag_id)
    inspections = inspection.of_flags(server, [row], current_flags.every(server)) if row else []
    return inspections[0] if inspections else None


def thumbnails(server: Server, part: pl.DataFrame) -> list[str | None]:
    """Finds the small picture of each flag's sample.

    Args:
        server: Its workspace has the pictures.
        part: Some of the queue.

    Returns:
        The address of each flag's picture on this server, None for a sample without one.
    """
    images = first_images.of(server.workspace.store, part["sample_no"].to_list())
    return [f"/thumb/{images[number]}" if number in images else None for number in part["sample_no"]]


def after(queue: pl.DataFrame, flag_id: str) -> str | None:
    """Finds the flag to go to when one is answered.

    Args:
        queue: Flags in the order in which they are answered.
        flag_id: Id of the answered flag.
    Returns:
        Id of the flag after it, else of the one before it; the first where it is not in the queue; None at the end.
    """
    ids = queue["flag_id"]
    position = None if ids.is_empty() else ids.index_of(flag_id)
    if position is None:
        return None if ids.is_empty() else str(ids[0])
    if position + 1 < len(ids):
        return str(ids[position + 1])
    return str(ids[position - 1]) if position else None


def _keep(flags: pl.DataFrame, choices: FlagFilter) -> pl.DataFrame:
    passes = [pl.lit(True)]
    for column in ("kind", "dataset", "verdict", "status"):
        value = getattr(choices, column)
        if value:
            passes.append(pl.col(column) == value)
    if choices.source:
        passes.append(pl.col("sources").list.contains(choices.source))
    return flags.filter(pl.all_horizontal(passes))


def _ordered(queue: pl.DataFrame, order: str) -> pl.DataFrame:
    if order == DISPUTED:
        return queue.sort("disagreement", descending=True, maintain_order=True)
    return queue.sort("place") if order == PLACE else queue


def _counted(flags: pl.DataFrame, column: str) -> dict[str, int]:
    """How many rows have each value, most first."""
    counts: Sequence[tuple[str, int]] = (
        flags.group_by(column).len().sort("len", column, descending=[True, False]).rows()
    )
    return dict(counts)
