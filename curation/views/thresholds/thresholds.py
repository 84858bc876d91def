"""The thresholds page's board: metrics with their distributions, cuts and what remains; from memory."""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import polars as pl

from curation.app import board
from curation.app import scope as scopes
from curation.app.scope import Scope
from curation.app.server import Server
from curation.common import display
from curation.filtering import thresholds
from curation.filtering.snapshot import Snapshot
from curation.filtering.thresholds import NEVER_DROPPED, Filter, Outcome
from curation.recipes.recipe import Cut, Recipe, RecipeError

EVERYTHING = Scope()
START = 0.05
"""Where nothing is suggested, a metric that is switched on drops this share at its bad end."""
_SAMPLED = 5000

_lock = threading.Lock()
_members: weakref.WeakKeyDictionary[Server, tuple[Snapshot, Scope, np.ndarray | None]] = weakref.WeakKeyDictionary()


def count(server: Server) -> int:
    """How many samples there are to cut."""
    return board.current(server).snapshot.count


def members(server: Server, scope: Scope) -> np.ndarray | None:
    """The samples of a scope (a boolean each; None: all), remembered until the snapshot changes."""
    if scope.empty:
        return None
    snapshot = board.current(server).snapshot
    with _lock:
        kept = _members.get(server)
    if kept is None or kept[0] is not snapshot or kept[1] != scope:
        kept = (snapshot, scope, scopes.members(server, scope))
        with _lock:
            _members[server] = kept
    return kept[2]


def outcome(server: Server, recipe: Recipe, scope: Scope = EVERYTHING) -> Outcome:
    """What the recipe does to the samples of the scope. Raises RecipeError for one with too many filters."""
    return board.current(server).evaluate(recipe, within=members(server, scope))


def asked(body: bytes) -> tuple[Recipe, Scope]:
    """The recipe and the scope of a question to `evaluate`, from JSON. Raises RecipeError for anything else."""
    try:
        raw = orjson.loads(body)
        return moved(Recipe(), raw), scopes.from_params(dict(raw.get("scope", {})))
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecipeError("The question cannot be read.") from error


def moved(old: Recipe, said: Mapping[str, Any]) -> Recipe:
    """The recipe with the cuts ({"metric", "low", "high"}) and flags that the board has now.

    Raises KeyError, TypeError or ValueError for what no board says.
    """
    cuts = [Cut(str(one["metric"]), _edge(one["low"]), _edge(one["high"])) for one in said["cuts"]]
    cuts = [cut for cut in cuts if cut.low is not None or cut.high is not None]
    return replace(old, cuts=tuple(cuts), drop_flags=tuple(str(kind) for kind in said["flags"]))


def evaluate(server: Server, recipe: Recipe, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """What changes with a move, ready for JSON: remaining, total, the funnel, and remaining samples per bin."""
    return counts(outcome(server, recipe, scope))


def counts(found: Outcome) -> dict[str, Any]:
    """The same of an outcome."""
    columns = ("fails", "drops", "only", "remaining")
    steps = [
        {"kind": one.kind, "name": one.name, "title": title(found.snapshot, one)} | {key: row[key] for key in columns}
        for one, row in zip(found.filters, found.funnel().iter_rows(named=True), strict=True)
    ]
    kept = {name: bins.tolist() for name, bins in found.histograms().items() if found.part.histograms[name].any()}
    return {"remaining": found.remaining, "total": found.total, "funnel": steps, "kept": kept}


def state(found: Outcome, recipe: Recipe) -> dict[str, Any]:
    """Everything that the board draws, ready for JSON."""
    present = [{"metric": cut.metric, "low": cut.low, "high": cut.high} for cut in recipe.cuts]
    return {
        "metrics": _metrics(found),
        "kinds": kinds(found, recipe),
        "cuts": present,
        "flags": list(recipe.drop_flags),
        "counts": counts(found),
    }


def kinds(found: Outcome, recipe: Recipe) -> list[dict[str, Any]]:
    """Kinds of flags that nobody dismissed, with how many samples carry them; then those that only the recipe names."""
    flags, said = found.snapshot.flags, found.snapshot.decisions
    dismissed = said.filter((pl.col("subject") == "flag") & (pl.col("verdict") == "dismiss"))["key"]
    open_flags = flags.filter(
        ~pl.col("flag_id").is_in(dismissed.implode()) & ~pl.col("verdict").is_in(NEVER_DROPPED)
    ).select("kind", "sample_no")
    if found.part.members is not None:
        open_flags = open_flags.filter(pl.Series(found.part.members[open_flags["sample_no"].to_numpy()]))
    many = open_flags.group_by("kind").agg(pl.col("sample_no").n_unique().alias("n"))
    counted = dict(many.sort("n", "kind", descending=[True, False]).iter_rows())
    names = [*counted, *(kind for kind in recipe.drop_flags if kind not in counted)]
    return [{"kind": name, "title": display.title(name), "count": counted.get(name, 0)} for name in names]


def title(snapshot: Snapshot, one: Filter) -> str:
    """A filter as a label."""
    words = thresholds.title(snapshot.columns, one.kind, one.name)
    return words[:1].upper() + words[1:]


def reasons(server: Server, recipe: Recipe, sample_no: int) -> tuple[str, ...]:
    """What drops this sample under the recipe, in words; empty when it remains."""
    found = board.current(server).evaluate(recipe)
    return found.reasons(sample_no) if sample_no < found.snapshot.count else ()


def _metrics(found: Outcome) -> list[dict[str, Any]]:
    """Metrics with values, by principle."""
    snapshot, before = found.snapshot, found.part.histograms
    offered = {cut.metric: cut for cut in thresholds.suggested_cuts(snapshot)}
    order = {name: place for place, name in enumerate(snapshot.columns)}
    names = [name for name, values in snapshot.values.items() if values.histogram.any()]
    names.sort(key=lambda name: (snapshot.columns[name].principle, order[name]))
    return [_metric(snapshot, name, before[name], found.total, offered.get(name)) for name in names]


def _metric(snapshot: Snapshot, name: str, bins: np.ndarray, total: int, offered: Cut | None) -> dict[str, Any]:
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
        place = max(int(np.searchsorted(share, 1 - START)), 1)
        return Cut(name, high=float(values.edges[place]))
    return Cut(name, low=float(values.edges[int(np.searchsorted(share, START)) + 1]))


def _edge(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("an edge is not finite")
    return number
