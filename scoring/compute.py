"""Scores a batch with many metrics: features once, a failure of one item never loses the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from scoring import limits, registry
from scoring.damage import raise_machine_error
from scoring.item import Image, Item, Sample, TurnItem
from scoring.json_types import Params
from scoring.limits import CallLimit, Limits, TookTooLong
from scoring.metric import Batch, Metric, MetricModule, Postponed, Result, Subject, Unavailable, not_installed
from scoring.text import language
from scoring.work import PlannedColumn

LANGUAGES = "languages"
"""The feature that says in which languages a turn is."""

ItemOutcome = Result | str | Postponed
"""A result, the text of an error, or why the item is left for the next run."""


Member = TypeVar("Member")
Value = TypeVar("Value")
Failure = TypeVar("Failure")


class FailedFeature:
    """Stands where a feature could not be computed; every metric that needs it fails with its message."""

    def __init__(self, message: str) -> None:
        self.message = message


class Scorers:
    """Loaded metrics and features of one worker. `unavailable` maps a column to why it cannot run.

    `features` are to be computed and stored; `inputs` look up the values of those stored before; `limit` says how
    long a column may take over an item.
    """

    def __init__(
        self,
        metrics: Sequence[PlannedColumn],
        features: Sequence[PlannedColumn] = (),
        inputs: Mapping[str, Callable[[Item], object]] | None = None,
        limit: Limits | None = None,
    ) -> None:
        self.unavailable: dict[str, str] = {}
        self._inputs = inputs or {}
        self._limit = limit or (lambda _, seconds: CallLimit(seconds))
        self._models: dict[str, object] = {}
        self._features: dict[str, object] = {}
        for feature in features:
            self._load_feature(feature)
        for metric in metrics:
            self._load(metric)

    def feature(self, items: Sequence[Item], column: PlannedColumn) -> list[object]:
        """Computes the values of a feature that is to be stored.

        Args:
            items: Items of the feature's subject.
            column: The feature with its parameters.

        Returns:
            One value per item; FailedFeature for an item that has none.
        """
        return self._computed(items, column.name, column.params)

    def score(self, items: Sequence[Item], column: PlannedColumn, cache: dict[str, list[object]]) -> list[ItemOutcome]:
        """Scores items with one metric.

        Args:
            items: Items of the metric's subject.
            column: The metric with its parameters.
            cache: Values of the batch's features by name; those that are missing are added.

        Returns:
            One outcome per item.
        """
        module = registry.metric_modules()[column.name]
        needs = needed(module.METRIC)
        for name in needs:
            if name not in cache:
                cache[name] = self._values(items, name)
        features = {name: cache[name] for name in needs}
        broken = {
            index: value.message
            for values in features.values()
            for index, value in enumerate(values)
            if isinstance(value, FailedFeature)
        }
        good = [index for index in range(len(items)) if index not in broken]
        readable = [index for index in good if _readable(module.METRIC, features, index)]
        scored = self._score_good(items, features, readable, module, column)
        results: dict[int, ItemOutcome] = dict.fromkeys(good, Result()) | dict(zip(readable, scored, strict=True))
        return [broken[index] if index in broken else results[index] for index in range(len(items))]

    def _values(self, items: Sequence[Item], name: str) -> list[object]:
        if name not in self._inputs:
            return self._computed(items, name, {})
        look_up = self._inputs[name]
        numbers = [number_of(item) for item in items]
        return _each(items, numbers, lambda subset: [look_up(item) for item in subset], FailedFeature, CallLimit())

    def _score_good(
        self,
        items: Sequence[Item],
        features: Mapping[str, Sequence[object]],
        good: Sequence[int],
        module: MetricModule,
        column: PlannedColumn,
    ) -> list[ItemOutcome]:
        def score(indices: Sequence[int]) -> list[Result]:
            batch = Batch(
                [items[index] for index in indices],
                {key: [values[index] for index in indices] for key, values in features.items()},
            )
            return list(module.score(batch, self._models[column.name]))

        if not good:
            return []
        seconds = limits.of({**module.METRIC.running, **column.params}, builtin=module.METRIC.builtin)
        numbers = [number_of(items[index]) for index in good]
        outcomes = _each(good, numbers, score, str, self._limit(column.name, seconds))
        return [_outcome(outcome) for outcome in outcomes]

    def _computed(self, items: Sequence[Item], name: str, params: Params) -> list[object]:
        module = registry.feature_modules()[name]
        feature = module.FEATURE
        seconds = limits.of({**feature.running, **params}, builtin=not feature.params)
        numbers = [number_of(item) for item in items]

        def compute(subset: Sequence[Item]) -> Sequence[object]:
            return module.compute(subset, self._features[name])

        return _each(items, numbers, compute, FailedFeature, self._limit(name, seconds))

    def _load(self, column: PlannedColumn) -> None:
        module = registry.metric_modules()[column.name]
        try:
            for name in needed(module.METRIC):
                if name not in self._features and name not in self._inputs:
                    feature = registry.feature_modules()[name]
                    self._features[name] = feature.load({**feature.FEATURE.running, **feature.FEATURE.params})
            self._models[column.name] = module.load({**module.METRIC.running, **module.METRIC.params, **column.params})
        except Unavailable as error:
            self.unavailable[column.name] = str(error)
        except ModuleNotFoundError as error:
            self.unavailable[column.name] = not_installed(error)

    def _load_feature(self, column: PlannedColumn) -> None:
        module = registry.feature_modules()[column.name]
        try:
            self._features[column.name] = module.load(
                {**module.FEATURE.running, **module.FEATURE.params, **column.params}
            )
        except Unavailable as error:
            self.unavailable[column.name] = str(error)
        except ModuleNotFoundError as error:
            self.unavailable[column.name] = not_installed(error)


def needed(metric: Metric) -> tuple[str, ...]:
    """The features that a metric needs, those included by which it is told what it can read."""
    return (*metric.needs, LANGUAGES) if metric.languages and LANGUAGES not in metric.needs else metric.needs


def _readable(metric: Metric, features: Mapping[str, Sequence[object]], index: int) -> bool:
    """Whether an item's text is in a language that the metric knows."""
    if not metric.languages:
        return True
    return language.known(getattr(features[LANGUAGES][index], metric.reads), metric.languages)


def items_for(subject: Subject, work: Sequence[Sample] | Sequence[Image]) -> list[Item]:
    """Lists the items of a subject in a batch of work.

    Args:
        subject: What is scored.
        work: Samples, or images for the subject "image".

    Returns:
        Images, samples, or every turn of the samples.
    """
    if subject != "turn":
        return list(work)
    return [TurnItem(sample, turn) for sample in work if isinstance(sample, Sample) for turn in sample.turns]


def number_of(item: Item) -> int:
    """The item's subject number."""
    if isinstance(item, TurnItem):
        return item.turn.turn_no
    return item.sample_no if isinstance(item, Sample) else item.image_no


def _outcome(result: ItemOutcome) -> ItemOutcome:
    return result.error if isinstance(result, Result) and result.error is not None else result


def _each(
    items: Sequence[Member],
    numbers: Sequence[int],
    function: Callable[[Sequence[Member]], Sequence[Value]],
    failed: Callable[[str], Failure],
    limit: CallLimit,
) -> list[Value | Failure | Postponed]:
    """`function` on all items at once, or one by one when that raises; `failed(message)` for those that raise.

    An item that is postponed gets the exception itself. What takes longer than the limit counts as raising.
    """
    alone = len(items) == 1
    if alone and limit.hung(numbers[0]):
        return [failed(limit.sentence)]
    if alone or not limit.one_by_one:
        try:
            with limit.on(numbers):
                results: list[Value | Failure | Postponed] = list(function(items))
            if len(results) != len(items):
                raise ValueError(f"{len(results)} results for {len(items)} items")
            return results
        except Postponed as reason:
            if alone:
                return [reason]
        except TookTooLong:
            if alone:
                return [failed(limit.sentence)]
        except Exception as error:  # whatever a model raises is this item's failure, not the run's
            raise_machine_error(error)
            if alone:
                return [failed(f"{type(error).__name__}: {error}")]
    return [_each([item], [number], function, failed, limit)[0] for item, number in zip(items, numbers, strict=True)]
