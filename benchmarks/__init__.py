"""What performance claims rest on; each module's `run()` yields rows (what, measured, target)."""

from __future__ import annotations

import os

Row = tuple[str, str, str]


class CampaignFailedError(Exception):
    """Raised by `run()` after its last row where a campaign met what it looks for; the message says what."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
