"""The flags page in Chromium: boxes and spans light each other up, and no key is lost or means another flag."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
import serving
from pictures import grey_noise

from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import open_workspace
from scoring.shard import VOTE_SCHEMA
from storage import flags
from storage.store import append_frame

COUNT = 44
ANSWER = "A 😀 red cup and a dog stand beside a cat."
DOG, CUP = ANSWER.index("dog"), ANSWER.index("red cup")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over 44 samples with a denied dog and a supported cup each, and two groups of duplicates."""
    folder = tmp_path_factory.mktemp("flags")
    _fill(folder)
    with serving.served(folder / "workspace") as address:
        yield address


def _fill(folder: Path) -> None:
    (folder / "images").mkdir()
    for number in range(4):
        grey_noise((320, 240), 60 + 20 * number, number).convert("RGB").save(folder / "images" / f"{number}.png")
    rows = [
        {
            "id": str(number),
            "image": f"{number % 4}.png",
            "conversations": [
                {"from": "human", "value": f"<image>\nWhat is it, {number}?"},
                {"from": "gpt", "value": ANSWER + (" <b>More</b>." if number == 2 else "")},
            ],
        }
        for number in range(COUNT)
    ]
    (folder / "set.json").write_bytes(orjson.dumps(rows))
    known = [
        {"file_name": f"{number}.png", "instances": [{"category": "cup", "bbox": [10, 20, 100, 90]}], "captions": []}
        for number in range(4)
    ]
    (folder / "known.json").write_bytes(orjson.dumps({"images": known, "vocabulary": ["cup", "dog"]}))
    workspace = open_workspace(folder / "workspace")
    import_file(workspace, folder / "set.json", ImportOptions(annotations=folder / "known.json"))
    with workspace.store.transaction("samples", "scores") as cursor:
        flags.append(cursor, _flags())
        append_frame(cursor, "vote", _votes())
        append_frame(cursor, "duplicate_group", _groups())
    workspace.close()


def _flags() -> pl.DataFrame:
    rows = [
        (no, "turn", no, 0, DOG, DOG + 3, "dog", "hallucination", "unsupported", None, "{}", "No dog.", "eye", "1", 1)
        for no in range(COUNT)
    ]
    rows += [
        (no, "sample", no, None, None, None, "", "duplicate", "copy", 1.0, "{}", "Copies.", "duplicates", "2", 1)
        for no in range(4)
    ]
    return pl.DataFrame(rows, schema=list(flags.COLUMNS), orient="row", infer_schema_length=None)


def _votes() -> pl.DataFrame:
    said = ((DOG, DOG + 3, "dog", 0.0), (CUP, CUP + 7, "red cup", 1.0))
    rows = [
        (no, no, 0, a, b, text, "annotations", score, "", "eye", "1", 1)
        for no in range(COUNT)
        for a, b, text, score in said
    ]
    return pl.DataFrame(rows, VOTE_SCHEMA, orient="row")


def _groups() -> pl.DataFrame:
    schema = {
        "run_no": pl.Int32,
        "group_no": pl.Int32,
        "sample_no": pl.Int32,
        "keep": pl.Boolean,
        "relation": pl.String,
    }
    rows = [(1, 0, 0, True, "near"), (1, 0, 2, False, "near"), (1, 1, 1, True, "near"), (1, 1, 3, False, "near")]
    return pl.DataFrame(rows, schema, orient="row")


def _open(page: Any, address: str, path: str = "flags?kind=hallucination") -> None:
    page.goto(f"{address}/{path}")
    page.locator(".w-inspector:not(.w-waiting) .w-head").wait_for()
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def _heard(page: Any) -> None:
    page.wait_for_selector(".w-inspector[data-unheard='0']:not(.w-waiting)")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def _counts(page: Any) -> dict[str, int]:
    words = page.locator('[data-testid="stButtonGroup"]').first.inner_text().replace("(", "").replace(")", "").split()
    return {word: int(count) for word, count in itertools.pairwise(words) if count.isdigit()}


def _count(page: Any, word: str, count: int) -> None:
    page.get_by_text(f"{word} ({count})").first.wait_for()


def _now(page: Any) -> str:
    return str(page.locator(".w-inspector").get_attribute("data-flag"))


def test_hover_and_focus__light_the_box_of_a_span_and_the_spans_of_a_box(page: Any, served: str) -> None:
    _open(page, served)
    cup, dog = page.locator("mark[data-claim]", has_text="red cup"), page.locator("mark[data-claim]", has_text="dog")
    box = page.locator("[data-box]")
    assert "w-by-annotators" in box.get_attribute("class")
    assert "w-lit" not in box.get_attribute("class")
    cup.hover()
    assert "w-lit" in box.get_attribute("class")
    dog.hover()
    assert "w-lit" not in box.get_attribute("class")
    assert "no box shows “dog”" in page.locator(".w-picture").inner_text()
    cup.focus()
    assert "w-lit" in box.get_attribute("class")
    page.locator("h1").hover()
    box.hover(position={"x": 40, "y": 40})
    assert "w-lit" in cup.get_attribute("class")
    assert "w-lit" not in dog.get_attribute("class")
    page.locator("tr[data-claim]", has_text="red cup").hover()
    assert "w-lit" in box.get_attribute("class")


def test_spans__tell_their_tone_by_sign_and_line_as_well_as_colour(page: Any, served: str) -> None:
    _open(page, served)
    tones = {}
    for word in ("red cup", "dog"):
        mark = page.locator("mark[data-claim]", has_text=word)
        style = mark.evaluate("(node) => getComputedStyle(node).borderBottomStyle")
        tones[word] = (mark.locator("sup").inner_text(), style)
    assert tones == {"red cup": ("✓", "solid"), "dog": ("✗", "dashed")}


def test_twenty_fast_keys__none_is_lost_and_each_means_the_flag_that_was_seen(page: Any, served: str) -> None:
    _open(page, served)
    before = _counts(page)
    seen = []
    for number in range(20):
        seen.append((_now(page), "yn"[number % 2]))
        page.keyboard.press(seen[-1][1])
    assert len({flag for flag, _ in seen}) == 20
    _heard(page)
    _count(page, "Open", before["Open"] - 20)
    _count(page, "Confirmed", 10)
    _count(page, "Dismissed", 10)
    _open(page, served, f"flags?status=any&flag={seen[3][0]}")
    assert "dismissed" in page.locator(".w-head").inner_text()
    page.locator("h1").click()
    for _ in range(20):
        page.keyboard.press("u")
    _heard(page)
    _count(page, "Open", before["Open"] + 4)


def test_keys__adjust_edit_drop_mark_and_undo(page: Any, served: str) -> None:
    _open(page, served)
    first = _now(page)
    page.keyboard.press("w")
    text = page.locator("[role=dialog] .w-select")
    text.wait_for()
    assert text.locator("mark").inner_text() == "dog"
    page.keyboard.press("y")  # in a dialog a key decides nothing
    text.press("ArrowRight")
    text.press("Enter")
    page.locator("[role=dialog]").wait_for(state="detached")
    serving.wait_until(page, ".w-inspector", f"it.dataset.flag != '{first}'")
    _heard(page)
    _count(page, "Confirmed", 1)
    second = _now(page)
    page.keyboard.press("e")
    area = page.locator("[role=dialog] textarea")
    area.wait_for()
    page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.type("<i>horse</i>")
    assert page.locator("[role=dialog] ins").inner_text() == "<i>horse</i>"
    area.press("Control+Enter")
    page.locator("[role=dialog]").wait_for(state="detached")
    serving.wait_until(page, ".w-inspector", f"it.dataset.flag != '{second}'")
    _count(page, "Confirmed", 2)
    third = _now(page)
    page.keyboard.press("m")
    page.locator("[role=dialog] .w-select").wait_for()
    page.get_by_label("end: a word on").click()
    page.get_by_role("button", name="Mark as hallucinated").click()
    page.locator("[role=dialog]").wait_for(state="detached")
    page.locator("mark.w-marked[data-claim]").wait_for()
    assert page.locator("mark.w-marked[data-claim]").inner_text().endswith("A")
    assert _now(page) == third
    page.keyboard.press("d")
    _heard(page)
    _count(page, "Confirmed", 3)
    page.keyboard.press("?")
    assert "drop the turn" in page.locator(".w-help").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".w-help").count() == 0
    _open(page, served, f"flags?kind=hallucination&status=any&flag={first}")
    assert page.locator("mark.w-mark-now").inner_text().endswith("dog stand")
    _open(page, served, f"flags?kind=hallucination&status=any&flag={second}")
    assert page.locator(".w-turn ins").inner_text() == "<i>horse</i>"
    assert page.locator(".w-turn i").count() == 0
    page.locator("h1").click()
    for _ in range(4):
        page.keyboard.press("u")
    _heard(page)
    _count(page, "Open", COUNT)
    assert "Confirmed (0)" in page.locator('[data-testid="stButtonGroup"]').first.inner_text()


def test_matrix__a_row_leads_to_its_flag_and_buttons_go_the_way_of_keys(page: Any, served: str) -> None:
    _open(page, served, "flags?kind=hallucination&status=any")
    flag = _now(page)
    page.get_by_role("button", name="Skip S").click()
    assert _now(page) != flag
    page.locator("h1").click()
    page.keyboard.press("ArrowLeft")
    assert _now(page) == flag
    _heard(page)
    assert "flag=" + flag in page.url
    assert page.locator("tr[aria-current=true]").inner_text().split()[0].endswith("dog")


def test_duplicates__keep_best_of_all_groups_with_one_undo(page: Any, served: str) -> None:
    _open(page, served, "flags?kind=duplicate")
    cards = page.locator(".w-member")
    assert cards.count() == 2
    assert "row 0" in cards.first.inner_text()
    assert page.locator(".w-member ins").all_inner_texts()
    page.get_by_role("combobox", name="Of duplicates keep").click()
    page.get_by_role("option", name="the longest response").click()
    page.get_by_role("button", name="All 2 groups: keep 2, drop 2").click()
    page.get_by_text("No flag passes these filters.").wait_for()
    _count(page, "Dismissed", 2)
    page.locator("h1").click()
    page.keyboard.press("u")
    _count(page, "Open", 4)
    _count(page, "Dismissed", 0)


@pytest.mark.parametrize("width", [1360, 1680])
def test_status__is_not_cropped(page: Any, served: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    _open(page, served)
    for button in page.locator('[data-testid="stButtonGroup"] button').all():
        assert button.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")
        assert button.bounding_box()["x"] + button.bounding_box()["width"] <= width
