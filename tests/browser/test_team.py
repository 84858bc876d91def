"""Several reviewers at once in Chromium: names, shares of a short queue, and what is said when nothing is free."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, served, visit, wait_until

ROWS = 8


@pytest.fixture
def workspace_folder(tmp_path: Path) -> Path:
    """A few text-only samples."""
    rows = [
        {
            "id": str(n),
            "conversations": [{"from": "human", "value": f"What is {n}?"}, {"from": "gpt", "value": f"A {n}."}],
        }
        for n in range(ROWS)
    ]
    (tmp_path / "things.json").write_text(json.dumps(rows))
    _command(tmp_path / "workspace", "import", str(tmp_path / "things.json"))
    return tmp_path / "workspace"


@pytest.fixture
def address(workspace_folder: Path) -> Iterator[str]:
    with served(workspace_folder) as found:
        yield found


def _command(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "curation", arguments[0], "--workspace", str(folder), *arguments[1:]]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _log(folder: Path) -> list[dict[str, Any]]:
    """The log of decisions, read from a copy of what the running server has written."""
    copy = folder.parent / "copy"
    copy.mkdir()
    for file in folder.glob("winnow.duckdb*"):
        shutil.copy(file, copy / file.name)
    return [json.loads(line) for line in _command(copy, "decisions", "export").splitlines()]


def _name(page: Any, name: str) -> None:
    field = page.get_by_role("textbox", name="Reviewer")
    field.fill(name)
    field.press("Enter")
    page.wait_for_function(f"document.cookie.includes('winnow_reviewer={name}')")
    page.locator("h1").click()


def _stored(page: Any) -> None:
    wait_until(page, ".w-deck-state", "!it.innerText.startsWith('Saving')")


def test_short_queue__is_shared_and_who_comes_last_is_told_to_wait_and_then_gets_the_rest(
    browser: Any, address: str, workspace_folder: Path
) -> None:
    names = ("ann", "bob", "cem", "dia", "eva", "fay")
    pages = [browser.new_context(viewport={"width": 1280, "height": 800}).new_page() for _ in names]
    for page, name in zip(pages, names, strict=True):
        visit(page, address, "review")
        _name(page, name)
    for page in pages[:5]:
        page.locator(".w-deck-talk").wait_for()
    assert len({page.locator(".w-deck-stage").get_attribute("data-no") for page in pages[:5]}) == 5
    last = pages[5]
    last.locator(".w-deck-talk").wait_for()  # of what the first, who does nothing, had ahead
    for page in pages[:3]:
        page.keyboard.press("a")
        _stored(page)
    for page in pages[:5]:
        page.context.close()
    while last.get_by_text("Every sample of this queue is decided").count() == 0:
        last.wait_for_function("""() => document.querySelector('.w-deck-talk')
            || document.body.innerText.includes('Every sample of this queue is decided')""")
        last.keyboard.press("a")
        _stored(last)
    last.context.close()
    log = _log(workspace_folder)
    assert len(log) == len({event["key"] for event in log}) == ROWS
    assert [event["who"] for event in log] == ["ann", "bob", "cem", *(["fay"] * 5)]


def test_name__survives_a_reload_and_a_new_tab_and_signs_a_key_pressed_at_once(
    browser: Any, address: str, workspace_folder: Path
) -> None:
    ann, bob = (browser.new_context(viewport={"width": 1280, "height": 800}) for _ in range(2))
    for context, name in ((ann, "ann"), (bob, "böb; x=1")):
        page = context.new_page()
        visit(page, address, "review")
        field = page.get_by_role("textbox", name="Reviewer")
        field.fill(name)
        field.press("Enter")
        page.keyboard.press("Tab")
        page.locator(".w-deck-talk").wait_for()
        page.locator("h1").click()
        page.keyboard.press("a")
        _stored(page)
        page.reload()
        page.locator(".w-deck-talk").wait_for()
        page.keyboard.press("x")
        _stored(page)
        tab = context.new_page()
        tab.goto(f"{address}/review")
        tab.locator(".w-deck-talk").wait_for()
        tab.keyboard.press("a")
        _stored(tab)
        assert tab.get_by_role("textbox", name="Reviewer").input_value() == name
        page.close()
        tab.close()
    ann.close()
    bob.close()
    log = _log(workspace_folder)
    assert [event["who"] for event in log] == ["ann"] * 3 + ["böb; x=1"] * 3
    assert len({event["key"] for event in log}) == 6


def test_link__to_a_sample_of_somebody_else_and_to_none_says_so(browser: Any, address: str) -> None:
    ann, bob = (browser.new_context(viewport={"width": 1280, "height": 800}).new_page() for _ in range(2))
    visit(ann, address, "review?sample=2")
    _name(ann, "ann")
    ann.locator(".w-deck-stage[data-no='2']").wait_for()
    visit(bob, address, "review?sample=2")
    bob.get_by_text("That sample is with ann right now").wait_for()
    bob.locator(".w-deck-talk").wait_for()
    assert bob.locator(".w-deck-stage").get_attribute("data-no") != "2"
    for text in ("999999", "abc", "-1", "1.5"):
        visit(bob, address, f"review?sample={text}")
        bob.get_by_text(f"There is no sample “{text}”").wait_for()
        bob.locator(".w-deck-talk").wait_for()
    for page in (ann, bob):
        page.context.close()
