"""Whether values that came from a file are of the types that a dataclass declares."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints


def misfit(value: Any, name: str = "") -> str:
    """Finds a field of a dataclass, however deep, that is not of its declared type.

    Args:
        value: Dataclass with values from a file.
        name: Name of the value, which the field's name begins with.

    Returns:
        Name of the first such field, "" when there is none.
    """
    kind: Any = type(value)
    for field, hint in _hints(kind).items():
        part = getattr(value, field)
        where = f"{name}.{field}" if name else field
        if not _fits(part, hint):
            return where
        for number, element in enumerate(part if isinstance(part, tuple) else (part,)):
            if not dataclasses.is_dataclass(element):
                continue
            inner = misfit(element, f"{where}[{number}]" if isinstance(part, tuple) else where)
            if inner:
                return inner
    return ""


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind) if dataclasses.is_dataclass(kind) else {}


def _fits(value: Any, hint: Any) -> bool:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, option) for option in inside)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(element, inside[0]) for element in value)
    if origin is Mapping:
        pairs = value.items() if isinstance(value, dict) else [(None, None)]
        return all(_fits(key, inside[0]) and _fits(element, inside[1]) for key, element in pairs)
    if hint in (int, float):
        return isinstance(value, int if hint is int else (int, float)) and not isinstance(value, bool)
    return isinstance(value, hint)
