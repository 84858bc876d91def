"""The tools that samples can be handed to: the files of `targets/`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from curation.common import names
from curation.handing_over import targets as package
from curation.handing_over.contract import Target


@cache
def targets() -> dict[str, Target]:
    """All tools by name."""
    modules = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    listed = [importlib.import_module(f"{package.__name__}.{name}").TARGET for name in modules]
    return {target.name: target for target in listed}


def named(name: str) -> Target:
    """Finds a tool.

    Args:
        name: Its name.

    Returns:
        The tool.

    Raises:
        UnknownNameError: There is no such tool.
    """
    names.check("tool", [name], targets())
    return targets()[name]
