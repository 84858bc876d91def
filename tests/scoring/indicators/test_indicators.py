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
    """Groups of different vectors that are near each other."""
    noise = np.random.default_rng(0).normal(scale=0.02, size=(count * size, 12))
    return np.repeat(np.eye(12)[:count], size, axis=0) + noise


@pytest.mark.parametrize(
    ("name", "metric", "expected"),
    [
        ("text_readability", "text_readability", 0.5),
        ("image_readability", "image_readability", 0.5),
        ("matching_degree", "matching_degree", 0.5),
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
    by_texts = name in ("response_distinct", "instruction_distinct")
    assert found.detail.startswith("not computed: 0 word pairs" if by_texts else "not computed: run ")
    assert found.n == 0


def test_correctness__is_the_share_of_turns_that_most_votes_call_right() -> None:
    votes = np.array([1.0, 2 / 3, 2 / 3, 1 / 3])
    found = _compute("correctness", Subset(tasks={}, scored=lambda _: True, turn_values=lambda _: votes))
    assert (found.value, found.n, found.source) == (75.0, 4, "correctness")


def test_task_count_and_balance__uniform_and_skewed() -> None:
    assert _compute("task_count", TASKS).value == 2
    assert _compute("balance", TASKS).value == pytest.approx(625.0)
    assert _compute("balance_entropy", TASKS).value == pytest.approx(0.811, abs=0.001)
    uniform = replace(TASKS, tasks={"captioning": 7, "counting": 7, "reading": 7})
    assert _compute("balance", uniform).value == pytest.approx(0.0)
    assert _compute("balance_entropy", uniform).value == pytest.approx(1.0)
    assert _compute("balance", uniform).detail == "over 3 tasks"


def test_balance__one_task__is_the_worst_and_not_perfect() -> None:
    alone = replace(TASKS, tasks={"captioning": 7})
    assert _compute("balance", alone).value is None
    assert "all turns are of one task" in _compute("balance", alone).detail
    assert _compute("balance_entropy", alone).value == 0.0
    beside_another = replace(TASKS, tasks={"captioning": 7, "counting": 0})
    assert _compute("balance", beside_another).value == 2500.0  # 100 % and 0 %: the most that two tasks can vary
    assert _compute("balance_entropy", beside_another).value == 0.0


def test_task_count_and_balance__a_set_and_a_random_part_of_it__are_alike() -> None:
    shares = np.array([0.6, 0.3, 0.09, 0.01])
    whole = replace(TASKS, tasks=dict(zip("abcd", (shares * 10_000).astype(int).tolist(), strict=True)), drawn=100)
    parts = np.random.default_rng(0).multinomial(100, shares, size=400)
    for name, tolerance in (("task_count", 0.03), ("balance", 0.03), ("balance_entropy", 0.01)):
        values = [
            _compute(name, replace(TASKS, tasks=dict(zip("abcd", part.tolist(), strict=True)), drawn=100)).value
            for part in parts
        ]
        assert _compute(name, whole).value == pytest.approx(np.mean(values), rel=tolerance)


def test_distance_and_vendi__five_copies_each_instead_of_different_ones__are_lower() -> None:
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(200, 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    collapsed = np.concatenate([vectors[:100], np.repeat(vectors[100:105], 20, axis=0)])
    for name in ("response_distance", "response_vendi", "visual_distance", "visual_vendi"):
        feature = registry.indicators()[name].needs_vectors[0]
        before, after = (_compute(name, _embedded(feature, part)).value for part in (vectors, collapsed))
        assert after < before
    assert _compute("response_vendi", _embedded("response_words", np.tile(np.eye(12)[:4], (5, 1)))).value == (
        pytest.approx(4.0)
    )
    assert _compute("visual_distance", _embedded("clip_image", np.repeat(vectors[:20], 2, axis=0))).value == (
        pytest.approx(0.0, abs=1e-6)
    )


def test_distinct__texts_that_repeat_themselves__are_lower() -> None:
    draw = np.random.default_rng(0)
    various = [" ".join(f"word{'abcdefghij'[n % 10]}{n}x" for n in draw.integers(0, 500, 12)) for _ in range(200)]
    same = various[:5] * 40
    for name in ("response_distinct", "instruction_distinct"):
        before, after = (
            _compute(name, replace(TASKS, texts=lambda _, texts=texts: texts)) for texts in (various, same)
        )
        assert before.n == after.n == 200
        assert after.value < 0.2 < 0.4 < before.value <= 1


def test_text_readability__both_ends_are_bad__so_neither_way_is_better() -> None:
    assert registry.metrics()["text_readability"].bad_when == "both"
    assert registry.indicators()["text_readability"].better == ""


def test_instruction_diversity__two_topics_in_a_task__is_2() -> None:
    texts = [("captioning", "kite beach sand"), *[("captioning", "kite puppy ball")] * 49]
    few = [("counting", "how many kites are there")] * 9
    for name in ("instruction_diversity", "instruction_diversity_louvain"):
        found = _compute(name, replace(TASKS, instructions=lambda: texts + few))
        assert (found.value, found.n) == (2.0, 59)
        assert found.detail.startswith("mean over 1 of 2 tasks")
        alone = _compute(name, replace(TASKS, instructions=lambda: few))
        assert alone.value is None
        assert "0 of 1 tasks" in alone.detail


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
    assert "no three different responses are near" in found.detail


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
