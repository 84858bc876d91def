"""The campaigns of benchmarks/ in small, each in a process of its own as from a terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _run(*words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words], cwd=ROOT, capture_output=True, text=True, timeout=280
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("races", "--pairs", "40"), "raised, lost, doubled or otherwise wrong"),
        (("faults", "--kills", "6", "--browser", "0"), "lost, doubled or not to be opened"),
    ],
)
def test_campaign__a_small_one__finds_nothing_lost_or_doubled(words: tuple[str, ...], wrong: str) -> None:
    printed = _run(*words)
    assert re.search(rf"{wrong} +0 ", printed), printed
    assert "time taken" in printed
