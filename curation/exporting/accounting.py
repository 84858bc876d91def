"""Source accounting: what became of every row of every dataset file, from the file to the export.

For each dataset, rows in the file = rejected at import + outside the selection + left out by a filter, by people or by
the quota + without a row in the format + exported.
Every row has one fate, that of its first cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from curation.balancing import ledger
from curation.balancing.ledger import Ledger
from curation.common import display, spreadsheets
from curation.exporting.conversion import LeftBehind
from curation.recipes import edits
from curation.workspace import Workspace
from scoring.arrays import Numbers
from scoring.json_types import JsonObject
from storage import datasets

if TYPE_CHECKING:
    from curation.balancing.export_plan import ExportPlan

EXPORTED, REJECTED, OUTSIDE = "exported", "rejected", "outside"
FILTERED, DECIDED, OVER, BEHIND = "filtered", "decided", "over_quota", "left_behind"
FATES = {
    REJECTED: "rejected at import",
    OUTSIDE: "outside the selection",
    FILTERED: "left out by a filter",
    DECIDED: "left out by people",
    OVER: "left over by the quota",
    BEHIND: "without a row in the format",
    EXPORTED: "exported",
}
_OF_KIND = {
    "out": EXPORTED,
    "selection": OUTSIDE,
    "flag": FILTERED,
    "threshold": FILTERED,
    "person": DECIDED,
    "quota": OVER,
}
EDITED = "with edits by people"
NONE: Mapping[str, LeftBehind] = {}


@dataclass(frozen=True)
class FateCount:
    """Rows of one fate for one reason."""

    fate: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Account:
    """What became of one dataset's rows; `parts` are in the order of the way from the file to the export.

    `rows` is what the file held as far as it was read; only while it is still being imported may parts lag behind.
    """

    dataset: str
    rows: int
    parts: tuple[FateCount, ...]

    def count(self, *fates: str) -> int:
        """Rows of these fates."""
        return sum(part.rows for part in self.parts if part.fate in fates)

    @property
    def imported(self) -> int:
        """Rows that became samples."""
        return self.count(*(fate for fate in FATES if fate != REJECTED))

    @property
    def adds_up(self) -> bool:
        """True when every row of the file has a fate."""
        return sum(part.rows for part in self.parts) == self.rows


def accounts(
    workspace: Workspace, plan: ExportPlan, sample_ledger: Ledger | None = None, behind: Mapping[str, LeftBehind] = NONE
) -> list[Account]:
    """Counts what became of each dataset's rows.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        sample_ledger: Cause of every sample; None to compute it.
        behind: Why the format has no row for a sample that would go out, by its key.

    Returns:
        One account per dataset of the recipe (all of them, when it names none), in the order of their import.
    """
    sample_ledger = sample_ledger or ledger.ledger(plan)
    samples = plan.outcome.snapshot.samples
    listed = datasets.listing(workspace.store).sort("dataset_no")
    names = [name for name in listed["name"].to_list() if not plan.recipe.datasets or name in plan.recipe.datasets]
    rows = dict(listed.select("name", "rows_seen").iter_rows())
    codes = _codes(samples, names)
    width = len(sample_ledger.causes)
    counts = np.bincount(codes * width + sample_ledger.codes.astype(np.int64), minlength=(len(names) + 1) * width)
    table = counts.reshape(-1, width)
    rejected: dict[str, list[FateCount]] = {}
    reasons: dict[str, Counter[str]] = {}
    for row in behind.values():
        reasons.setdefault(row.dataset, Counter())[row.reason] += 1
    for name, outcome, count in datasets.rejected_by_outcome(workspace.store).iter_rows():
        rejected.setdefault(name, []).append(FateCount(REJECTED, display.words(outcome), count))
    return [
        Account(name, rows[name], (*rejected.get(name, ()), *_parts(sample_ledger, table[position], reasons.get(name))))
        for position, name in enumerate(names)
    ]


def fates(workspace: Workspace, plan: ExportPlan, behind: Mapping[str, LeftBehind] = NONE) -> pl.DataFrame:
    """Lists the fate of every row of the recipe's datasets.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        behind: Why the format has no row for a sample that would go out, by its key.

    Returns:
        dataset, row, fate and reason of every row, each once, by dataset and row.
    """
    sample_ledger = ledger.ledger(plan)
    samples = plan.outcome.snapshot.samples
    codes = pl.Series(sample_ledger.codes.astype(np.uint32))
    kinds = pl.Series([_OF_KIND.get(cause.kind, "") for cause in sample_ledger.causes])
    titles = pl.Series(["" if cause.kind == "out" else cause.title for cause in sample_ledger.causes])
    of_samples = samples.select("dataset", "key", row="row_index").with_columns(
        fate=kinds.gather(codes), reason=titles.gather(codes)
    )
    edited = list(edits.of_decisions(plan.recipe.decisions))
    leaves_edited = (pl.col("fate") == EXPORTED) & pl.col("key").is_in(edited)
    of_samples = of_samples.with_columns(reason=pl.when(leaves_edited).then(pl.lit(EDITED)).otherwise("reason"))
    if behind:
        why = {key: row.reason for key, row in behind.items()}
        is_behind = (pl.col("fate") == EXPORTED) & pl.col("key").is_in(list(why))
        of_samples = of_samples.with_columns(
            fate=pl.when(is_behind).then(pl.lit(BEHIND)).otherwise("fate"),
            reason=pl.when(is_behind).then(pl.col("key").replace_strict(why, default="")).otherwise("reason"),
        )
    of_rest = datasets.rejected_rows(workspace.store).with_columns(
        fate=pl.lit(REJECTED), reason=pl.col("outcome").str.replace_all("_", " ")
    )
    columns = ["dataset", "row", "fate", "reason"]
    every = pl.concat([of_samples.select(columns), of_rest.select(columns)], how="vertical_relaxed")
    dataset_names = [account.dataset for account in accounts(workspace, plan, sample_ledger)]
    order = {name: position for position, name in enumerate(dataset_names)}
    placed = every.filter(pl.col("dataset").is_in(dataset_names)).with_columns(
        place=pl.col("dataset").replace_strict(order, return_dtype=pl.Int32)
    )
    return placed.sort("place", "row").drop("place")


def write(workspace: Workspace, plan: ExportPlan, path: Path, behind: Mapping[str, LeftBehind] = NONE) -> None:
    """Writes the fate of every row as CSV.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        path: File to write.
        behind: Why the format has no row for a sample that would go out, by its key.
    """
    path.write_bytes(spreadsheets.of_frame(fates(workspace, plan, behind)))


def for_manifest(workspace: Workspace, plan: ExportPlan, behind: Mapping[str, LeftBehind] = NONE) -> list[JsonObject]:
    """Gives the accounts as a manifest keeps them.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        behind: Why the format has no row for a sample that would go out, by its key.

    Returns:
        One object per dataset, in the order of their import.
    """
    return [
        {
            "dataset": account.dataset,
            "rows": account.rows,
            "imported": account.imported,
            **{fate: account.count(fate) for fate in FATES},
            "parts": [asdict(part) for part in account.parts],
        }
        for account in accounts(workspace, plan, behind=behind)
    ]


def named_fates(counts: Mapping[str, int]) -> dict[str, str]:
    """Gives the fates to show.

    Args:
        counts: Rows by fate.

    Returns:
        FATES; without those of the selection and of the format where no row has them.
    """
    return {fate: words for fate, words in FATES.items() if fate not in (OUTSIDE, BEHIND) or counts.get(fate)}


def totals(accounts: Sequence[JsonObject]) -> dict[str, int]:
    """Rows by fate over all accounts of a manifest."""
    return {fate: sum(account[fate] for account in accounts) for fate in FATES}


def table(accounts: Sequence[Account]) -> pl.DataFrame:
    """dataset, rows and each of FATES: a line per dataset."""
    rows = [(account.dataset, account.rows, *(account.count(fate) for fate in FATES)) for account in accounts]
    schema = {"dataset": pl.String} | dict.fromkeys(("rows", *FATES), pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _codes(samples: pl.DataFrame, names: Sequence[str]) -> Numbers:
    """The place of each sample's dataset in the names; their number for any other."""
    positions: Mapping[str, int] = {name: position for position, name in enumerate(names)}
    codes = samples["dataset"].replace_strict(positions, default=len(names), return_dtype=pl.Int64)
    return codes.to_numpy()


def _parts(sample_ledger: Ledger, counts: Numbers, behind: Mapping[str, int] | None) -> list[FateCount]:
    """Left out in the order of the causes, what goes out last."""
    named = [
        FateCount(_OF_KIND[cause.kind], cause.title, count)
        for cause, count in zip(sample_ledger.causes, counts.tolist(), strict=True)
        if count and cause.kind not in ("out", "dataset")
    ]
    order = [OUTSIDE, FILTERED, DECIDED, OVER]
    named.sort(key=lambda part: order.index(part.fate))
    lost = [FateCount(BEHIND, reason, count) for reason, count in sorted((behind or {}).items())]
    return [*named, *lost, FateCount(EXPORTED, "", int(counts[ledger.OUT]) - sum(part.rows for part in lost))]
