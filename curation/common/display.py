"""How stored names and numbers are shown to people: one place for words, counts and units."""

from __future__ import annotations

import math

_BARE_UNITS = frozenset({"0 or 1", "0-1", "0-100", "1 to 10", "ratio"})
"""Units that only say which values there are."""


def words(name: str) -> str:
    """Turns a stored name into words: `empty_response` becomes `empty response`."""
    return name.replace("_", " ").strip()


def title(name: str) -> str:
    """Turns a stored name into words with a capital: `empty_response` becomes `Empty response`."""
    return words(name).capitalize()


def quantity(value: float, unit: str) -> str:
    """Formats a value with its unit.

    Args:
        value: The number as it is stored.
        unit: The metric's unit; a `share of` something is shown in percent, units that only name a range are left out.

    Returns:
        Text such as `90 % of white`, `12 words` or `0.2`, with three significant digits.
    """
    if unit.startswith("share of "):
        return f"{100 * value:.3g} % of {unit.removeprefix('share of ')}"
    if unit in _BARE_UNITS:
        return f"{value:.3g}"
    return f"{value:.3g} {unit}".strip()


def rank(lower: float, higher: float) -> str:
    """Says where a value stands among all values.

    Args:
        lower: Share of the values that are lower, 0 to 1.
        higher: Share of the values that are higher, 0 to 1.

    Returns:
        `lowest 1 %` or `highest 12 %`, counting the samples with the same value; rounded up to whole percent.
    """
    side, share = ("lowest", 1 - higher) if lower <= higher else ("highest", 1 - lower)
    return f"{side} {max(1, -int(-100 * share // 1)):d} %"


def short(text: str, most: int = 160) -> str:
    """Shortens a text to one line.

    Args:
        text: An instruction or a response.
        most: Longest line in characters.

    Returns:
        The line, without marks of images.
    """
    line = " ".join(text[: 8 * most].replace("<image>", " ").split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def number(value: float) -> str:
    """Formats a number with three significant digits, a whole one with all; empty for NaN."""
    if math.isnan(value):
        return ""
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
