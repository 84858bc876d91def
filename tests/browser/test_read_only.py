"""A workspace on a disk that takes no writes: every page is drawn, says so, and answers keys with a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, served, visit
from support import pages

PAGES = pages()


@pytest.fixture
def address(tmp_path: Path, small_disk: Path, remount: Callable[[str], None]) -> Iterator[str]:
    """A server over a scored workspace that was made read-only."""
    answers = ("A cat.", "", "!!! 你好 !!!", "A dog on a red table by the sea.")
    rows = [
        {"id": str(n), "conversations": [{"from": "human", "value": f"What is {n}?"}, {"from": "gpt", "value": answer}]}
        for n, answer in enumerate(answers)
    ]
    (tmp_path / "things.json").write_text(json.dumps(rows))
    folder = small_disk / "workspace"
    for words in (["import", str(tmp_path / "things.json")], ["score"]):
        command = [sys.executable, "-m", "curation", words[0], "--workspace", str(folder), *words[1:]]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    remount("ro")
    with served(folder, log_folder=tmp_path) as started:
        yield started


def test_read_only_workspace__every_page_says_that_nothing_is_stored(page: Any, address: str) -> None:
    for name in PAGES:
        visit(page, address, name)
        page.get_by_text("This workspace is read-only: you can look at everything, and nothing is stored").wait_for()
        assert page.locator('[data-testid="stException"]').count() == 0, name
    visit(page, address, "review")
    page.locator(".w-deck-talk").wait_for()
    page.keyboard.press("a")
    page.get_by_role("alert").get_by_text("1 decision is not stored yet.").wait_for()
    page.locator(".w-stuck").get_by_text("is read-only").wait_for()
    visit(page, address, "flags")
    page.locator(".w-inspector").wait_for()
    page.keyboard.press("y")
    page.locator(".w-stuck").get_by_text("is read-only").wait_for()
    assert page.locator('[data-testid="stException"]').count() == 0
