"""How long work says how far it is."""

from __future__ import annotations

from collections.abc import Callable

StepProgress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much in all (0 while unknown)."""
ItemProgress = Callable[[int, int], None]
"""Called with how many items are done, and of how many."""
CountProgress = Callable[[int], None]
"""Called with how many items are done."""
