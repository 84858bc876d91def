"""Dataset indicators of sets of samples: light ones at once, heavy ones computed on demand and then kept.

A heavy value is kept under a hash of everything that it hangs on: the samples of the set and of the workspace, the
size of the draws, the indicator's version and parameters, and what scores and vectors there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import ModuleType

import numpy as np
import orjson

from curation.filtering.snapshot import Snapshot
from curation.reporting.comparison import Comparison
from curation.workspace import Workspace, cache
from scoring import registry
from scoring.indicator import Indicator, Outcome
from storage import indicators

EMPTY = Outcome(None, "not computed: the set is empty")
LATER = Outcome(None, "not computed yet")
Progress = Callable[[str, int, int], None]
"""Called with what is being computed, how many indicators are done, and how many there are in all."""


@dataclass(frozen=True)
class Result:
    """One indicator of one set."""

    indicator: Indicator
    outcome: Outcome


def of_subset(workspace: Workspace, snapshot: Snapshot, chosen: np.ndarray, *, heavy: bool = True) -> list[Result]:
    """Every indicator of the samples where `chosen` is True; see `compare`."""
    return compare(workspace, snapshot, [chosen], heavy=heavy)[0]


def silent(_doing: str, _done: int, _total: int) -> None:
    """Says nothing."""


def compare(
    workspace: Workspace, snapshot: Snapshot, sets: Sequence[np.ndarray], *, heavy: bool = True,
    progress: Progress = silent,
) -> list[list[Result]]:  # fmt: skip
    """Every indicator of every set, comparable between them. Without `heavy`, kept values only of heavy indicators."""
    compared = _Compared(Comparison(workspace, snapshot, tuple(sets)))
    each = len(registry.indicator_modules())

    def within(place: int) -> Callable[[str, int], None]:
        return lambda title, done: progress(title, place * each + done, len(sets) * each)

    return [compared.results(chosen, heavy, within(place)) for place, chosen in enumerate(sets)]


@dataclass(frozen=True, eq=False)
class _Compared:
    about: Comparison

    def results(self, chosen: np.ndarray, heavy: bool, progress: Callable[[str, int], None]) -> list[Result]:
        modules = list(registry.indicator_modules().values())
        if not chosen.any():
            return [Result(module.INDICATOR, EMPTY) for module in modules]
        hashes = self._hashes(modules, chosen)
        kept = indicators.of_hashes(self.about.workspace.store, list(hashes.values()))
        results, new = [], []
        for done, module in enumerate(modules):
            declared = module.INDICATOR
            progress(declared.title, done)
            key = hashes.get(declared.name, "")
            outcome = Outcome(**kept[key]) if key in kept else LATER
            if key not in kept and (heavy or not declared.heavy):
                outcome = module.compute(self.about.subset(chosen), declared.params)
                new.append((key, declared, outcome))
            results.append(Result(declared, outcome))
        self._keep([one for one in new if one[1].heavy])
        return results

    def _keep(self, computed: list[tuple[str, Indicator, Outcome]]) -> None:
        rows = [
            (key, one.name, one.version, outcome.value, outcome.detail, outcome.n, outcome.source)
            for key, one, outcome in computed
        ]
        if rows:
            indicators.add(self.about.workspace.store, rows)

    def _hashes(self, modules: list[ModuleType], chosen: np.ndarray) -> dict[str, str]:
        """What each heavy indicator of the set is kept under."""
        samples = _digest(self._keys[chosen].tobytes())
        heavy = [module.INDICATOR for module in modules if module.INDICATOR.heavy]
        return {one.name: self._hash(one, chosen, samples) for one in heavy}

    def _hash(self, one: Indicator, chosen: np.ndarray, samples: str) -> str:
        state = [self._metric_state(name, chosen) for name in one.needs_metrics]
        state += [self._feature_state(name) for name in one.needs_vectors]
        annotations = self.about.annotated
        parts: list[object] = [samples, self.about.limits, one.name, one.version, dict(one.params), state]
        parts += [annotations.height, int(annotations["kinds"].sum())]
        if one.needs_vectors:
            parts.append(self._everything)
        return _digest(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS))

    def _metric_state(self, name: str, chosen: np.ndarray) -> list[object]:
        snapshot = self.about.snapshot
        if name in snapshot.values:
            return [name, self.about.scored(name), _digest(snapshot.values[name].mean[chosen].tobytes())]
        version = snapshot.columns[name].version
        read = partial(indicators.newest_run, metric=name, version=version)
        return [name, version, cache.recall(self.about.workspace.store, f"newest run of {name} {version}", read)]

    def _feature_state(self, name: str) -> list[object]:
        version = self.about.snapshot.columns[name].version
        return [name, version, self.about.embedded(name), self.about.stored.get((name, version))]

    @cached_property
    def _keys(self) -> np.ndarray:
        """A number per sample that stands for its dataset and content; another Polars may give another one."""
        return self.about.snapshot.samples["key"].hash().to_numpy()

    @cached_property
    def _everything(self) -> str:
        return _digest(self._keys.tobytes())


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
