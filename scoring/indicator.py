"""The contract of a dataset indicator: one number about a whole set of samples, as in the paper's Tables 3 and 4."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from scoring.arrays import Floats, Numbers, Vectors
from scoring.json_types import Params

BetterSide = Literal["high", "low", ""]
TextField = Literal["instruction", "response"]
TaskInstruction = tuple[str, str]
"""A turn's task label and its instruction."""


@dataclass(frozen=True)
class Indicator:
    """What an indicator's file says about itself.

    The file also has `compute(subset, params) -> IndicatorValue`. `better` is "" where neither way is; `range` are
    the values that it can have. `needs_metrics` and `needs_vectors` are alternatives, the preferred one first:
    metrics, and stored features. A `heavy` indicator reads texts, vectors or objects of the set, not only scores:
    it is computed on demand and then kept. `params` are fixed, so that sets compare; a change of them or of the
    method asks for another version.
    """

    name: str
    abbreviation: str
    title: str
    version: str
    principle: str
    unit: str
    better: BetterSide
    range: tuple[float | None, float | None] = (0.0, None)
    needs_metrics: tuple[str, ...] = ()
    needs_vectors: tuple[str, ...] = ()
    heavy: bool = False
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class IndicatorValue:
    """An indicator's value over `n` samples, turns or images, from the metric or feature `source`.

    `value` None means not computed, and `detail` says why; otherwise `detail` says from what, where that is a choice.
    `low` and `high` are the ends of the 95 % interval; None where there is none.
    """

    value: float | None
    detail: str = ""
    n: int = 0
    source: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Subset:
    """A set of samples as indicators see it; what is not in memory is read when it is asked for.

    `tasks` is the number of turns per task, of every task that one of the compared sets has, unlabelled turns left
    out; `drawn` is how many turns with a task an equal draw from all sets has. `scored(metric)` and `embedded(feature)`
    are True when all sets that this one is compared with have values, so that they use the same one.
    `values(metric)` are the samples' means of a metric, and `turn_values(metric)` those of its turns, without gaps.
    The rest is about a repeatable draw of equal size in all sets: `instructions()` with their tasks,
    `texts(field)`, `vectors(feature)` as (N, D), `kinds_of_objects()`, the annotated kinds of objects per image,
    and `common_tasks(least)`, the tasks of which each set has so many instructions, and `near(feature, k)`, a
    DBSCAN radius that all sets share: `clusters.radius` of a draw from the whole workspace.
    """

    tasks: Mapping[str, int]
    drawn: int | None = None
    scored: Callable[[str], bool] = lambda _metric: False
    embedded: Callable[[str], bool] = lambda _feature: False
    values: Callable[[str], Floats] = lambda _metric: np.empty(0)
    turn_values: Callable[[str], Floats] = lambda _metric: np.empty(0)
    instructions: Callable[[], Sequence[TaskInstruction]] = tuple
    texts: Callable[[TextField], Sequence[str]] = lambda _field: ()
    common_tasks: Callable[[int], frozenset[str] | None] = lambda _least: None
    vectors: Callable[[str], Vectors] = lambda _feature: np.empty((0, 0), np.float32)
    near: Callable[[str, int], float | None] = lambda _feature, _neighbours: None
    kinds_of_objects: Callable[[], Numbers] = lambda: np.empty(0, np.int64)


def mean(indicator: Indicator, subset: Subset) -> IndicatorValue:
    """Computes the mean of the first metric of `needs_metrics` that is scored.

    Args:
        indicator: The indicator.
        subset: The samples.

    Returns:
        The mean over the samples that have a value; None where there are none.
    """
    name = next((name for name in indicator.needs_metrics if subset.scored(name)), None)
    if name is None:
        return missing(indicator.needs_metrics)
    values = subset.values(name)
    if not len(values):
        return IndicatorValue(None, f"not computed: no sample has a value of {name}")
    return IndicatorValue(float(values.mean()), f"from {name}", len(values), name)


def first_embedded(declared: Indicator, subset: Subset) -> str | None:
    """The first of the indicator's vectors that the subset has; None when it has none."""
    return next((name for name in declared.needs_vectors if subset.embedded(name)), None)


def missing(names: Sequence[str]) -> IndicatorValue:
    """No value, because none of these was run: what to run is the detail."""
    return IndicatorValue(None, f"not computed: run {' or '.join(names)}")


@runtime_checkable
class IndicatorModule(Protocol):
    """An indicator's file."""

    INDICATOR: Indicator

    def compute(self, subset: Subset, params: Params, /) -> IndicatorValue:
        """Computes the indicator of a set of samples."""
