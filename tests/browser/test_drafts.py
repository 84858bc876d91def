"""What is typed is never thrown away: signs of life, Esc, clicks outside, reloads and a killed server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, free_port, served, until, visit

from curation.decisions import decision_log
from curation.workspace import open_workspace

ROWS = 4
TYPED = "Something else <b>typed</b> by hand."


@pytest.fixture
def workspace_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few text-only samples, and a deck that says every second that somebody looks at it."""
    monkeypatch.setenv("WINNOW_SIGN_SECONDS", "1")
    rows = [
        {
            "id": str(n),
            "conversations": [{"from": "human", "value": f"What is {n}?"}, {"from": "gpt", "value": f"A {n}."}],
        }
        for n in range(ROWS)
    ]
    (tmp_path / "things.json").write_text(json.dumps(rows))
    command = [sys.executable, "-m", "curation", "import", "--workspace", str(tmp_path / "workspace")]
    subprocess.run([*command, str(tmp_path / "things.json")], cwd=ROOT, check=True, capture_output=True)
    return tmp_path / "workspace"


def _edit(page: Any) -> Any:
    page.locator(".w-deck-talk").wait_for()
    page.locator("h1").click()
    page.keyboard.press("e")
    area = page.get_by_role("dialog").locator("textarea")
    area.wait_for()
    return area


def test_response__is_kept_until_it_is_saved_whatever_happens_meanwhile(page: Any, workspace_folder: Path) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    port = free_port()
    with served(workspace_folder, port, kill=True) as address:
        visit(page, address, "review?sample=1")
        area = _edit(page)
        area.fill("")
        area.press_sequentially(TYPED[:9])
        page.wait_for_timeout(5500)  # several signs of life draw the page again
        area.press_sequentially(TYPED[9:])
        assert area.input_value() == TYPED
        page.keyboard.press("Escape")
        page.get_by_text("Draft kept.").wait_for()
        page.get_by_role("dialog").wait_for(state="detached")
        assert _edit(page).input_value() == TYPED
        page.mouse.click(5, 5)
        page.get_by_role("dialog").wait_for(state="detached")
        page.reload()
        area = _edit(page)
        assert area.input_value() == TYPED
        page.get_by_text("not saved yet").wait_for()
        area.press("End")
        area.press_sequentially("!")
    with served(workspace_folder, port) as address:
        visit(page, address, "review?sample=1")
        area = _edit(page)
        assert area.input_value() == f"{TYPED}!"
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
        page.locator(".w-deck-talk ins").first.wait_for()
        page.wait_for_function("!Object.keys(localStorage).some((name) => name.startsWith('winnow-draft:'))")
        page.reload()
        assert _edit(page).input_value() == f"{TYPED}!"
        assert page.get_by_text("not saved yet").count() == 0


def test_response__is_typed_through_a_row_of_signs_of_life_on_a_busy_machine(
    page: Any, workspace_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINNOW_SIGN_SECONDS", "0.2")
    words = "Every key that is pressed is in the text, whatever else goes on. " * 2
    signs = []
    page.on("request", lambda request: signs.append(request.url) if request.url.endswith("/looking") else None)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        with served(workspace_folder) as address:
            visit(page, address, "review?sample=1")
            area = _edit(page)
            area.fill("")
            page.evaluate("""() => { window.lost = 0; new MutationObserver(() => {
                if (!document.querySelector('[role="dialog"] textarea')) window.lost += 1;
            }).observe(document.body, {childList: true, subtree: true}); }""")
            area.press_sequentially(words, delay=150, timeout=120_000)
            assert area.input_value() == words
            assert page.evaluate("window.lost") == 0
            assert len(signs) > 60
    finally:
        for process in busy:
            process.kill()


def test_response__that_somebody_else_changed_meanwhile_is_shown_beside_the_draft(
    browser: Any, workspace_folder: Path
) -> None:
    ann, bob = (browser.new_context().new_page() for _ in range(2))
    with served(workspace_folder) as address:
        visit(ann, address, "review?sample=1")
        area = _edit(ann)
        area.fill("What ann types.")
        ann.keyboard.press("Escape")
        ann.get_by_role("dialog").wait_for(state="detached")
        visit(ann, address, "overview")
        visit(bob, address, "review?sample=1")
        _edit(bob).fill("What bob stores.")
        bob.get_by_role("dialog").get_by_role("button", name="Save").click()
        bob.locator(".w-deck-talk ins").first.wait_for()
        bob.context.close()
        visit(ann, address, "review?sample=1")
        area = _edit(ann)
        assert area.input_value() == "What ann types."
        dialog = ann.get_by_role("dialog")
        dialog.get_by_text("The stored text was changed since you began").wait_for()
        assert dialog.locator("blockquote").inner_text() == "What bob stores."
        dialog.get_by_role("button", name="Discard draft").click()
        assert area.input_value() == "What bob stores."
        ann.context.close()


def test_note__is_kept_over_esc_and_reload_and_gone_from_the_drafts_once_stored(
    page: Any, workspace_folder: Path
) -> None:
    with served(workspace_folder) as address:
        visit(page, address, "review?sample=1")
        page.locator(".w-deck-talk").wait_for()
        page.keyboard.press("c")
        field = page.locator(".w-deck-form input")
        field.press_sequentially("looks odd")
        page.wait_for_timeout(2500)
        assert field.input_value() == "looks odd"
        page.keyboard.press("Escape")
        page.get_by_text("Draft kept.").wait_for()
        page.reload()
        page.locator(".w-deck-talk").wait_for()
        page.keyboard.press("c")
        assert field.input_value() == "looks odd"
        page.get_by_text("A draft, not saved yet.").wait_for()
        page.keyboard.press("Enter")
        page.locator(".w-note").get_by_text("looks odd").wait_for()
        assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('winnow-draft:'))") == []
    workspace = open_workspace(workspace_folder)
    try:
        assert decision_log.standing(workspace, "note").height == 1
    finally:
        workspace.close()


def test_fields_of_a_form__are_kept_over_a_reload_and_enter_sends_nothing(page: Any, workspace_folder: Path) -> None:
    with served(workspace_folder) as address:
        visit(page, address, "ingest")
        path = page.get_by_role("textbox", name="Dataset file or folder")
        path.fill("/data/none.json")
        path.press("Enter")
        images = page.get_by_role("textbox", name="Image folder or archive")
        images.press_sequentially("/data/pictures")
        page.reload()
        page.get_by_text("Draft restored").wait_for()
        until(page, lambda: (path.input_value(), images.input_value()) == ("/data/none.json", "/data/pictures"))
        assert page.get_by_text("none.json").count() == 0
        page.get_by_role("button", name="Import", exact=True).click()
        page.get_by_text("/data/none.json").first.wait_for()  # named in the error: the draft was handed over
        visit(page, address, "ingest")
        page.get_by_text("Draft restored").wait_for()
        page.get_by_role("status").get_by_role("button", name="Discard").click()
        page.reload()
        page.get_by_role("button", name="Import", exact=True).wait_for()
        page.wait_for_timeout(1000)
        assert path.input_value() == ""
