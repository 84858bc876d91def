"""Whole numbers in texts from outside: addresses, headers, captions."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"-?[0-9]{1,18}")


def whole_number(text: str) -> int | None:
    """The number that plain digits say, a minus before them or not.

    Returns:
        A number that fits 64 bits; None for any other text, be it digits of other scripts ("²", "٣") or more of them.
    """
    return int(text) if _WHOLE.fullmatch(text) else None
