"""All columns that scoring fills: metrics and stages with their present version and parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from scoring import registry
from scoring.metric import BadWhen, Metric, Stage, Subject


@dataclass(frozen=True)
class Column:
    """A metric or a stage as the rest of the product sees it."""

    name: str
    version: str
    title: str
    about: str
    principle: str
    subject: Subject
    range: tuple[float | None, float | None]
    unit: str
    bad_when: BadWhen
    suggested: tuple[float | None, float | None]
    flags: tuple[str, ...]
    labels: bool
    builtin: bool
    evidence: bool
    stage: bool
    params: dict[str, Any]


def columns(settings: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Column]:
    """Every column by name; `settings` are a user's parameters by metric name."""
    settings = settings or {}
    found: dict[str, Column] = {}
    for name, module in registry.metric_modules().items():
        metric = module.METRIC
        params = _params(module, metric, settings.get(name, {}))
        found[name] = Column(
            name, _version(metric, params), metric.title, _about(module), metric.principle,
            metric.subject, metric.range, metric.unit, metric.bad_when, metric.suggested, metric.flags,
            metric.labels, metric.builtin, metric.evidence, False, params,
        )  # fmt: skip
    for name, module in registry.stage_modules().items():
        stage = module.STAGE
        params = _params(module, stage, settings.get(name, {}))
        found[name] = Column(
            name, _version(stage, params), stage.title, _about(module), stage.principle,
            "sample", stage.range, stage.unit, stage.bad_when, stage.suggested, stage.flags,
            stage.labels, stage.builtin, False, True, params,
        )  # fmt: skip
    return found


def named(names: Sequence[str]) -> dict[str, Column]:
    """The columns of these names. Raises KeyError with a suggestion for a name that is not one."""
    known = columns()
    for name in names:
        if name not in known:
            raise KeyError(f"There is no metric {name!r}.{_suggestion(name, list(known))}")
    return {name: known[name] for name in names}


def _suggestion(name: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(known)}."


def _params(module: Any, declared: Metric | Stage, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults, then what this machine's configuration says, then what the user chose."""
    here = module.here() if hasattr(module, "here") else {}
    return {**declared.running, **declared.params, **here, **chosen}


def _version(declared: Metric | Stage, params: Mapping[str, Any]) -> str:
    """The declared version, with a digest of parameters that differ from the defaults and may change values."""
    deciding = {name: value for name, value in params.items() if name not in declared.running}
    if dict(declared.params) == deciding:
        return declared.version
    digest = hashlib.blake2b(orjson.dumps(deciding, option=orjson.OPT_SORT_KEYS), digest_size=4).hexdigest()
    return f"{declared.version}-{digest}"


def _about(module: Any) -> str:
    return (module.__doc__ or "").strip().split("\n")[0]
