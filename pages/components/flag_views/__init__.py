"""How flags of a kind are shown: one file per view, whose `VIEW` is a `FlagView`.

A file in this folder is found by itself; a kind that none is for is drawn by `text`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pages.components.flag_views.contract import FlagView

FALLBACK = "text"


def of_kind(kind: str) -> FlagView:
    """The view for flags of this kind."""
    return next((view for view in _views().values() if kind in view.kinds), _views()[FALLBACK])


@cache
def _views() -> dict[str, FlagView]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    listed = [view for module in modules if isinstance(view := vars(module).get("VIEW"), FlagView)]
    return {view.name: view for view in listed}
