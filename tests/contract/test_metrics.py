"""Every metric, feature and stage keeps the contract of `scoring.metric`: a new file is checked by being there."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image as Picture

from curation.workspace import score_columns
from scoring import registry
from scoring.compute import Scorers, items_for
from scoring.item import Evidence, Image, Sample, Turn
from scoring.metric import PRINCIPLES, Metric, Result
from scoring.work import PlannedColumn

METRICS = registry.metric_modules()
FEATURES = registry.feature_modules()
STAGES = registry.stage_modules()
BUILTIN = [name for name, module in METRICS.items() if module.METRIC.builtin]


def _file_name(module: ModuleType) -> str:
    return module.__name__.rsplit(".", 1)[1]


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    """An ordinary sample, one without images or evidence, one whose texts are empty or odd."""
    path = tmp_path / "photo.png"
    blocks = np.random.default_rng(0).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    Picture.fromarray(np.kron(blocks, np.ones((20, 20, 1), dtype=np.uint8))).save(path)
    image = Image(0, str(path), 320, 240)
    evidence = Evidence(("dog", "dining table"), ("A dog sits under a table.",), ("cat", "dining table", "dog"))
    ordinary = Turn(0, 0, "<image>\nDescribe the image in detail.", "A dog sits beside a cat under the table.")
    return [
        Sample(0, (ordinary, Turn(1, 1, "Is there a cat?", "No, there is no cat.")), (image,), evidence),
        Sample(1, (Turn(2, 0, "What is 2 + 2?", "4"),), ()),
        Sample(2, (Turn(3, 0, "", ""), Turn(4, 1, "<image>", "\U0001f415 <b>ü</b> \n\n...")), (image,), None),
    ]


@pytest.mark.parametrize("name", METRICS)
def test_metric__says_what_it_is(name: str) -> None:
    module, metric = METRICS[name], METRICS[name].METRIC
    assert isinstance(metric, Metric)
    assert _file_name(module) == name
    assert len((module.__doc__ or "").strip().splitlines()[0]) > 12
    assert metric.title
    assert metric.principle in PRINCIPLES
    assert metric.subject in ("sample", "turn", "image")
    assert set(metric.needs) <= FEATURES.keys()
    assert [name.strip("_") for name in inspect.signature(module.load).parameters] == ["params"]
    assert [name.strip("_") for name in inspect.signature(module.score).parameters] == ["batch", "model"]


@pytest.mark.parametrize("name", FEATURES)
def test_feature__says_what_it_is(name: str) -> None:
    module = FEATURES[name]
    assert _file_name(module) == name
    assert len((module.__doc__ or "").strip().splitlines()[0]) > 12
    assert callable(module.load)
    assert callable(module.compute)


@pytest.mark.parametrize("name", STAGES)
def test_stage__says_what_it_is(name: str) -> None:
    module = STAGES[name]
    assert _file_name(module) == name
    assert len((module.__doc__ or "").strip().splitlines()[0]) > 12
    assert module.STAGE.principle in PRINCIPLES
    assert list(inspect.signature(module.run).parameters) == ["work", "params", "progress"]


@pytest.mark.parametrize("name", BUILTIN)
def test_metric__builtin__one_result_per_item_within_its_range(name: str, samples: list[Sample]) -> None:
    metric = METRICS[name].METRIC
    wanted = PlannedColumn(name, metric.version)
    scorers = Scorers([wanted])
    assert scorers.unavailable == {}
    work = [samples[0].images[0]] if metric.subject == "image" else samples
    items = items_for(metric.subject, work)
    results = scorers.score(items, wanted, {})
    assert len(results) == len(items)
    low, high = metric.range
    for result in results:
        assert isinstance(result, Result), result
        assert metric.labels or result.label is None
        if result.value is not None:
            assert low is None or result.value >= low
            assert high is None or result.value <= high
        assert {flag.kind for flag in result.flags} <= set(metric.flags)


@pytest.mark.parametrize("name", BUILTIN)
def test_metric__builtin__spans_of_flags_are_in_the_response(name: str, samples: list[Sample]) -> None:
    metric = METRICS[name].METRIC
    if metric.subject != "turn":
        pytest.skip("no spans in an image or a whole sample")
    wanted = PlannedColumn(name, metric.version)
    items = items_for(metric.subject, samples)
    for item, result in zip(items, Scorers([wanted]).score(items, wanted, {}), strict=True):
        assert isinstance(result, Result)
        for flag in result.flags:
            if flag.start is not None:
                assert item.turn.response[flag.start : flag.end] == flag.text  # type: ignore[union-attr]


def test_registry__importing_every_declaration_loads_nothing_heavy() -> None:
    code = "from scoring import registry; registry.metrics(); registry.features(); registry.stages(); import sys; "
    code += (
        "print([m for m in ('torch', 'cv2', 'sklearn', 'transformers', 'umap', 'openai', 'pyiqa') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_catalog__a_changed_parameter_is_another_version() -> None:
    column = score_columns.columns()["duplicates"]
    changed = score_columns.columns({"duplicates": {"params": {"similarity": 0.5}}})["duplicates"]
    assert column.version == STAGES["duplicates"].STAGE.version
    assert changed.version != column.version
    assert changed.version.startswith(f"{column.version}-")


def test_catalog__unknown_name__suggests_the_nearest() -> None:
    with pytest.raises(KeyError, match="Did you mean 'sharpness'"):
        score_columns.named(["sharpnes"])
