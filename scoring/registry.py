"""Finds metrics, features, stages and indicators by walking their folders: a file dropped in is all it takes."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import scoring.features
import scoring.indicators
import scoring.metrics
import scoring.stages
from scoring.indicator import Indicator
from scoring.metric import PRINCIPLES, Feature, Metric, Stage


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


@cache
def metric_modules() -> dict[str, ModuleType]:
    """Module by metric name."""
    return {module.METRIC.name: module for module in _modules(scoring.metrics)}


@cache
def feature_modules() -> dict[str, ModuleType]:
    """Module by feature name."""
    return {module.FEATURE.name: module for module in _modules(scoring.features)}


@cache
def stage_modules() -> dict[str, ModuleType]:
    """Module by stage name."""
    return {module.STAGE.name: module for module in _modules(scoring.stages)}


@cache
def indicator_modules() -> dict[str, ModuleType]:
    """Module by name of the dataset indicator, in the order of the principles."""
    modules = sorted(_modules(scoring.indicators), key=lambda module: PRINCIPLES.index(module.INDICATOR.principle))
    return {module.INDICATOR.name: module for module in modules}


def metrics() -> dict[str, Metric]:
    """Declaration by metric name, in the order of the files."""
    return {name: module.METRIC for name, module in metric_modules().items()}


def features() -> dict[str, Feature]:
    """Declaration by feature name."""
    return {name: module.FEATURE for name, module in feature_modules().items()}


def stages() -> dict[str, Stage]:
    """Declaration by stage name."""
    return {name: module.STAGE for name, module in stage_modules().items()}


def indicators() -> dict[str, Indicator]:
    """Declaration by name of the dataset indicator, in the order of the principles."""
    return {name: module.INDICATOR for name, module in indicator_modules().items()}
