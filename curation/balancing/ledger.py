"""What becomes of every sample under an export plan: it goes out, or it is left out for one first cause.

The causes are in the order of the funnel, then the quotas; their counts and what goes out add up to all samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from curation.balancing import sampling
from curation.balancing.allocation import Rule
from curation.balancing.mixing import WEIGHT
from curation.filtering.thresholds import title

if TYPE_CHECKING:
    from curation.balancing.export_plan import ExportPlan

OUT = 0
"""The code of samples that go out."""


@dataclass(frozen=True)
class Cause:
    """Why samples are left out; `kind` is out, person, flag, threshold, quota or dataset, `name` the filter's or axis'.

    `title` says it in words: "over the quota of captioning".
    """

    kind: str
    name: str
    title: str


@dataclass(frozen=True, eq=False)
class Ledger:
    """One cause per sample: `codes` are places in `causes`, the first of which is that it goes out."""

    causes: tuple[Cause, ...]
    codes: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """Samples per cause; they add up to all samples."""
        return np.bincount(self.codes, minlength=len(self.causes))


def ledger(planned: ExportPlan) -> Ledger:
    """The first cause of every sample."""
    outcome = planned.outcome
    columns = outcome.snapshot.columns
    causes = [Cause("out", "", "goes out")]
    causes += [Cause(one.kind, one.name, title(columns, one.kind, one.name)) for one in outcome.filters]
    causes.append(Cause("dataset", "", "in a dataset that the recipe does not name"))
    elsewhere = len(causes) - 1
    mask = np.where(outcome.approved, np.uint64(0), outcome.mask)
    lowest = mask & (~mask + np.uint64(1))
    codes = np.where(mask > 0, np.bitwise_count(lowest - np.uint64(1)) + 1, elsewhere).astype(np.int16)
    rules, of_cell = _full_rules(planned)
    causes += [Cause("quota", rule.axis, over(rule.axis, rule.value, rule.bound)) for rule in rules]
    among = planned.among
    codes[among] = (of_cell + elsewhere + 1)[planned.cell_of[among]]
    codes[planned.chosen] = OUT
    return Ledger(tuple(causes), codes)


def over(axis: str, value: str, bound: int) -> str:
    """A quota in words."""
    if axis == WEIGHT:
        return f"over the share of {value} by weight"
    return f"over the quota of {value}" if axis else f"over the total of {bound:,}"


def reasons(planned: ExportPlan, found: Ledger, sample_no: int) -> tuple[str, ...]:
    """Everything that keeps this sample out, in words; empty when it goes out."""
    cause = found.causes[found.codes[sample_no]]
    if cause.kind == "out":
        return ()
    if cause.kind in ("quota", "dataset"):
        return (cause.title,)
    return planned.outcome.reasons(sample_no)


def matching(
    planned: ExportPlan, found: Ledger, *, out: bool, cause: str = "", task: str = "", dataset: str = ""
) -> np.ndarray:
    """True for the samples that go out (or not), left out for this cause's title, of this task and dataset."""
    snapshot = planned.outcome.snapshot
    chosen: np.ndarray = (found.codes == OUT) if out else (found.codes != OUT)
    if cause and not out:
        wanted = [code for code, one in enumerate(found.causes) if one.title == cause]
        chosen &= np.isin(found.codes, wanted)
    if task:
        code = snapshot.tasks.index(task) if task in snapshot.tasks else -1
        chosen &= snapshot.task_codes == code
    if dataset:
        chosen &= (snapshot.samples["dataset"] == dataset).to_numpy()
    return chosen


def some(planned: ExportPlan, members: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Numbers of `count` members in a drawn order; every seed gives others."""
    numbers = np.flatnonzero(members)
    drawn = sampling.draw(sampling.identities_of(planned.outcome.snapshot.samples)[numbers], seed)
    if len(numbers) > count:
        nearest = np.argpartition(drawn, count)[:count]
        numbers, drawn = numbers[nearest], drawn[nearest]
    found: np.ndarray = numbers[np.argsort(drawn, kind="stable")]
    return found


def by_cause(found: Ledger, members: np.ndarray | None = None) -> pl.DataFrame:
    """kind, name, title and samples of each cause that occurs, in their order; of some samples only, if told."""
    codes = found.codes if members is None else found.codes[members]
    counts = np.bincount(codes, minlength=len(found.causes)).tolist()
    rows = [(one.kind, one.name, one.title, n) for one, n in zip(found.causes, counts, strict=True) if n]
    return pl.DataFrame(rows, schema=["kind", "name", "title", "samples"], orient="row")


def _full_rules(planned: ExportPlan) -> tuple[Sequence[Rule], np.ndarray]:
    """The rules without room, and for each cell the place of the first of them that holds it back."""
    given = planned.allotment.given
    rules = [rule for rule in planned.allotment.rules if int(given[rule.cells].sum()) >= rule.bound]
    of_cell = np.zeros(len(given), dtype=np.int16)
    for place in reversed(range(len(rules))):
        of_cell[rules[place].cells] = place
    return rules, of_cell
