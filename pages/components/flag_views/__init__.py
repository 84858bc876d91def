"""How flags of a kind are shown: one file per view.

A view has `KINDS`, the kinds of flags that it is for, `blocks(owner, look)`, what to draw from top to bottom (see
`pages.components.blocks`), and, where it shows other samples too, `others(owner, look)`, their numbers. A file in this
folder is found by itself; a kind that none is for is drawn by `text`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

FALLBACK = "text"


def of_kind(kind: str) -> ModuleType:
    """The view for flags of this kind."""
    found = _views()
    return next((view for view in found.values() if kind in view.KINDS), found[FALLBACK])


@cache
def _views() -> dict[str, ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
