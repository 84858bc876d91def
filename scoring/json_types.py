"""Types of parsed JSON and of parameters, for annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
"""A parsed JSON value, for code that finds out which kind it is."""
JsonObject: TypeAlias = dict[str, Any]
"""A parsed JSON object whose values nobody has looked at yet."""
Params: TypeAlias = Mapping[str, Any]
"""A scorer's parameters by name; its own `load` or `compute` knows the type of each."""
