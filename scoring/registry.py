"""Finds metrics, features, stages and indicators: a file dropped into their folder, or a plug-in, is all it takes."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

import scoring.features
import scoring.indicators
import scoring.metrics
import scoring.stages
from scoring import plugins
from scoring.indicator import Indicator, IndicatorModule
from scoring.metric import PRINCIPLES, Feature, FeatureModule, Metric, MetricModule, Stage, StageModule
from scoring.plugins import PluginError

Module = TypeVar("Module")


@plugins.cached_plugins
def metric_modules() -> dict[str, MetricModule]:
    """Module by metric name."""
    modules = _modules(scoring.metrics, "METRIC", MetricModule)  # type: ignore[type-abstract]
    return _by_name(modules, lambda module: module.METRIC.name)


@plugins.cached_plugins
def feature_modules() -> dict[str, FeatureModule]:
    """Module by feature name."""
    modules = _modules(scoring.features, "FEATURE", FeatureModule)  # type: ignore[type-abstract]
    return _by_name(modules, lambda module: module.FEATURE.name)


@plugins.cached_plugins
def stage_modules() -> dict[str, StageModule]:
    """Module by stage name."""
    return _by_name(
        _modules(scoring.stages, "STAGE", StageModule),  # type: ignore[type-abstract]
        lambda module: module.STAGE.name,
    )


@plugins.cached_plugins
def indicator_modules() -> dict[str, IndicatorModule]:
    """Module by name of the dataset indicator, in the order of the principles."""
    modules = _modules(scoring.indicators, "INDICATOR", IndicatorModule)  # type: ignore[type-abstract]
    modules.sort(key=lambda module: PRINCIPLES.index(module.INDICATOR.principle))
    return _by_name(modules, lambda module: module.INDICATOR.name)


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


def _modules(package: ModuleType, attribute: str, contract: type[Module]) -> list[Module]:
    """The package's modules, and those from elsewhere that declare the attribute, each with all that it needs."""
    external = [module for module in plugins.external() if attribute in vars(module)]
    return [_checked(module, contract) for module in (*plugins.of_package(package), *external)]


def _checked(module: ModuleType, contract: type[Module]) -> Module:
    if not isinstance(module, contract):
        needed = {*contract.__annotations__, *(name for name in vars(contract) if not name.startswith("_"))}
        raise PluginError(f"The plug-in {module.__file__} lacks {', '.join(sorted(needed - vars(module).keys()))}.")
    return module


def _by_name(modules: list[Module], name_of: Callable[[Module], str]) -> dict[str, Module]:
    by_name: dict[str, Module] = {}
    for module in modules:
        if name_of(module) in by_name:
            raise PluginError(f"Two plug-ins are named {name_of(module)!r}; rename one of them.")
        by_name[name_of(module)] = module
    return by_name
