"""Dataset indicators of sets of samples: light ones at once, heavy ones computed on demand and then kept.

A heavy value is kept under a hash of everything that it hangs on: the samples of the set and of the workspace, the
size of the draws, the indicator's version and parameters, and what scores and vectors there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property, partial

import orjson

from curation.common.progress import StepProgress
from curation.filtering.snapshot import Snapshot
from curation.reporting import uncertainty
from curation.reporting.comparison import SetComparison
from curation.workspace import Workspace, cache, task_axis
from scoring import registry
from scoring.arrays import Bits, Mask
from scoring.indicator import Indicator, IndicatorModule, IndicatorValue
from storage import indicators

EMPTY = IndicatorValue(None, "not computed: the set is empty")
LATER = IndicatorValue(None, "not computed yet")


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator of one set."""

    indicator: Indicator
    outcome: IndicatorValue


def of_subset(workspace: Workspace, snapshot: Snapshot, members: Mask, *, heavy: bool = True) -> list[IndicatorResult]:
    """Computes every indicator of one set.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        members: The set, True for its samples.
        heavy: Whether heavy indicators without a stored value are computed.

    Returns:
        One result per indicator, in the order of the registry.
    """
    return compare(workspace, snapshot, [members], heavy=heavy)[0]


def silent(_doing: str, _done: int, _total: int) -> None:
    """Reports no progress.

    Args:
        _doing: Not used.
        _done: Not used.
        _total: Not used.
    """


def compare(
    workspace: Workspace, snapshot: Snapshot, sets: Sequence[Mask], *, heavy: bool = True, intervals: bool = True,
    progress: StepProgress = silent,
) -> list[list[IndicatorResult]]:  # fmt: skip
    """Computes every indicator of every set, comparable between them.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        sets: Each True for its samples.
        heavy: Whether heavy indicators without a stored value are computed; else their outcome is LATER.
        intervals: Whether new values come with their 95 % interval, which takes ten times as long, and are kept.
        progress: Called before each indicator.

    Returns:
        Per set, one result per indicator, in the order of the registry.
    """
    compared = _Compared(SetComparison(workspace, snapshot, tuple(sets)), intervals)
    each = len(registry.indicator_modules())

    def within(number: int) -> Callable[[str, int], None]:
        return lambda title, done: progress(title, number * each + done, len(sets) * each)

    return [compared.results(members, heavy, within(number)) for number, members in enumerate(sets)]


@dataclass(frozen=True, eq=False)
class _Compared:
    about: SetComparison
    intervals: bool

    def results(self, members: Mask, heavy: bool, progress: Callable[[str, int], None]) -> list[IndicatorResult]:
        modules = list(registry.indicator_modules().values())
        if not members.any():
            return [IndicatorResult(module.INDICATOR, EMPTY) for module in modules]
        hashes = self._hashes(modules, members)
        stored = indicators.of_hashes(self.about.workspace.store, list(hashes.values()))
        results, new = [], []
        for done, module in enumerate(modules):
            declared = module.INDICATOR
            progress(declared.title, done)
            key = hashes.get(declared.name, "")
            outcome = IndicatorValue(**stored[key]) if key in stored else LATER
            if key not in stored and (heavy or not declared.heavy):
                outcome = self._compute(module, members)
                new.append((key, declared, outcome))
            results.append(IndicatorResult(declared, outcome))
        if self.intervals:  # what is kept has its interval
            self._keep([entry for entry in new if entry[1].heavy])
        return results

    def _compute(self, module: IndicatorModule, members: Mask) -> IndicatorValue:
        """The value; with its interval where one is asked for."""
        drawn, params = self.about.drawn(members), module.INDICATOR.params
        outcome = module.compute(drawn.subset(), params)
        if not self.intervals:
            return outcome
        return uncertainty.with_interval(
            outcome,
            drawn.parts,
            lambda remaining: module.compute(drawn.subset(remaining), params),
            module.INDICATOR.range,
        )

    def _keep(self, computed: list[tuple[str, Indicator, IndicatorValue]]) -> None:
        rows = [(key, indicator.name, indicator.version, *astuple(outcome)) for key, indicator, outcome in computed]
        if rows:
            indicators.add(self.about.workspace.store, rows)

    def _hashes(self, modules: list[IndicatorModule], members: Mask) -> dict[str, str]:
        """What each heavy indicator of the set is kept under."""
        samples = _digest(self._keys[members].tobytes())
        heavy = [module.INDICATOR for module in modules if module.INDICATOR.heavy]
        return {indicator.name: self._hash(indicator, members, samples) for indicator in heavy}

    def _hash(self, indicator: Indicator, members: Mask, samples: str) -> str:
        state = [self._metric_state(name, members) for name in indicator.needs_metrics]
        state += [self._feature_state(name) for name in indicator.needs_vectors]
        annotations = self.about.annotated
        parts: list[object] = [
            samples,
            (self.about.limits.turns, self.about.limits.images),
            indicator.name,
            indicator.version,
            dict(indicator.params),
            state,
        ]
        parts += [annotations.height, int(annotations["kinds"].sum())]
        if indicator.needs_vectors:
            parts.append(self._everything)
        if "per_task" in indicator.params:
            parts.append(sorted(self.about.common_tasks(indicator.params["per_task"])))
        return _digest(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS))

    def _metric_state(self, name: str, members: Mask) -> list[object]:
        snapshot = self.about.snapshot
        if name in snapshot.values:
            return [name, self.about.scored(name), _digest(snapshot.values[name].mean[members].tobytes())]
        name = snapshot.task_axis if name == task_axis.DEFAULT else name
        version = snapshot.columns[name].version
        read = partial(indicators.newest_run, metric=name, version=version)
        return [name, version, cache.recall(self.about.workspace.store, f"newest run of {name} {version}", read)]

    def _feature_state(self, name: str) -> list[object]:
        version = self.about.snapshot.columns[name].version
        return [name, version, self.about.embedded(name), self.about.stored.get((name, version))]

    @cached_property
    def _keys(self) -> Bits:
        """A number per sample that stands for its dataset and content; another Polars may give another one."""
        return self.about.snapshot.samples["key"].hash().to_numpy()

    @cached_property
    def _everything(self) -> str:
        return _digest(self._keys.tobytes())


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
