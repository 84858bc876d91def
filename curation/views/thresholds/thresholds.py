"""The thresholds page's board: metrics with their distributions, cuts and what remains; from memory."""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
import polars as pl

from curation.app import board
from curation.app import scope as scopes
from curation.app.scope import Scope
from curation.app.server import Server
from curation.common import display
from curation.filtering import heavy_drops as heavy
from curation.filtering import thresholds
from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import NEVER_DROPPED, Filter, RecipeOutcome
from curation.recipes.recipe import Cut, Recipe, RecipeError
from curation.views.messages.board import BoardCounts, BoardCut, BoardKind, BoardMetric, BoardState, BoardStep
from scoring.arrays import Mask, Numbers

EVERYTHING = Scope()
START = 0.05
"""Where nothing is suggested, a metric that is switched on drops this share at its bad end."""
_SAMPLED = 5000
MOST_FILTERS = 3
"""Filters that are named where a dataset loses much."""

_lock = threading.Lock()
_members: weakref.WeakKeyDictionary[Server, tuple[weakref.ref[Snapshot], Scope, Mask | None]] = (
    weakref.WeakKeyDictionary()
)


@dataclass(frozen=True)
class HeavyDropView:
    """A dataset of which much is dropped, and by which filters, with how many samples each."""

    dataset: str
    samples: int
    dropped: int
    filters: tuple[tuple[str, int], ...]


def count(server: Server) -> int:
    """How many samples there are to cut."""
    return board.current(server).snapshot.count


def members(server: Server, scope: Scope) -> Mask | None:
    """Returns the samples of a scope, remembered until the snapshot changes.

    Args:
        server: Its board is used.
        scope: Filters that a page sets.
    Returns:
        True for each sample in the scope, (N,); None when the scope is everything.
    """
    if scope.empty:
        return None
    snapshot = board.current(server).snapshot
    with _lock:
        cached = _members.get(server)
    if cached is None or cached[0]() is not snapshot or cached[1] != scope:
        cached = (weakref.ref(snapshot), scope, scopes.members(server, scope))
        with _lock:
            _members[server] = cached
    return cached[2]


def outcome(server: Server, recipe: Recipe, scope: Scope = EVERYTHING) -> RecipeOutcome:
    """Returns what a recipe does to the samples of a scope.

    Args:
        server: Its board is filtered.
        recipe: Recipe to apply.
        scope: Samples that count; everything by default.
    Raises:
        RecipeError: When the recipe has too many filters.
    """
    return board.current(server).evaluate(recipe, within=members(server, scope))


def heavy_drops(filter_outcome: RecipeOutcome) -> list[HeavyDropView]:
    """Datasets of which more than a twentieth is dropped, in words.

    Args:
        filter_outcome: What a recipe does.
    Returns:
        Those that lose the largest share first.
    """
    return [
        HeavyDropView(
            drop.dataset, drop.samples, drop.dropped,
            tuple((title(filter_outcome.snapshot, step), many) for step, many in drop.filters[:MOST_FILTERS]),
        )
        for drop in heavy.heavy_drops(filter_outcome)
    ]  # fmt: skip


def recipe_and_scope(body: bytes) -> tuple[Recipe, Scope]:
    """The recipe and the scope of a question to `evaluate`, from JSON. Raises RecipeError for anything else."""
    try:
        raw = orjson.loads(body)
        return moved(Recipe(), raw), scopes.from_params(dict(raw.get("scope", {})))
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecipeError("The question cannot be read.") from error


def moved(old: Recipe, board_state: Mapping[str, Any]) -> Recipe:
    """Returns the recipe with the cuts and flags that the board has now.

    Args:
        old: The recipe to start from; it stays as it is.
        board_state: {"cuts": [{"metric", "low", "high"}], "flags": [kind]} from the browser.
    Raises:
        KeyError, TypeError, ValueError: For what no board sends.
    """
    cuts = [Cut(str(cut["metric"]), _edge(cut["low"]), _edge(cut["high"])) for cut in board_state["cuts"]]
    cuts = [cut for cut in cuts if cut.low is not None or cut.high is not None]
    return replace(old, cuts=tuple(cuts), drop_flags=tuple(str(kind) for kind in board_state["flags"]))


def evaluate(server: Server, recipe: Recipe, scope: Scope = EVERYTHING) -> BoardCounts:
    """Returns what changes with a move of a cut, ready for JSON.

    Args:
        server: Its board is filtered.
        recipe: Recipe with the moved cut.
        scope: Samples that count; everything by default.
    Returns:
        remaining, total, the funnel, and remaining samples per bin.
    Raises:
        RecipeError: When the recipe has too many filters.
    """
    return counts(outcome(server, recipe, scope))


def counts(filter_outcome: RecipeOutcome) -> BoardCounts:
    """The same of an outcome."""
    steps: list[BoardStep] = [
        {
            "kind": step.kind,
            "name": step.name,
            "title": title(filter_outcome.snapshot, step),
            "fails": row["fails"],
            "drops": row["drops"],
            "only": row["only"],
            "remaining": row["remaining"],
        }
        for step, row in zip(filter_outcome.filters, filter_outcome.funnel().iter_rows(named=True), strict=True)
    ]
    remaining_bins = {
        name: bins.tolist()
        for name, bins in filter_outcome.histograms().items()
        if filter_outcome.part.histograms[name].any()
    }
    return {
        "remaining": filter_outcome.remaining,
        "total": filter_outcome.total,
        "funnel": steps,
        "kept": remaining_bins,
    }


def state(filter_outcome: RecipeOutcome, recipe: Recipe) -> BoardState:
    """Returns everything that the board draws, ready for JSON.

    Args:
        filter_outcome: What the recipe does.
        recipe: The same recipe.
    """
    present: list[BoardCut] = [{"metric": cut.metric, "low": cut.low, "high": cut.high} for cut in recipe.cuts]
    return {
        "metrics": _metrics(filter_outcome),
        "kinds": kinds(filter_outcome, recipe),
        "cuts": present,
        "flags": list(recipe.drop_flags),
        "counts": counts(filter_outcome),
    }


def kinds(filter_outcome: RecipeOutcome, recipe: Recipe) -> list[BoardKind]:
    """Lists the kinds of flags with how many samples carry them, then those that only the recipe names.

    Args:
        filter_outcome: What the recipe does; dismissed and supported flags do not count.
        recipe: The same recipe.
    Returns:
        kind, title and count, most first.
    """
    flags, decisions = filter_outcome.snapshot.flags, filter_outcome.snapshot.decisions
    dismissed = decisions.filter((pl.col("subject") == "flag") & (pl.col("verdict") == "dismiss"))["key"]
    open_flags = flags.filter(
        ~pl.col("flag_id").is_in(dismissed.implode()) & ~pl.col("verdict").is_in(NEVER_DROPPED)
    ).select("kind", "sample_no")
    if filter_outcome.part.members is not None:
        open_flags = open_flags.filter(pl.Series(filter_outcome.part.members[open_flags["sample_no"].to_numpy()]))
    many = open_flags.group_by("kind").agg(pl.col("sample_no").n_unique().alias("n"))
    counted = dict(many.sort("n", "kind", descending=[True, False]).iter_rows())
    names = [*counted, *(kind for kind in recipe.drop_flags if kind not in counted)]
    return [{"kind": name, "title": display.title(name), "count": counted.get(name, 0)} for name in names]


def title(snapshot: Snapshot, step: Filter) -> str:
    """Returns the label of a filter.

    Args:
        snapshot: It knows the titles of metrics.
        step: The filter.
    """
    words = thresholds.title(snapshot.columns, step.kind, step.name)
    return words[:1].upper() + words[1:]


def reasons(server: Server, recipe: Recipe, sample_no: int) -> tuple[str, ...]:
    """Returns what drops a sample under a recipe.

    Args:
        server: Its board is filtered.
        recipe: The recipe.
        sample_no: Number of the sample; newer ones than the board have no reasons.
    Returns:
        Titles of filters; empty when the sample remains.
    """
    filter_outcome = board.current(server).evaluate(recipe)
    return filter_outcome.reasons(sample_no) if sample_no < filter_outcome.snapshot.count else ()


def _metrics(filter_outcome: RecipeOutcome) -> list[BoardMetric]:
    """Metrics with values, by principle."""
    snapshot, before = filter_outcome.snapshot, filter_outcome.part.histograms
    offered = {cut.metric: cut for cut in thresholds.suggested_cuts(snapshot)}
    order = {name: position for position, name in enumerate(snapshot.columns)}
    names = [name for name, values in snapshot.values.items() if values.histogram.any()]
    names.sort(key=lambda name: (snapshot.columns[name].principle, order[name]))
    return [_metric(snapshot, name, before[name], filter_outcome.total, offered.get(name)) for name in names]


def _metric(snapshot: Snapshot, name: str, bins: Numbers, total: int, offered: Cut | None) -> BoardMetric:
    column, values = snapshot.columns[name], snapshot.values[name]
    start = offered or _start(snapshot, name)
    some = values.worst[:_SAMPLED]
    some = some[~np.isnan(some)]
    return {
        "name": name,
        "title": column.title,
        "about": column.about,
        "principle": column.principle,
        "unit": column.unit,
        "edges": values.edges.tolist(),
        "whole": bool(len(some)) and bool((some == np.floor(some)).all()),
        "counts": bins.tolist(),
        "missing": total - int(bins.sum()),
        "start": {"low": start.low, "high": start.high},
    }


def _start(snapshot: Snapshot, name: str) -> Cut:
    """A cut to start from where nothing is suggested: about START of the samples at the bad end, from the bins."""
    values = snapshot.values[name]
    share = np.cumsum(values.histogram) / max(int(values.histogram.sum()), 1)
    if snapshot.columns[name].bad_when == "high":
        edge = max(int(np.searchsorted(share, 1 - START)), 1)
        return Cut(name, high=float(values.edges[edge]))
    return Cut(name, low=float(values.edges[int(np.searchsorted(share, START)) + 1]))


def _edge(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("an edge is not finite")
    return number
