"""No regular expression takes a time that grows with the square of a text, whatever the text."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from patterns import CANDIDATES, COMMON, Use, in_scripts, uses, worst_texts

from curation.views.sample import marks
from scoring.judge import redaction
from scoring.limits import CallLimit, TookTooLong
from scoring.metrics import leakage, refusal
from scoring.text import existence, language, tasks

ROOT = Path(__file__).parents[1]
SHORT, LONG = 3_000, 12_000
SLOW_SECONDS = 0.012
"""Below this a text of LONG characters shows nothing; a search that looks at each pair of characters takes longer."""
_ENDLESS_SECONDS = 2.0
STEEPEST = 9
"""Four times the text takes four times the time, or sixteen times where the time grows with the square."""

LOCAL: dict[str, Callable[[], list[re.Pattern[Any]]]] = {
    "curation.views.sample.marks._cuts": lambda: [marks._cuts(["[1, 2, 3, 4]", "<box>1 2 3 4</box>"])],
    "scoring.judge.redaction._forms": lambda: [redaction._forms(key) for key in ("a1", "sk-Zq9+/e_0123456789abcdef")],
    "scoring.metrics.leakage.load": lambda: [leakage.load({})],
    "scoring.metrics.refusal.load": lambda: [refusal.load({})],
    "scoring.text.existence.": lambda: [*existence._QUESTIONS],
    "scoring.text.language.": lambda: [*language._LETTERS.values()],
    "scoring.text.tasks._pattern": lambda: [task.pattern for task in tasks.load() if task.pattern],
}
"""How patterns are made that are not read off the source."""

USES = list(uses(LOCAL))

SCRIPTS = [*in_scripts(ROOT / "assets")]
MADE_IN_SCRIPTS = {
    "const cuts = new RegExp": [r"(?:Picture\s\d+:\s?)?<img>[^<]{0,2000}</img>|<image>|\[1, 2\]|<box>1 2</box>"]
}
"""Patterns that JavaScript makes while it runs: how that begins, and examples of them."""
SCRIPT_LENGTHS = (6_000, 24_000)
"""Node's engine is faster."""
SCRIPT_SECONDS = 60.0


def test_patterns__are_found_where_they_stand() -> None:
    modules = {use.place.partition(":")[0] for use in USES}
    assert {
        "scoring.text.sentences",
        "scoring.text.tasks",
        "curation.generation.llm.parsing",
        "curation.images.inline",
    } <= modules
    assert len(USES) > 70


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.place}-{use.method}")
def test_pattern__takes_a_time_in_proportion_to_the_text(use: Use) -> None:
    for short, long in zip(worst_texts(use.pattern, SHORT), worst_texts(use.pattern, LONG), strict=True):
        seconds = _seconds(use, long)
        assert seconds < math.inf, long[:60]
        if seconds > SLOW_SECONDS:
            ratio = min(_seconds(use, long) for _ in range(3)) / max(min(_seconds(use, short) for _ in range(5)), 1e-6)
            assert ratio < STEEPEST, long[:60]


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s*\n\s*", r"<img>.*?</img>"])
def test_check__finds_patterns_that_are_slow(pattern: str) -> None:
    slow = Use("here:1", re.compile(pattern, re.DOTALL), "finditer")
    with pytest.raises(AssertionError):
        test_pattern__takes_a_time_in_proportion_to_the_text(slow)


def test_scripts__patterns_are_found_where_they_stand() -> None:
    assert {source for _, source, _ in SCRIPTS} >= {r"^#([0-9a-f]{6})", r"[\d.]+", r"[.*+?^${}()|[\]\\]"}
    assert len(SCRIPTS) >= 8
    made = [line for path in ROOT.glob("assets/**/*.js") for line in path.read_text().splitlines() if "RegExp(" in line]
    assert [line for line in made if not line.strip().startswith(tuple(MADE_IN_SCRIPTS))] == []


def test_scripts__patterns_take_a_time_in_proportion_to_the_text() -> None:
    made = [(begin, source, "g") for begin, sources in MADE_IN_SCRIPTS.items() for source in sources]
    assert _slow_in_scripts([*SCRIPTS, *made]) == []


@pytest.mark.parametrize("pattern", [r"\s*\n\s*", r"<img>.*?</img>", r"(\w+\s?)+$"])
def test_scripts__check_finds_patterns_that_are_slow(pattern: str) -> None:
    assert [place for place, *_ in _slow_in_scripts([("here", pattern, "")], seconds=4)] == ["here"]


def _slow_in_scripts(patterns: list[tuple[str, str, str]], seconds: float = SCRIPT_SECONDS) -> list[list[Any]]:
    """The patterns that Node's own engine takes too long for, with the text and milliseconds."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed: patterns of JavaScript are not tried")
    asked = {
        "patterns": patterns,
        "units": list(dict.fromkeys([*COMMON, *CANDIDATES])),
        "lengths": SCRIPT_LENGTHS,
        "slow": 1000 * SLOW_SECONDS,
        "steepest": STEEPEST,
    }
    try:
        ended = subprocess.run(
            [node, str(Path(__file__).with_name("patterns.js"))],
            input=json.dumps(asked), capture_output=True, text=True, timeout=seconds, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        place = ((error.stderr or b"").decode().splitlines() or [""])[-1]
        return [[place, "", math.inf]]
    return list(json.loads(ended.stdout))


def _seconds(use: Use, text: Any) -> float:
    """Processor seconds of this thread: other processes on the machine make no difference."""
    began = time.thread_time()
    try:
        with CallLimit(_ENDLESS_SECONDS).on([0]):
            found = getattr(use.pattern, use.method)(text)
            if use.method == "finditer":
                for _ in found:
                    pass
    except TookTooLong:
        return math.inf
    return time.thread_time() - began
