"""Texts that look like markup or code stay texts, on every page that shows them and in every parameter."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from serving import ROOT, served, visit, wait_until

BAD = (
    "<script>window.winnowed = 1</script>",
    "<img src=x onerror=window.winnowed=1>",
    "</style></script><svg onload=window.winnowed=1>",
    "\" onmouseover=window.winnowed=1 autofocus onfocus=window.winnowed=1 x='",
    "[click](javascript:window.winnowed=1) `code` $x$ :red[red]",
    "\u202eright to left 👩\u200d👧",
)
NAME = BAD[1] + BAD[2]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a set whose every text is hostile, scored and mapped."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "images").mkdir()
    rows: list[dict[str, Any]] = []
    for number in range(24):
        Image.new("RGB", (160 + 4 * number, 120), (9 * number, 90, 200)).save(folder / "images" / f"{number}.png")
        bad = BAD[number % len(BAD)]
        said = [("human", f"<image>\n{bad}"), ("gpt", f"A dog and {bad}, {number}."), ("human", bad), ("gpt", bad)]
        talk = [{"from": who, "value": text} for who, text in said]
        rows.append({"id": f"{bad}{number}", "image": f"{number}.png", "conversations": talk})
    rows.append(
        {
            "id": "long",
            "conversations": [{"from": "human", "value": "W" * 4000}, {"from": "gpt", "value": "w " * 99_000}],
        }
    )
    (folder / "set.json").write_text(json.dumps(rows))
    known = [{"file_name": f"{n}.png", "boxes": [{"category": BAD[n % 5], "bbox": [5, 5, 40, 40]}]} for n in range(24)]
    (folder / "known.json").write_text(json.dumps({"images": known, "vocabulary": ["dog", *BAD]}))
    source = ["import", str(folder / "set.json"), "--annotations", str(folder / "known.json"), "--name", NAME]
    for arguments in (source, ["score"], ["score", "--metrics", "map_images"]):
        command = [sys.executable, "-m", "curation", *arguments, "--workspace", str(folder / "workspace")]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with served(folder / "workspace") as address:
        yield address


def _unharmed(page: Any) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert page.evaluate("window.winnowed") is None
    assert page.locator('[data-testid="stException"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_review__notes_tags_names_and_texts_are_texts(page: Any, hostile: str) -> None:
    visit(page, hostile, "review")
    person = page.locator("input[aria-label=Reviewer]")
    person.fill(BAD[2])
    person.press("Enter")
    for key in ("c", "t", "r"):
        page.locator(".w-deck-talk").wait_for()
        page.locator("h1").click()
        page.keyboard.press(key)
        page.locator(".w-deck-form input").fill(BAD[1])
        page.keyboard.press("Enter")
        wait_until(page, ".w-deck-state", "it.innerText === ''")
    page.locator(".w-note").get_by_text(BAD[1]).wait_for()
    page.locator(".w-chip").get_by_text(BAD[1]).wait_for()
    for place in range(1, 8):
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**/review?sample={place}")
    _unharmed(page)


def test_flags_map_and_thresholds__what_data_says_is_text(page: Any, hostile: str) -> None:
    visit(page, hostile, "flags")
    page.locator(".w-inspector .w-head").wait_for()
    for _ in range(6):
        page.keyboard.press("s")
    wait_until(page, ".w-inspector", "it.dataset.unheard === '0'")
    _unharmed(page)
    visit(page, hostile, "map?by=dataset")
    page.locator(".map[data-ready]").wait_for()
    page.locator(".list .row").first.click()
    page.locator(".st-key-scope_bar").wait_for()
    page.locator(".strip .card").first.click()
    page.locator(".st-key-map_sample .w-turn").first.wait_for()
    _unharmed(page)
    visit(page, hostile, "thresholds")
    page.locator(".wt-head .w-big").wait_for()
    _unharmed(page)


@pytest.mark.parametrize("path", ["review", "flags", "thresholds", "map"])
def test_address__whatever_stands_in_it_is_text(page: Any, hostile: str, path: str) -> None:
    bad = urllib.parse.quote(BAD[1], safe="")
    names = ("words", "dataset", "tag", "task", "flagged", "decision", "cluster", "like", "queue", "of", "flag", "kind")
    for query in (
        "&".join(f"{name}={bad}" for name in names),
        f"lasso={bad}:0,0;1,1;1,0&where={bad}:1..2&sample=999999&map={bad}&by={bad}",
        "cluster=map_images:9999&like=map_images:99999&where=;;:..;&lasso=map_images:0,0;1&sample=-1&queue=cluster",
    ):
        visit(page, hostile, f"{path}?{query}")
        page.locator(".st-key-scope_bar").wait_for()
        _unharmed(page)
