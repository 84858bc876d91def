"""The server is started anew while pages are open: what was done meanwhile arrives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, free_port, served, visit, wait_until

from curation.recipes.draft import DRAFT
from curation.workspace import open_workspace
from storage import settings

ROWS = 12


@pytest.fixture
def workspace_folder(tmp_path: Path) -> Path:
    """A dozen samples that are scored; half of them have no response."""
    rows = []
    for number in range(ROWS):
        answer = f"Thing number {number} lies on a table." if number % 2 else ""
        said = [{"from": "human", "value": f"What is {number}?"}, {"from": "gpt", "value": answer}]
        rows.append({"id": str(number), "conversations": said})
    (tmp_path / "things.json").write_text(json.dumps(rows))
    for arguments in (["import", str(tmp_path / "things.json")], ["score"]):
        command = [sys.executable, "-m", "curation", *arguments, "--workspace", str(tmp_path / "workspace")]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return tmp_path / "workspace"


def test_restart__decisions_made_meanwhile_are_stored(page: Any, workspace_folder: Path) -> None:
    port = free_port()
    with served(workspace_folder, port) as address:
        visit(page, address, "review")
        page.locator(".w-deck-talk").wait_for()
        page.keyboard.press("a")
        page.get_by_text(f"1 of {ROWS} decided").wait_for()
        wait_until(page, ".w-deck-state", "!it.innerText.startsWith('Saving')")
    page.get_by_role("dialog").wait_for()  # says that the server does not answer, and takes the keys
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.keyboard.press("x")
    page.keyboard.press("a")
    page.get_by_text("Saving 2").wait_for()
    with served(workspace_folder, port):
        page.get_by_text(f"3 of {ROWS} decided").wait_for(timeout=90_000)
        wait_until(page, ".w-deck-state", "!it.innerText.startsWith('Saving')")


def test_restart__a_threshold_moved_meanwhile_is_stored(page: Any, workspace_folder: Path) -> None:
    port = free_port()
    with served(workspace_folder, port) as address:
        visit(page, address, "thresholds")
        page.locator(".wt-large .wt-handle").first.wait_for()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    low = page.locator(".wt-large input").first
    low.fill("0.0625")
    low.press("Enter")
    page.get_by_text("The server does not answer").wait_for()
    with served(workspace_folder, port):
        wait_until(page, ".wt-status", "it.innerText === ''", timeout=90_000)
    assert "0.0625" in _draft(workspace_folder)


def test_looking_around__is_not_held_to_be_unsaved(page: Any, workspace_folder: Path) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    with served(workspace_folder) as address:
        visit(page, address, "review")
        page.locator(".w-deck-talk").wait_for()
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**/review?sample=1")
        visit(page, address, "overview")
    assert asked == []


def _draft(folder: Path) -> str:
    workspace = open_workspace(folder)
    try:
        return str(settings.read(workspace.store, DRAFT))
    finally:
        workspace.close()
