"""Every indicator on sets whose value is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from scoring import registry
from scoring.indicator import IndicatorValue, Subset

TASKS = Subset(tasks={"captioning": 30, "counting": 10})


def _compute(name: str, subset: Subset) -> IndicatorValue:
    module = registry.indicator_modules()[name]
    return module.compute(subset, module.INDICATOR.params)


def _scored(**values: list[float]) -> Subset:
    return Subset(tasks={}, scored=lambda name: name in values, values=lambda name: np.array(values[name]))


def _embedded(feature: str, vectors: np.ndarray, near: float | None = 0.5) -> Subset:
    return Subset(
        tasks={}, embedded=lambda name: name == feature, vectors=lambda _: vectors, near=lambda _name, _k: near
    )


def _groups(count: int, size: int = 20) -> np.ndarray:
    return np.repeat(np.eye(12)[:count], size, axis=0)


@pytest.mark.parametrize(
    ("name", "metric", "expected"),
    [
        ("text_readability", "text_readability", 0.5),
        ("image_readability", "image_readability", 0.5),
        ("matching_degree", "matching_degree", 0.5),
        ("correctness", "correctness", 50.0),
        ("instruction_complexity", "instruction_complexity", 0.5),
        ("granularity", "granularity", 0.5),
        ("visual_complexity", "visual_complexity", 0.5),
        ("object_diversity", "object_count", 0.5),
    ],
)
def test_mean__of_the_samples_says_from_what(name: str, metric: str, expected: float) -> None:
    found = _compute(name, _scored(**{metric: [0.25, 0.75]}))
    assert (found.value, found.detail, found.n, found.source) == (expected, f"from {metric}", 2, metric)


@pytest.mark.parametrize(
    ("name", "model", "builtin"),
    [
        ("image_readability", "image_quality", "image_readability"),
        ("instruction_complexity", "complexity_judged", "instruction_complexity"),
        ("instruction_complexity", "semantic_elements", "instruction_complexity"),
        ("visual_complexity", "icnet_complexity", "visual_complexity"),
    ],
)
def test_mean__the_models_metric_is_preferred(name: str, model: str, builtin: str) -> None:
    found = _compute(name, _scored(**{model: [3.0], builtin: [1.0]}))
    assert (found.value, found.source) == (3.0, model)


def test_text_readability__perplexity__is_the_probability_of_a_token() -> None:
    found = _compute("text_readability", _scored(perplexity=[math.log(0.2), math.log(0.4)], text_readability=[1.0]))
    assert found.value == pytest.approx(0.3)
    assert "perplexity" in found.detail


@pytest.mark.parametrize("name", registry.indicators())
def test_indicator__nothing_scored__no_number_but_what_to_run(name: str) -> None:
    found = _compute(name, Subset(tasks={}))
    assert found.value is None
    assert found.detail.startswith("not computed: run ")
    assert found.n == 0


def test_task_count_and_balance__uniform_and_skewed() -> None:
    assert _compute("task_count", TASKS).value == 2
    assert _compute("balance", TASKS).value == pytest.approx(625.0)
    assert _compute("balance_entropy", TASKS).value == pytest.approx(0.811, abs=0.001)
    uniform = replace(TASKS, tasks={"captioning": 7, "counting": 7, "reading": 7})
    assert _compute("balance", uniform).value == pytest.approx(0.0)
    assert _compute("balance_entropy", uniform).value == pytest.approx(1.0)
    assert _compute("balance", uniform).detail == "over 3 tasks"


def test_balance__one_task__is_the_worst_and_not_perfect() -> None:
    alone = replace(TASKS, tasks={"captioning": 7, "counting": 0})
    assert _compute("balance", alone).value is None
    assert "all samples are of one task" in _compute("balance", alone).detail
    assert _compute("balance_entropy", alone).value == 0.0


def test_text_readability__both_ends_are_bad__so_neither_way_is_better() -> None:
    assert registry.metrics()["text_readability"].bad_when == "both"
    assert registry.indicators()["text_readability"].better == ""


def test_instruction_diversity__two_topics_in_a_task__is_2() -> None:
    texts = [("captioning", "kite beach sand"), ("captioning", "kite puppy ball"), ("captioning", "kite puppy ball")]
    for name in ("instruction_diversity", "instruction_diversity_louvain"):
        found = _compute(name, replace(TASKS, instructions=lambda: texts))
        assert (found.value, found.n) == (2.0, 3)


@pytest.mark.parametrize("feature", ["response_vector", "response_words"])
def test_response_diversity__two_far_clusters__is_ln_2(feature: str) -> None:
    found = _compute("response_diversity", _embedded(feature, _groups(2)))
    assert found.value == pytest.approx(math.log(2))
    assert (found.source, found.n) == (feature, 40)


def test_response_diversity__one_cluster__is_0() -> None:
    assert _compute("response_diversity", _embedded("response_words", _groups(1))).value == 0.0


def test_response_diversity__every_response_alone__no_logarithm_of_0() -> None:
    found = _compute("response_diversity", _embedded("response_words", np.eye(12)))
    assert found.value is None
    assert "no two responses are near" in found.detail


def test_visual_diversity__fewer_kinds_of_pictures__is_lower() -> None:
    values = [_compute("visual_diversity", _embedded("clip_image", _groups(count))).value for count in (9, 4, 0)]
    assert values == [9.0, 4.0, 0.0]


@pytest.mark.parametrize("name", ["response_diversity", "visual_diversity"])
def test_diversity_of_vectors__no_radius__says_so(name: str) -> None:
    feature = registry.indicators()[name].needs_vectors[0]
    found = _compute(name, _embedded(feature, np.eye(2), near=None))
    assert found.value is None
    assert "too few different" in found.detail


def test_object_diversity__without_a_detector__counts_annotated_kinds() -> None:
    found = _compute("object_diversity", Subset(tasks={}, kinds_of_objects=lambda: np.array([1, 2, 6])))
    assert (found.value, found.detail, found.n) == (3.0, "from annotated objects", 3)
