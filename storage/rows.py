"""Types of what queries read, for annotations."""

from __future__ import annotations

from typing import Any, TypeAlias

StoredRow: TypeAlias = dict[str, Any]
"""A row by its columns' names; the query decides which columns there are and what they hold."""
StoredTuple: TypeAlias = tuple[Any, ...]
"""A row in the order of the query's columns."""
