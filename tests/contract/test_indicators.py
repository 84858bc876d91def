"""Every dataset indicator keeps the contract of `scoring.indicator`: a new file is checked by being there."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from scoring import registry
from scoring.indicator import Indicator
from scoring.metric import PRINCIPLES

INDICATORS = registry.indicator_modules()
METRICS = registry.metrics()
FEATURES = registry.features()


@pytest.mark.parametrize("name", INDICATORS)
def test_indicator__says_what_it_is(name: str) -> None:
    module, indicator = INDICATORS[name], INDICATORS[name].INDICATOR
    assert isinstance(indicator, Indicator)
    assert module.__name__.rsplit(".", 1)[1] == name
    about = (module.__doc__ or "").strip()
    assert len(about.splitlines()[0]) > 12
    assert "paper" in about or "TMLR 2024" in about
    assert indicator.title
    assert indicator.unit
    assert indicator.version
    assert indicator.principle in PRINCIPLES
    assert indicator.better in ("high", "low", "")
    assert [one.strip("_") for one in inspect.signature(module.compute).parameters] == ["subset", "params"]


@pytest.mark.parametrize("name", INDICATORS)
def test_indicator__needs_what_there_is(name: str) -> None:
    indicator = INDICATORS[name].INDICATOR
    assert indicator.needs_metrics or indicator.needs_vectors or indicator.heavy
    assert set(indicator.needs_metrics) <= METRICS.keys()
    assert all(FEATURES[feature].stored == "vector" for feature in indicator.needs_vectors)


def test_indicators__abbreviations_are_different() -> None:
    short = [module.INDICATOR.abbreviation for module in INDICATORS.values()]
    assert len(set(short)) == len(short)


def test_indicators__are_those_of_the_paper() -> None:
    wanted = {"TR", "IR", "MD", "C", "T", "I", "R", "SD", "OD", "IC", "O/G", "VSC", "Bal"}
    assert wanted <= {module.INDICATOR.abbreviation for module in INDICATORS.values()}


def test_registry__importing_every_indicator_loads_nothing_heavy() -> None:
    code = "from scoring import registry; registry.indicators(); import sys; "
    code += "print([m for m in ('torch', 'cv2', 'sklearn', 'scipy', 'networkx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
