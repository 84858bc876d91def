"""What becomes of every sample under an export plan: it goes out, or it is left out for one first cause.

The causes are in the order of the funnel, then the quotas; their counts and what goes out add up to all samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from curation.balancing import sampling, selecting
from curation.balancing.allocation import Rule
from curation.balancing.mixing import WEIGHT
from curation.filtering.thresholds import title
from scoring.arrays import Mask, Numbers

if TYPE_CHECKING:
    from curation.balancing.export_plan import ExportPlan

OUT = 0
"""The code of samples that go out."""
OUTSIDE = 1
"""The code of samples outside the recipe's selection."""


@dataclass(frozen=True)
class Cause:
    """Why samples are left out; `name` is the filter's or axis'.

    `kind` is out, selection, person, flag, threshold, quota or dataset.

    `title` says it in words: "over the quota of captioning".
    """

    kind: str
    name: str
    title: str


@dataclass(frozen=True, eq=False)
class Ledger:
    """One cause per sample: `codes` are positions in `causes`, the first of which is that it goes out."""

    causes: tuple[Cause, ...]
    codes: Numbers

    @property
    def counts(self) -> Numbers:
        """Samples per cause; they add up to all samples."""
        return np.bincount(self.codes, minlength=len(self.causes))


def ledger(plan: ExportPlan) -> Ledger:
    """The first cause of every sample."""
    outcome = plan.outcome
    columns = outcome.snapshot.columns
    causes = [Cause("out", "", "goes out"), Cause("selection", "", selecting.OUTSIDE)]
    causes += [
        Cause(recipe_filter.kind, recipe_filter.name, title(columns, recipe_filter.kind, recipe_filter.name))
        for recipe_filter in outcome.filters
    ]
    causes.append(Cause("dataset", "", "in a dataset that the recipe does not name"))
    elsewhere = len(causes) - 1
    causes.append(Cause("person", "undecided", "approved by nobody"))
    names = list(plan.recipe.datasets)
    within = outcome.snapshot.samples["dataset"].is_in(names).to_numpy() if names else np.full(len(outcome.mask), True)
    mask = np.where(outcome.approved, np.uint64(0), outcome.mask)
    lowest = mask & (~mask + np.uint64(1))
    codes = np.where(mask > 0, np.bitwise_count(lowest - np.uint64(1)) + 2, np.where(within, elsewhere + 1, elsewhere))
    codes = codes.astype(np.int16)
    if outcome.part.members is not None:
        codes[~outcome.part.members] = OUTSIDE
    rules, of_cell = _full_rules(plan)
    causes += [Cause("quota", rule.axis, over(rule.axis, rule.value, rule.bound)) for rule in rules]
    among = plan.among
    codes[among] = (of_cell + elsewhere + 2)[plan.cell_of[among]]
    codes[plan.selected] = OUT
    return Ledger(tuple(causes), codes)


def over(axis: str, value: str, bound: int) -> str:
    """Puts a quota into words.

    Args:
        axis: Axis of the rule, `weight` for a share, "" for the total.
        value: Value of the axis.
        bound: Upper bound in samples.

    Returns:
        Words such as "over the quota of captioning".
    """
    if axis == WEIGHT:
        return f"over the share of {value} by weight"
    return f"over the quota of {value}" if axis else f"over the total of {bound:,}"


def reasons(plan: ExportPlan, sample_ledger: Ledger, sample_no: int) -> tuple[str, ...]:
    """Lists everything that keeps a sample out.

    Args:
        plan: Plan of the export.
        sample_ledger: Cause of every sample under the plan.
        sample_no: Number of the sample.

    Returns:
        Reasons in words; none when the sample goes out.
    """
    cause = sample_ledger.causes[sample_ledger.codes[sample_no]]
    if cause.kind == "out":
        return ()
    if cause.kind in ("quota", "dataset", "selection") or cause.name == "undecided":
        return (cause.title,)
    return plan.outcome.reasons(sample_no)


def matching(
    plan: ExportPlan, sample_ledger: Ledger, *, out: bool, cause: str = "", task: str = "", dataset: str = ""
) -> Mask:
    """Finds samples by what becomes of them.

    Args:
        plan: Plan of the export.
        sample_ledger: Cause of every sample under the plan.
        out: True for samples that go out, False for those left out.
        cause: Title of the cause that samples are left out for, "" for any.
        task: Only samples of this task, "" for all.
        dataset: Only samples of this dataset, "" for all.

    Returns:
        True for the samples that match, one entry per sample.
    """
    snapshot = plan.outcome.snapshot
    members: Mask = (sample_ledger.codes == OUT) if out else (sample_ledger.codes != OUT)
    if cause and not out:
        cause_codes = [code for code, candidate in enumerate(sample_ledger.causes) if candidate.title == cause]
        members &= np.isin(sample_ledger.codes, cause_codes)
    if task:
        code = snapshot.tasks.index(task) if task in snapshot.tasks else -1
        members &= snapshot.task_codes == code
    if dataset:
        members &= (snapshot.samples["dataset"] == dataset).to_numpy()
    return members


def some(plan: ExportPlan, members: Mask, count: int, seed: int) -> Numbers:
    """Draws a few samples.

    Args:
        plan: Plan of the export, which has the samples.
        members: True for the samples to draw from.
        count: How many to draw at most.
        seed: Every seed gives others.

    Returns:
        Numbers of samples in the order of the draw.
    """
    numbers = np.flatnonzero(members)
    drawn = sampling.draw(sampling.identities_of(plan.outcome.snapshot.samples)[numbers], seed)
    if len(numbers) > count:
        nearest = np.argpartition(drawn, count)[:count]
        numbers, drawn = numbers[nearest], drawn[nearest]
    ordered: Numbers = numbers[np.argsort(drawn, kind="stable")]
    return ordered


def by_cause(sample_ledger: Ledger, members: Mask | None = None) -> pl.DataFrame:
    """Counts samples by cause.

    Args:
        sample_ledger: Cause of every sample.
        members: True for the samples that count, None for all.

    Returns:
        kind, name, title and samples of each cause that occurs, in their order.
    """
    codes = sample_ledger.codes if members is None else sample_ledger.codes[members]
    counts = np.bincount(codes, minlength=len(sample_ledger.causes)).tolist()
    rows = [
        (cause.kind, cause.name, cause.title, n) for cause, n in zip(sample_ledger.causes, counts, strict=True) if n
    ]
    return pl.DataFrame(rows, schema=["kind", "name", "title", "samples"], orient="row")


def _full_rules(plan: ExportPlan) -> tuple[Sequence[Rule], Numbers]:
    """The rules without room, and for each cell the index of the first of them that holds it back."""
    amounts = plan.allotment.amounts
    rules = [rule for rule in plan.allotment.rules if int(amounts[rule.cells].sum()) >= rule.bound]
    of_cell = np.zeros(len(amounts), dtype=np.int16)
    for index in reversed(range(len(rules))):
        of_cell[rules[index].cells] = index
    return rules, of_cell
