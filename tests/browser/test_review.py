"""The deck in a browser: fast keys, two reviewers at once, edits, marks, notes and undo."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pictures import grey_noise
from serving import ROOT, served, visit, wait_until

ROWS = 40


@pytest.fixture
def workspace_folder(tmp_path: Path) -> Path:
    """Forty text-only samples of two turns."""
    rows = []
    for number in range(ROWS):
        texts = (f"What is {number}?", f"Thing number {number} on a table.", "Where?", f"In room {number}.")
        said = [{"from": "gpt" if at % 2 else "human", "value": text} for at, text in enumerate(texts)]
        rows.append({"id": str(number), "conversations": said})
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


def _on_table(page: Any) -> int:
    return int(page.locator(".w-deck-stage").get_attribute("data-no"))


def _saved(page: Any, done: int) -> None:
    page.get_by_text(f"{done} of {ROWS} decided").wait_for()
    wait_until(page, ".w-deck-state", "!it.innerText.startsWith('Saving')")


def test_keys__a_fast_series_loses_none_and_meets_the_sample_that_was_seen(
    page: Any, address: str, workspace_folder: Path
) -> None:
    visit(page, address, "review")
    page.locator(".w-deck-talk").wait_for()
    seen = []
    for number in range(20):
        wait_until(page, ".w-deck-talk", "it !== null")
        seen.append((_on_table(page), "reject" if number % 3 == 0 else "approve"))
        page.keyboard.press("x" if number % 3 == 0 else "a")
    _saved(page, 20)
    page.keyboard.press("u")
    _saved(page, 19)
    assert _on_table(page) == seen[-1][0]
    page.close()
    log = _log(workspace_folder)
    assert [event["verdict"] for event in log] == [*(verdict for _, verdict in seen), "undo"]
    assert len({number for number, _ in seen}) == 20


def _log(folder: Path) -> list[dict[str, Any]]:
    """The log of decisions, read from a copy of what the running server has written."""
    copy = folder.parent / "copy"
    copy.mkdir()
    for file in folder.glob("winnow.duckdb*"):
        shutil.copy(file, copy / file.name)
    return [json.loads(line) for line in _command(copy, "decisions", "export").splitlines()]


def test_two_browsers__never_have_the_same_sample(browser: Any, address: str, workspace_folder: Path) -> None:
    pages = []
    for name in ("ann", "bob"):
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        visit(page, address, "review")
        field = page.get_by_role("textbox", name="Reviewer")
        field.fill(name)
        field.press("Enter")
        field.blur()
        page.wait_for_timeout(800)
        pages.append(page)
    given: list[list[int]] = [[], []]
    for _ in range(8):
        for number, page in enumerate(pages):
            wait_until(page, ".w-deck-talk", "it !== null")
            given[number].append(_on_table(page))
            page.locator("h1").click()
            page.keyboard.press("a")
            page.wait_for_function(  # on a busy machine the browser asks first whether the sample is still its own
                f"document.querySelector('.w-deck-stage').dataset.no !== '{given[number][-1]}'"
            )
    for page in pages:
        wait_until(page, ".w-deck-state", "!it.innerText.startsWith('Saving')")
        page.context.close()
    assert len(set(given[0]) | set(given[1])) == 16
    log = _log(workspace_folder)
    assert {who: sum(event["who"] == who for event in log) for who in ("ann", "bob")} == {"ann": 8, "bob": 8}


def test_turns__dropped_edited_and_marked_by_keys(page: Any, address: str, workspace_folder: Path) -> None:
    visit(page, address, "review?sample=3")
    page.locator("h1").click()
    page.keyboard.press("2")
    page.keyboard.press("d")
    page.locator(".w-deck-dropped").get_by_text("In room 3.").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("e")
    page.get_by_role("dialog").locator("textarea").fill("Thing number 3 on a chair.")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.locator(".w-deck-talk ins").get_by_text("chair").wait_for()
    page.keyboard.press("c")
    page.locator(".w-deck-form input").fill("looks <b>odd</b>")
    page.keyboard.press("Enter")
    page.locator(".w-note").get_by_text("looks <b>odd</b>").wait_for()
    page.keyboard.press("t")
    page.locator(".w-deck-form input").fill("furniture")
    page.keyboard.press("Enter")
    page.locator(".w-chip").get_by_text("furniture").wait_for()
    page.keyboard.press("?")
    page.locator(".w-deck-sheet").get_by_text("Take your last act back").wait_for()
    page.keyboard.press("Escape")
    for _ in range(4):
        page.keyboard.press("u")
        page.wait_for_timeout(100)
    page.wait_for_function("!document.querySelector('.w-chip, .w-note, .w-deck-dropped, .w-deck-talk ins')")
    verdicts = [event["verdict"] for event in _log(workspace_folder)]
    assert verdicts == ["drop", "edit", "write", "add", "undo", "undo", "undo", "undo"]


def test_picture__is_zoomed_moved_and_given_more_room_by_keys_and_pointer(
    page: Any, tmp_path: Path, workspace_folder: Path
) -> None:
    grey_noise((1200, 800), 40).save(tmp_path / "wide.png")
    grey_noise((400, 3000), 40).save(tmp_path / "page.png")
    talk = [{"from": "human", "value": "<image><image>What?"}, {"from": "gpt", "value": "Noise."}]
    (tmp_path / "noise.json").write_text(
        json.dumps([{"id": "n", "image": ["wide.png", "page.png"], "conversations": talk}])
    )
    _command(workspace_folder, "import", str(tmp_path / "noise.json"), "--images", str(tmp_path))
    scale = page.locator(".w-deck-scale:visible")
    with served(workspace_folder) as address:
        visit(page, address, f"review?sample={ROWS}")
        page.locator(".w-deck-pane:visible img").wait_for()
        page.locator("h1").click()
        page.keyboard.press("z")
        scale.get_by_text("100 %").wait_for()
        box = page.locator(".w-deck-pane:visible").bounding_box()
        before = _left_top(page)
        page.mouse.move(box["x"] + 300, box["y"] + 200)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 150, steps=3)
        page.mouse.up()
        page.wait_for_timeout(300)  # moves are drawn frame by frame
        assert _left_top(page) == (pytest.approx(before[0] - 100), pytest.approx(before[1] - 50))
        page.mouse.wheel(0, -400)
        page.wait_for_function("parseInt([...document.querySelectorAll('.w-deck-scale')].at(-1).innerText) > 130")
        page.keyboard.press("i")
        page.get_by_text("image 2 of 2 · page.png").wait_for()
        shown = page.locator(".w-deck-pane:visible .w-picture").bounding_box()
        assert shown["width"] == pytest.approx(box["width"], abs=2)  # a long page opens in full width, to be read
        line = page.get_by_role("separator")
        line.focus()
        for _ in range(5):
            line.press("ArrowRight")
        assert page.locator(".w-deck-pane:visible").bounding_box()["width"] > box["width"] + 50
        assert page.locator(".w-deck-stage").get_attribute("data-no") == str(ROWS)  # the arrows moved the line only


def _left_top(page: Any) -> tuple[float, float]:
    shown = page.locator(".w-deck-pane:visible .w-picture").bounding_box()
    return shown["x"], shown["y"]


def test_flag__is_dismissed_beside_its_sample_and_taken_back(page: Any, workspace_folder: Path) -> None:
    empty = [{"id": "e", "conversations": [{"from": "human", "value": "What?"}, {"from": "gpt", "value": ""}]}]
    (workspace_folder.parent / "empty.json").write_text(json.dumps(empty))
    _command(workspace_folder, "import", str(workspace_folder.parent / "empty.json"))
    _command(workspace_folder, "score", "--metrics", "response_length")
    with served(workspace_folder) as address:
        visit(page, address, f"review?sample={ROWS}")
        page.get_by_role("button", name="Dismiss").click()
        page.locator(".w-deck-facts").get_by_text("dismissed", exact=True).wait_for()
        page.keyboard.press("u")
        page.locator(".w-deck-facts").get_by_text("open", exact=True).wait_for()
        assert _on_table(page) == ROWS
        page.close()
    first = _log(workspace_folder)[0]
    assert (first["subject"], first["verdict"]) == ("flag", "dismiss")


def test_rejection__takes_a_reason_by_number__and_guidelines_open_by_key(
    page: Any, address: str, workspace_folder: Path
) -> None:
    visit(page, address, "review")
    page.locator(".w-deck-talk").wait_for()
    page.locator("h1").click()
    page.keyboard.press("g")
    page.locator(".w-deck-guide").get_by_text("No guidelines yet").wait_for()
    page.keyboard.press("Escape")
    before = page.locator(".w-deck-stage").get_attribute("data-no")
    page.keyboard.press("q")
    page.locator(".w-deck-form").get_by_role("button", name="Wrong answer").wait_for()
    page.keyboard.press("2")
    wait_until(page, ".w-deck-stage", f"it.dataset.no !== '{before}'")
    page.get_by_text("Saving").wait_for(state="hidden")
    page.get_by_role("button", name="History").click()
    page.get_by_role("button", name="reject").filter(has_text="Wrong answer").first.wait_for()
