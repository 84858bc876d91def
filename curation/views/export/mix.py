"""What the export page shows of datasets: the mix that their weights make, and what became of every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from curation.app.server import Server
from curation.balancing import cells, mixing
from curation.common import spreadsheets
from curation.exporting import accounting
from curation.exporting.accounting import Account
from curation.recipes import quotas
from curation.recipes.recipe import Quota
from curation.views.export.export import ExportView
from curation.workspace import tags


@dataclass(frozen=True)
class MixRow:
    """One dataset: its tags in words, its weight (None: none is set), samples that pass the filters and that go out."""

    dataset: str
    tags: str
    weight: float | None
    available: int
    taken: int


@dataclass(frozen=True)
class MixView:
    """The datasets in the order of their import; `holding` are those that keep a mix without a total from being larger.

    `available` and `taken` are of all of them together.
    """

    rows: tuple[MixRow, ...]
    mixing: bool
    holding: tuple[str, ...]
    available: int
    taken: int


def view(server: Server, shown: ExportView) -> MixView:
    """The mix of a plan."""
    kept: MixView | None = shown.worked_out.get("mix")
    if kept is None:
        kept = shown.worked_out["mix"] = _view(server, shown)
    return kept


def accounts(server: Server, shown: ExportView) -> list[Account]:
    """What became of the rows of every dataset."""
    kept: list[Account] | None = shown.worked_out.get("accounts")
    if kept is None:
        kept = shown.worked_out["accounts"] = accounting.accounts(server.workspace, shown.planned, shown.ledger)
    return kept


def fates(server: Server, shown: ExportView) -> bytes:
    """The fate of every row as CSV."""
    return spreadsheets.of_frame(accounting.fates(server.workspace, shown.planned))


def with_equal_weights(quota: Quota, names: list[str]) -> Quota:
    """The quota with the weight 1 for every dataset."""
    for name in names:
        quota = quotas.with_weight(quota, name, 1.0)
    return quota


def flows(found: list[Account], most: int = 5) -> pl.DataFrame:
    """source, target, rows and kind (dataset or the fate): from datasets to fates, and on to the largest reasons."""
    rows: list[tuple[Any, ...]] = []
    reasons: dict[tuple[str, str], int] = {}
    for one in found:
        rows += [(one.dataset, fate, one.count(fate), "dataset") for fate in accounting.FATES if one.count(fate)]
        for part in one.parts:
            if part.rows and part.reason:
                reasons[part.fate, part.reason] = reasons.get((part.fate, part.reason), 0) + part.rows
    for fate in accounting.FATES:
        mine = sorted(((count, why) for (of, why), count in reasons.items() if of == fate), reverse=True)
        rows += [(fate, why, count, fate) for count, why in mine[:most]]
        rest = sum(count for count, _ in mine[most:])
        rows += [(fate, f"{len(mine) - most:,} other reasons", rest, fate)] if rest else []
    return pl.DataFrame(rows, schema=["source", "target", "rows", "kind"], orient="row")


def _view(server: Server, shown: ExportView) -> MixView:
    planned = shown.planned
    quota, snapshot = planned.recipe.quota, planned.outcome.snapshot
    every = np.ones(snapshot.count, dtype=bool)
    names, codes = cells.coded(server.workspace, snapshot, quota, "dataset", every)
    available, taken = (
        dict(zip(names, np.bincount(codes[of], minlength=len(names)).tolist(), strict=True))
        for of in (planned.among, planned.selected)
    )
    rows = tuple(
        MixRow(one.name, tags.words(one.tags), quota.weights.get(one.name), available[one.name], taken[one.name])
        for one in tags.listing(server.workspace)
        if one.name in available
    )
    mix = planned.mix
    holding = mix.holding if mix is not None and quota.total is None else ()
    held = tuple(name for name in holding if mixing.weight_of(quota, name) > 0) if len(holding) < len(rows) else ()
    return MixView(rows, mix is not None, held, shown.available, shown.size)
