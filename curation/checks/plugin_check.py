"""Checks plug-ins against their contracts: what the contract tests say of built-in files, for files from elsewhere."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from curation.annotations.model import AnnotationSource
from curation.archives.contract import Archive
from curation.checks.finding import Check
from curation.checks.format_check import faults_of_format
from curation.containers.container import Container
from curation.formats.contract import Format
from curation.generation.adapt import GenerationTask
from curation.generation.dataset_writer import Mode
from scoring import registry
from scoring.compute import Scorers, items_for
from scoring.indicator import Indicator, IndicatorModule
from scoring.item import Evidence, Image, Sample, Turn
from scoring.metric import PRINCIPLES, Feature, FeatureModule, Metric, MetricModule, Result, Stage, StageModule
from scoring.work import PlannedColumn

CONTRACTS: Mapping[str, type] = {
    "METRIC": Metric, "FEATURE": Feature, "STAGE": Stage, "INDICATOR": Indicator, "FORMAT": Format,
    "CONTAINER": Container, "ARCHIVE": Archive, "SOURCE": AnnotationSource, "TASK": GenerationTask,
    "MODE": Mode, "CHECK": Check,
}  # fmt: skip
"""The name that a plug-in's file gives to what it declares, and the class of that."""
_SHORTEST_ABOUT = 12
_SIDE = 160


def faults(module: ModuleType) -> list[str]:
    """Finds what a plug-in's file lacks or does wrong.

    Args:
        module: The file, loaded.

    Returns:
        A sentence for each fault; none for a plug-in that keeps its contract.
    """
    declared = {name: vars(module)[name] for name in CONTRACTS if name in vars(module)}
    if not declared:
        return [f"It declares none of {', '.join(CONTRACTS)}."]
    sentences = (
        [] if _about(module) else [f"Its docstring does not begin with a sentence of {_SHORTEST_ABOUT} letters."]
    )
    for name, value in declared.items():
        if not isinstance(value, CONTRACTS[name]):
            sentences.append(f"{name} is no {CONTRACTS[name].__name__}.")
        elif name in _CHECKS:
            sentences += _CHECKS[name](module)
    return sentences


def _about(module: ModuleType) -> bool:
    return len((module.__doc__ or "").strip().partition("\n")[0]) > _SHORTEST_ABOUT


def _metric(module: ModuleType) -> Iterator[str]:
    if not isinstance(module, MetricModule):
        yield "A metric has METRIC, load and score."
        return
    metric = module.METRIC
    if metric.principle not in PRINCIPLES:
        yield f"Its principle {metric.principle!r} is none of {', '.join(PRINCIPLES)}."
    if missing := set(metric.needs) - registry.features().keys():
        yield f"It needs the feature {', '.join(sorted(missing))}, which is not there."
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _scored(metric, _samples(Path(folder)))


def _scored(metric: Metric, samples: list[Sample]) -> Iterator[str]:
    """Faults of what a metric says of ordinary, bare and odd samples; none where its model is not on this machine."""
    column = PlannedColumn(metric.name, metric.version)
    scorers = Scorers([column])
    if metric.name in scorers.unavailable:
        return
    items = items_for(metric.subject, [samples[0].images[0]] if metric.subject == "image" else samples)
    results = scorers.score(items, column, _of_pictures(metric, samples) if metric.subject == "turn" else {})
    low, high = metric.range
    for item, result in zip(items, results, strict=True):
        if not isinstance(result, Result):
            yield f"It fails on {item!r}: {result}."
            continue
        if result.value is not None and not (low is None or low <= result.value):
            yield f"Its value {result.value} is below its range."
        if result.value is not None and not (high is None or result.value <= high):
            yield f"Its value {result.value} is above its range."
        if result.label is not None and not metric.labels:
            yield "It gives labels, but METRIC does not say so."
        for flag in result.flags:
            if flag.kind not in (*metric.flags, *metric.remarks):
                yield f"It raises {flag.kind!r}, which METRIC.flags lacks."
            if flag.start is not None and item.turn.response[flag.start : flag.end] != flag.text:  # type: ignore[union-attr]
                yield f"The characters {flag.start} to {flag.end} are not the flag's text {flag.text!r}."


def _of_pictures(metric: Metric, samples: list[Sample]) -> dict[str, list[object]]:
    """The features of pictures that a metric of turns needs: of each turn those of its sample's pictures."""
    of_turns: dict[str, list[object]] = {}
    for name in metric.needs:
        module = registry.feature_modules()[name]
        if module.FEATURE.subject == "image":
            model = module.load({**module.FEATURE.running, **module.FEATURE.params})
            values = [list(module.compute(sample.images, model)) for sample in samples]
            of_turns[name] = [values[number] for number, sample in enumerate(samples) for _ in sample.turns]
    return of_turns


def _samples(folder: Path) -> list[Sample]:
    """An ordinary sample, one without images or annotations, one whose texts are empty or odd."""
    from PIL import Image as Picture

    path = folder / "photo.png"
    noise = random.Random(0).randbytes(2 * _SIDE * _SIDE * 3)
    Picture.frombytes("RGB", (2 * _SIDE, _SIDE), noise).save(path)
    image = Image(0, str(path), 2 * _SIDE, _SIDE)
    evidence = Evidence(("dog", "dining table"), ("A dog sits under a table.",), ("cat", "dining table", "dog"))
    ordinary = Turn(0, 0, "<image>\nDescribe the image in detail.", "A dog sits beside a cat under the table!!!")
    return [
        Sample(0, (ordinary, Turn(1, 1, "Is there a cat?", "No, there is no cat.")), (image,), evidence),
        Sample(1, (Turn(2, 0, "What is 2 + 2?", "4"),), ()),
        Sample(2, (Turn(3, 0, "", ""), Turn(4, 1, "<image>", "\U0001f415 <b>ü</b> \n\n...")), (image,), None),
    ]


def _feature(module: ModuleType) -> Iterator[str]:
    if not isinstance(module, FeatureModule):
        yield "A feature has FEATURE, load and compute."


def _stage(module: ModuleType) -> Iterator[str]:
    if not isinstance(module, StageModule):
        yield "A stage has STAGE and run."
    elif module.STAGE.principle not in PRINCIPLES:
        yield f"Its principle {module.STAGE.principle!r} is none of {', '.join(PRINCIPLES)}."


def _indicator(module: ModuleType) -> Iterator[str]:
    if not isinstance(module, IndicatorModule):
        yield "An indicator has INDICATOR and compute."
        return
    indicator = module.INDICATOR
    if indicator.principle not in PRINCIPLES:
        yield f"Its principle {indicator.principle!r} is none of {', '.join(PRINCIPLES)}."
    if not indicator.needs_metrics and not indicator.needs_vectors and not indicator.heavy:
        yield "It names no metric and no stored feature that it needs, and is not heavy, as one is that reads texts."
    if missing := set(indicator.needs_metrics) - registry.metrics().keys():
        yield f"It needs the metric {', '.join(sorted(missing))}, which is not there."


def _format(module: ModuleType) -> Iterator[str]:
    yield from faults_of_format(module.FORMAT)


_CHECKS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "METRIC": _metric, "FEATURE": _feature, "STAGE": _stage, "INDICATOR": _indicator, "FORMAT": _format,
}  # fmt: skip
