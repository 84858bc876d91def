"""Strategies, one a file: how the samples of a cell are chosen where not all can go out."""

from __future__ import annotations

import curation.recipes.strategies as package
from curation.recipes.strategies.contract import Candidates, Strategy
from scoring import plugins

__all__ = ["Candidates", "Strategy", "kinds"]


@plugins.cached_plugins
def kinds() -> dict[str, Strategy]:
    """Every strategy by its name."""
    listed = plugins.instances(package, "STRATEGY", Strategy)
    listed.sort(key=lambda strategy: (strategy.needs != "nothing", strategy.name))
    return {strategy.name: strategy for strategy in listed}
