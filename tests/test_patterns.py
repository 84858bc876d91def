"""No regular expression takes a time that grows with the square of a text, whatever the text."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from patterns import Use, uses, worst_texts

from curation import embedded
from curation.views import marks
from scoring.limits import Limit, TookTooLong
from scoring.metrics import leakage, refusal
from scoring.text import tasks

SHORT, LONG = 4_000, 16_000
SLOW_SECONDS = 0.015
"""Below this a text of LONG characters shows nothing; a search that looks at each pair of characters takes longer."""
_ENDLESS_SECONDS = 3.0
STEEPEST = 9
"""Four times the text takes four times the time, or sixteen times where the time grows with the square."""

LOCAL: dict[str, Callable[[], list[re.Pattern[Any]]]] = {
    "curation.views.marks._cuts": lambda: [marks._cuts(["[1, 2, 3, 4]", "<box>1 2 3 4</box>"])],
    "scoring.metrics.leakage.load": lambda: [leakage.load({})],
    "scoring.metrics.refusal.load": lambda: [refusal.load({})],
    "scoring.text.tasks._pattern": lambda: [task.pattern for task in tasks.load() if task.pattern],
}
"""How patterns are made that are not read off the source."""

ON_JSON = frozenset([embedded._TEXT.pattern])
"""Patterns that only read rows that parsed as JSON: every quotation mark has its pair there."""

USES = [use for use in uses(LOCAL) if use.pattern.pattern not in ON_JSON]


def test_patterns__are_found_where_they_stand() -> None:
    modules = {use.place.partition(":")[0] for use in USES}
    assert {
        "scoring.text.sentences",
        "scoring.text.tasks",
        "curation.generation.parsing",
        "curation.embedded",
    } <= modules
    assert len(USES) > 70


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.place}-{use.method}")
def test_pattern__takes_a_time_in_proportion_to_the_text(use: Use) -> None:
    for short, long in zip(worst_texts(use.pattern, SHORT), worst_texts(use.pattern, LONG), strict=True):
        assert _seconds(use, short) < 1, short[:60]
        if _seconds(use, long) > SLOW_SECONDS:
            ratio = min(_seconds(use, long) for _ in range(3)) / max(min(_seconds(use, short) for _ in range(5)), 1e-6)
            assert ratio < STEEPEST, long[:60]


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s*\n\s*", r"<img>.*?</img>"])
def test_check__finds_patterns_that_are_slow(pattern: str) -> None:
    slow = Use("here:1", re.compile(pattern, re.DOTALL), "finditer")
    with pytest.raises(AssertionError):
        test_pattern__takes_a_time_in_proportion_to_the_text(slow)


def _seconds(use: Use, text: Any) -> float:
    """Processor seconds of this thread: other processes on the machine make no difference."""
    began = time.thread_time()
    try:
        with Limit(_ENDLESS_SECONDS).on([0]):
            found = getattr(use.pattern, use.method)(text)
            if use.method == "finditer":
                for _ in found:
                    pass
    except TookTooLong:
        return math.inf
    return time.thread_time() - began
