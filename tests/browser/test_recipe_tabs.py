"""Two browsers change the draft recipe: different cuts both stay, the same one is told, undo outlives a reload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import generator
import pytest
from serving import free_port, served, until, wait_until

from curation.recipes import draft
from curation.workspace import open_workspace


@pytest.fixture
def workspace_folder(tmp_path: Path) -> Path:
    generator.build(tmp_path / "workspace", 300, pictures=4)
    return tmp_path / "workspace"


@pytest.fixture
def tabs(browser: Any) -> Iterator[tuple[Any, Any]]:
    """Two browsers, of ann and of bob."""
    contexts = [browser.new_context(viewport={"width": 1440, "height": 1000}) for _ in range(2)]
    yield tuple(context.new_page() for context in contexts)
    for context in contexts:
        context.close()


def _open(page: Any, address: str, name: str) -> None:
    page.context.add_cookies([{"name": "winnow_reviewer", "value": name, "url": address}])
    page.goto(f"{address}/thresholds")
    wait_until(page, ".w-big", "Number((it?.innerText || '').replace(',', '')) > 0")


def _row(page: Any, title: str) -> Any:
    return page.locator(".wt-row").filter(has_text=title).first


def _settled(page: Any) -> None:
    page.wait_for_timeout(400)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def _move(page: Any, title: str, steps: int) -> None:
    handle = page.get_by_role("slider", name=f"{title}, lowest kept").last
    handle.scroll_into_view_if_needed()
    handle.focus()
    for _ in range(steps):
        handle.press("ArrowRight")
    page.wait_for_timeout(700)
    _settled(page)


def _low(page: Any, title: str) -> float:
    return float(page.get_by_role("slider", name=f"{title}, lowest kept").last.get_attribute("aria-valuenow"))


def test_cuts__of_two_tabs_both_stay_and_the_same_one_is_told(tabs: tuple[Any, Any], workspace_folder: Path) -> None:
    ann, bob = tabs
    port = free_port()
    with served(workspace_folder, port) as address:
        _open(ann, address, "ann")
        ann.get_by_role("button", name="No cuts").click()
        ann.wait_for_function("!document.querySelector('.wt-used')")
        _settled(ann)
        _open(bob, address, "bob")
        _settled(bob)
        _move(ann, "Sharpness", 40)
        sharpness = _low(ann, "Sharpness")
        _move(bob, "Response length", 20)
        until(bob, lambda: _low(bob, "Sharpness") == sharpness)
        _move(ann, "Sharpness", 10)
        _move(bob, "Sharpness", 3)
        bob.get_by_text("was changed in another tab meanwhile").wait_for()
        until(bob, lambda: _low(bob, "Sharpness") == _low(ann, "Sharpness"))
        bob.get_by_role("button", name="Use mine").click()
        bob.get_by_text("was changed in another tab meanwhile").wait_for(state="detached")
        until(bob, lambda: _low(bob, "Sharpness") < _low(ann, "Sharpness"))
        bob.reload()
        bob.wait_for_function("Number((document.querySelector('.w-big')?.innerText || '').replace(',', '')) > 0")
        length = _low(bob, "Response length")
        bob.get_by_role("button", name="Undo").click()
        _settled(bob)
        until(bob, lambda: _low(bob, "Sharpness") == _low(ann, "Sharpness"))
        assert _low(bob, "Response length") == length
    workspace = open_workspace(workspace_folder)
    try:
        stored = draft.read(workspace)
        assert stored is not None
        assert {cut.metric for cut in stored.cuts} == {"sharpness", "response_length"}, json.dumps(str(stored.cuts))
    finally:
        workspace.close()
