"""The scripts of the browser: their own tests, run by Node.js."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "javascript"
SECONDS = 120


def test_scripts__pass_their_tests() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed: the scripts of the browser are not tested")
    files = sorted(str(path) for path in TESTS.glob("*.test.js"))
    assert files
    ended = subprocess.run(
        [node, "--test", "--test-reporter=dot", *files],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
