"""All columns that scoring fills: metrics, stages and stored features, with their version and parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import orjson

from curation.common.names import unknown
from scoring import registry
from scoring.json_types import JsonObject, Params
from scoring.metric import BadWhen, Feature, FeatureModule, Metric, MetricModule, Stage, StageModule, Subject

Kind = Literal["metric", "stage", "feature", "imported"]
ColumnSettings = Mapping[str, Params]
"""What a user set: by column, {"active": bool, "params": {...}}, both optional."""


@dataclass(frozen=True)
class Column:
    """A metric, stage or stored feature as the rest of the product sees it, or a metric with values from a file.

    `needs` are the stored features that must be there first. Only `active` columns are scored without
    being asked for: those that are so `by_default`, and those that a user switched on.
    """

    name: str
    version: str
    title: str
    kind: Kind = "metric"
    about: str = ""
    principle: str = ""
    subject: Subject = "sample"
    range: tuple[float | None, float | None] = (None, None)
    unit: str = ""
    bad_when: BadWhen = "never"
    suggested: tuple[float | None, float | None] = (None, None)
    flags: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    labels: bool = False
    builtin: bool = True
    by_default: bool = True
    active: bool = True
    evidence: bool = False
    needs: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)

    @property
    def numeric(self) -> bool:
        """True when the column has numbers that can be cut and counted."""
        return self.kind != "feature" and not self.labels


def columns(settings: ColumnSettings | None = None) -> dict[str, Column]:
    """Every column by name: metrics, then stages, then stored features."""
    settings = settings or {}
    features = {
        name: _feature(name, module, settings)
        for name, module in registry.feature_modules().items()
        if module.FEATURE.stored
    }
    metrics = {name: _metric(module, settings, features) for name, module in registry.metric_modules().items()}
    stages = {name: _stage(module, settings, features) for name, module in registry.stage_modules().items()}
    return metrics | stages | features


def named(names: Sequence[str], settings: ColumnSettings | None = None) -> dict[str, Column]:
    """Looks columns up, with what they need.

    Args:
        names: Names of columns.
        settings: What the user set; None for the defaults.

    Returns:
        The columns by name, in the catalog's order.

    Raises:
        KeyError: There is no such column; the message suggests another.
    """
    all_columns = columns(settings)
    for name in names:
        if name not in all_columns:
            raise KeyError(unknown("metric", name, all_columns))
    return with_needs(all_columns, names)


def active(all_columns: Mapping[str, Column]) -> dict[str, Column]:
    """The columns that are scored without being asked for, and what they need."""
    return with_needs(all_columns, [name for name, column in all_columns.items() if column.active])


def with_needs(all_columns: Mapping[str, Column], names: Iterable[str]) -> dict[str, Column]:
    """Selects columns and the stored features that they need.

    Args:
        all_columns: Every column by name.
        names: The columns to select.

    Returns:
        The columns by name, in the catalog's order.
    """
    required = set(names)
    required |= {need for name in required for need in all_columns[name].needs}
    return {name: column for name, column in all_columns.items() if name in required}


def _metric(module: MetricModule, settings: ColumnSettings, features: Mapping[str, Column]) -> Column:
    metric = module.METRIC
    needs = tuple(name for name in metric.needs if name in features)
    params = _params(metric, settings, [features[name] for name in needs])
    column = Column(
        name=metric.name,
        version=_version(metric, params, [features[name] for name in needs]),
        title=metric.title,
        about=_about(module),
        principle=metric.principle,
        subject=metric.subject,
        range=metric.range,
        unit=metric.unit,
        bad_when=metric.bad_when,
        suggested=metric.suggested,
        flags=metric.flags,
        remarks=metric.remarks,
        labels=metric.labels,
        builtin=metric.builtin,
        by_default=metric.builtin,
        active=_active(metric.name, settings, metric.builtin),
        evidence=metric.evidence,
        needs=needs,
        params=params,
    )
    return _in_the_models_direction(column, metric)


def _stage(module: StageModule, settings: ColumnSettings, features: Mapping[str, Column]) -> Column:
    stage = module.STAGE
    params = _params(stage, settings, [])
    needs = tuple(name for name in (*stage.needs, str(params.get("vectors"))) if name in features)
    return Column(
        name=stage.name,
        version=_version(stage, params, [features[name] for name in needs]),
        title=stage.title,
        kind="stage",
        about=_about(module),
        principle=stage.principle,
        range=stage.range,
        unit=stage.unit,
        bad_when=stage.bad_when,
        suggested=stage.suggested,
        flags=stage.flags,
        labels=stage.labels,
        builtin=stage.builtin,
        by_default=stage.builtin and not stage.on_demand,
        active=_active(stage.name, settings, stage.builtin and not stage.on_demand),
        needs=needs,
        params=params,
    )


def _feature(name: str, module: FeatureModule, settings: ColumnSettings) -> Column:
    feature = module.FEATURE
    params = _params(feature, settings, [])
    return Column(
        name=name,
        version=_version(feature, params, []),
        title=feature.title or name,
        kind="feature",
        about=_about(module),
        subject=feature.subject,
        builtin=feature.by_default,
        by_default=feature.by_default,
        active=_active(name, settings, feature.by_default),
        params=params,
    )


def _params(declared: Metric | Stage | Feature, settings: ColumnSettings, needs: Sequence[Column]) -> JsonObject:
    """Defaults, then the needed features' (one model for both), this machine's configuration, the user's own."""
    params = {**declared.running, **declared.params}
    for need in needs:
        params |= {name: value for name, value in need.params.items() if name in params}
    machine_params = {} if isinstance(declared, Feature) else dict(declared.machine_params())
    return params | machine_params | dict(settings.get(declared.name, {}).get("params", {}))


def _active(name: str, settings: ColumnSettings, default: bool) -> bool:
    return bool(settings.get(name, {}).get("active", default))


def _version(declared: Metric | Stage | Feature, params: Params, needs: Sequence[Column]) -> str:
    """The declared version, with a digest of features and of deciding parameters that are not the default ones."""
    deciding = {name: value for name, value in params.items() if name not in declared.running}
    if dict(declared.params) == deciding and all("-" not in need.version for need in needs):
        return str(declared.version)
    content = [deciding, [need.version for need in needs]]
    digest = hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=4).hexdigest()
    return f"{declared.version}-{digest}"


def _in_the_models_direction(column: Column, metric: Metric) -> Column:
    """A metric whose model is a parameter says itself which way and how far that model's values go."""
    if metric.direction is None:
        return column
    bad_when, value_range = metric.direction(column.params)
    return replace(column, bad_when=bad_when, range=value_range)


def _about(module: object) -> str:
    return (module.__doc__ or "").strip().split("\n")[0]
