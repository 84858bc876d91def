"""What the export page shows of datasets: the mix that their weights make, and what became of every row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.balancing import cells, export_plan, mixing
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
    exported: int


@dataclass(frozen=True)
class MixView:
    """The datasets in the order of their import; `holding` are those that keep a mix without a total from being larger.

    `available` and `exported` are of all of them together; `even` is how many would go out with equal weights.
    """

    rows: tuple[MixRow, ...]
    mixing: bool
    holding: tuple[str, ...]
    available: int
    exported: int
    even: int


def view(server: Server, export_view: ExportView) -> MixView:
    """Returns the mix of a plan, from memory the second time.

    Args:
        server: Its workspace holds the datasets and their tags.
        export_view: The plan; the answer is remembered in it.
    Returns:
        One row per dataset, with totals.
    """
    cached: MixView | None = export_view.worked_out.get("mix")
    if cached is None:
        cached = export_view.worked_out["mix"] = _view(server, export_view)
    return cached


def accounts(server: Server, export_view: ExportView) -> list[Account]:
    """Accounts for every row of every dataset, from memory the second time.

    Args:
        server: Its workspace holds the rows' outcomes.
        export_view: The plan; the answer is remembered in it.
    Returns:
        One account per dataset.
    """
    cached: list[Account] | None = export_view.worked_out.get("accounts")
    if cached is None:
        cached = export_view.worked_out["accounts"] = accounting.accounts(
            server.workspace, export_view.plan, export_view.ledger
        )
    return cached


def fates(server: Server, export_view: ExportView) -> bytes:
    """Writes the fate of every row as CSV.

    Args:
        server: Its workspace holds the rows' outcomes.
        export_view: The plan.
    Returns:
        CSV with a header.
    """
    return spreadsheets.of_frame(accounting.fates(server.workspace, export_view.plan))


def with_equal_weights(quota: Quota, names: list[str]) -> Quota:
    """Returns the quota with the weight 1 for the datasets.

    Args:
        quota: The quota to start from; it stays as it is.
        names: Datasets that get the weight.
    """
    for name in names:
        quota = quotas.with_weight(quota, name, 1.0)
    return quota


def flows(dataset_accounts: list[Account], most: int = 5) -> pl.DataFrame:
    """Lists the flows of rows from datasets to fates, and on to the most frequent reasons.

    Args:
        dataset_accounts: One account per dataset.
        most: Reasons per fate that get a flow of their own; the others share one.
    Returns:
        source, target, rows and kind (dataset or the fate).
    """
    rows: list[tuple[Any, ...]] = []
    reasons: dict[tuple[str, str], int] = {}
    for account in dataset_accounts:
        rows += [
            (account.dataset, fate, account.count(fate), "dataset") for fate in accounting.FATES if account.count(fate)
        ]
        for part in account.parts:
            if part.rows and part.reason:
                reasons[part.fate, part.reason] = reasons.get((part.fate, part.reason), 0) + part.rows
    for fate in accounting.FATES:
        counted_reasons = sorted(((count, why) for (of, why), count in reasons.items() if of == fate), reverse=True)
        rows += [(fate, why, count, fate) for count, why in counted_reasons[:most]]
        others = sum(count for count, _ in counted_reasons[most:])
        rows += [(fate, f"{len(counted_reasons) - most:,} other reasons", others, fate)] if others else []
    return pl.DataFrame(rows, schema=["source", "target", "rows", "kind"], orient="row")


def _view(server: Server, export_view: ExportView) -> MixView:
    plan = export_view.plan
    quota, snapshot = plan.recipe.quota, plan.outcome.snapshot
    every = np.ones(snapshot.count, dtype=bool)
    names, codes = cells.coded(server.workspace, snapshot, quota, "dataset", every)
    available, exported = (
        dict(zip(names, np.bincount(codes[of], minlength=len(names)).tolist(), strict=True))
        for of in (plan.among, plan.selected)
    )
    rows = tuple(
        MixRow(
            dataset.name,
            tags.words(dataset.tags),
            quota.weights.get(dataset.name),
            available[dataset.name],
            exported[dataset.name],
        )
        for dataset in tags.listing(server.workspace)
        if dataset.name in available
    )
    mix = plan.mix
    holding = mix.holding if mix is not None and quota.total is None else ()
    limiting = tuple(name for name in holding if mixing.weight_of(quota, name) > 0) if len(holding) < len(rows) else ()
    equal_weights = with_equal_weights(quota, [row.dataset for row in rows])
    even_plan = export_plan.make_plan(
        server.workspace, replace(plan.recipe, quota=equal_weights), board.current(server)
    )
    return MixView(rows, mix is not None, limiting, export_view.available, export_view.size, even_plan.size)
