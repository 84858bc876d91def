"""The thresholds page: one row per metric, what remains, and what lies at a cut; from memory."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation import memo, thresholds
from curation.recipe import Cut, Recipe
from curation.server import Server
from curation.thresholds import NEVER_DROPPED, Outcome
from curation.views import board
from storage import samples

STEPS = 100


@dataclass(frozen=True)
class MetricRow:
    """One metric with its distribution and its cut; `low` and `high` are what the slider shows."""

    name: str
    title: str
    about: str
    principle: str
    unit: str
    lowest: float
    highest: float
    step: float
    low: float
    high: float
    cut: Cut | None
    suggested: Cut | None
    counts: np.ndarray
    remaining: np.ndarray
    edges: tuple[float, float]
    drops: int
    only: int
    missing: int


@dataclass(frozen=True)
class ThresholdsView:
    """Everything that the thresholds page draws for one recipe."""

    outcome: Outcome
    metrics: list[MetricRow]
    funnel: pl.DataFrame
    tasks: pl.DataFrame
    kinds: dict[str, int]

    @property
    def total(self) -> int:
        """Samples before any filter."""
        return self.outcome.snapshot.count


@dataclass(frozen=True)
class Example:
    """A sample near a cut; `reasons` are the filters that drop it."""

    sample_no: int
    image_no: int | None
    dataset: str
    row: int
    value: float
    reasons: tuple[str, ...]


def count(server: Server) -> int:
    """How many samples there are to cut."""
    return board.current(server).snapshot.count


def view(server: Server, recipe: Recipe) -> ThresholdsView:
    """What the recipe does to the workspace."""
    now = board.current(server)
    outcome = now.evaluate(recipe)
    funnel = outcome.funnel()
    counted = {row["filter"]: row for row in funnel.iter_rows(named=True) if row["kind"] == "threshold"}
    histograms = outcome.histograms()
    cuts = {cut.metric: cut for cut in recipe.cuts}
    offered = {cut.metric: cut for cut in thresholds.suggested_cuts(now.snapshot)}
    metrics = [
        _row(outcome, name, cuts.get(name), offered.get(name), counted.get(name), histograms[name])
        for name in now.snapshot.values
        if now.snapshot.values[name].histogram.sum()
    ]
    order = {name: place for place, name in enumerate(now.snapshot.columns)}
    metrics.sort(key=lambda row: (row.principle, order[row.name]))
    titles = {name: column.title for name, column in now.snapshot.columns.items()}
    funnel = funnel.with_columns(
        pl.when(pl.col("kind") == "threshold")
        .then(pl.col("filter").replace_strict(titles, default=pl.col("filter")))
        .otherwise(pl.col("filter").str.replace_all("_", " "))
        .alias("title")
    )
    return ThresholdsView(outcome, metrics, funnel, outcome.by_task(), _kinds(outcome))


def reasons(server: Server, recipe: Recipe, sample_no: int) -> tuple[str, ...]:
    """What drops this sample under the recipe, in words; empty when it remains."""
    outcome = board.current(server).evaluate(recipe)
    if sample_no >= outcome.snapshot.count or outcome.kept[sample_no]:
        return ()
    return _reasons(outcome, sample_no)


def examples(server: Server, shown: ThresholdsView, cut: Cut, each: int = 6) -> tuple[list[Example], list[Example]]:
    """Samples nearest to a cut: those it keeps, and those it drops."""
    kept, dropped = thresholds.at_the_cut(shown.outcome, cut, each)
    return _examples(server, shown.outcome, cut, kept), _examples(server, shown.outcome, cut, dropped)


def cut_between(row: MetricRow, low: float, high: float) -> Cut:
    """The cut that the slider's two ends mean; an end that rests at the border cuts nothing."""
    return Cut(
        row.name,
        None if low <= row.lowest + row.step / 2 else low,
        None if high >= row.highest - row.step / 2 else high,
    )


def _row(
    outcome: Outcome,
    name: str,
    cut: Cut | None,
    offered: Cut | None,
    counted: dict[str, int] | None,
    remaining: np.ndarray,
) -> MetricRow:
    snapshot = outcome.snapshot
    values, column = snapshot.values[name], snapshot.columns[name]
    lowest, highest, step = _scale(float(values.edges[0]), float(values.edges[-1]), cut, offered)
    return MetricRow(
        name=name,
        title=column.title,
        about=column.about,
        principle=column.principle,
        unit=column.unit,
        lowest=lowest,
        highest=highest,
        step=step,
        low=lowest if cut is None or cut.low is None else cut.low,
        high=highest if cut is None or cut.high is None else cut.high,
        cut=cut,
        suggested=offered,
        counts=values.histogram,
        remaining=remaining,
        edges=(float(values.edges[0]), float(values.edges[-1])),
        drops=counted["fails"] if counted else 0,
        only=counted["only"] if counted else 0,
        missing=int(np.isnan(values.worst).sum()),
    )


def _scale(low: float, high: float, *cuts: Cut | None) -> tuple[float, float, float]:
    """Ends and step of a slider in round numbers, wide enough for what occurs and for the cuts."""
    edges = [edge for cut in cuts if cut for edge in (cut.low, cut.high) if edge is not None]
    low, high = min([low, *edges]), max([high, *edges])
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-9) / STEPS))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= STEPS * 2)
    digits = max(0, -math.floor(math.log10(step)))
    first, last = math.floor(low / step + 1e-6) * step, math.ceil(high / step - 1e-6) * step
    return round(first, digits), round(last, digits), round(step, digits)


def _kinds(outcome: Outcome) -> dict[str, int]:
    """Samples per kind of flag that nobody dismissed."""
    flags = outcome.snapshot.flags
    said = outcome.snapshot.decisions
    dismissed = said.filter((pl.col("subject") == "flag") & (pl.col("verdict") == "dismiss"))["key"]
    open_flags = flags.filter(~pl.col("flag_id").is_in(dismissed.to_list()) & ~pl.col("verdict").is_in(NEVER_DROPPED))
    counts = open_flags.group_by("kind").agg(pl.col("sample_no").n_unique().alias("n"))
    return dict(counts.sort("n", "kind", descending=[True, False]).iter_rows())


def _examples(server: Server, outcome: Outcome, cut: Cut, numbers: np.ndarray) -> list[Example]:
    pictures = memo.recall(server.workspace.store, "first images", samples.first_images)
    wanted = pl.DataFrame({"sample_no": numbers}, schema={"sample_no": pl.Int32})
    rows = (
        wanted.join(outcome.snapshot.samples.select("sample_no", "dataset", "row_index"), on="sample_no", how="left")
        .join(pictures, on="sample_no", how="left", maintain_order="left")
        .iter_rows(named=True)
    )
    values = outcome.snapshot.values[cut.metric]
    return [
        Example(
            row["sample_no"],
            row["image_no"],
            row["dataset"],
            row["row_index"],
            float(values.worst[row["sample_no"]]),
            _reasons(outcome, row["sample_no"]),
        )
        for row in rows
    ]


def _reasons(outcome: Outcome, sample_no: int) -> tuple[str, ...]:
    columns = outcome.snapshot.columns
    return tuple(  # a kind of flag may have a metric's name
        columns[one.name].title if one.kind == "threshold" else one.name.replace("_", " ")
        for one in outcome.failing(sample_no)
    )
