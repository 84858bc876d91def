"""What performance claims rest on; each module's `run()` yields rows (what, measured, target)."""

from __future__ import annotations

import os

Row = tuple[str, str, str]


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
