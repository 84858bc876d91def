"""Claims of a response beyond which objects there are: one file per kind, whose `KIND` is a `ClaimKind`.

A file in this folder is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from scoring.claims.contract import ClaimKind


@cache
def kinds() -> tuple[ClaimKind, ...]:
    """Every kind of claim, by name."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    listed = [kind for module in modules if isinstance(kind := vars(module).get("KIND"), ClaimKind)]
    return tuple(sorted(listed, key=lambda kind: kind.name))
