"""The browse page as a hand and an eye meet it: filters, query, selection and acts, a close look, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import generator
import pytest
from serving import served, until

COUNT = 600


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over 600 samples."""
    workspace = tmp_path_factory.mktemp("served") / "workspace"
    generator.build(workspace, COUNT)
    with served(workspace) as found:
        yield found


def _open(page: Any, address: str, query: str = "") -> Any:
    page.goto(f"{address}/browse{query}")
    page.locator(".w-browse [data-place='0']").wait_for()
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    assert page.locator("h1").count() == 1
    return page.locator(".w-browse")


def _total(browse: Any) -> str:
    return str(browse.locator(".total").inner_text())


def _shows(page: Any, browse: Any, text: str) -> None:
    until(page, lambda: _total(browse) == text)


def _count(browse: Any, label: str) -> int:
    return int(browse.locator(f"[data-id='in {label}'] .count").inner_text().replace(",", ""))


def test_filter__is_counted_said_in_the_address_and_there_after_a_reload(page: Any, address: str) -> None:
    browse = _open(page, address)
    count = _count(browse, "dataset short_answers")
    browse.locator("[data-id='in dataset short_answers']").click()
    _shows(page, browse, f"{count} of {COUNT} samples")
    assert browse.locator(".query").input_value() == "dataset:short_answers"
    browse.locator("[data-id='out decision approved']").click()
    until(page, lambda: _total(browse) != f"{count} of {COUNT} samples")
    text = _total(browse)
    page.wait_for_url("**query=dataset*approved*")
    page.reload()
    browse.locator("[data-place='0']").wait_for()
    _shows(page, browse, text)
    assert browse.locator("[data-id='out decision approved']").get_attribute("aria-pressed") == "true"


def test_filters_view_and_place__are_there_after_another_page(page: Any, address: str) -> None:
    browse = _open(page, address)
    browse.locator(".query").fill("turns>1")
    until(page, lambda: " of 600 samples" in _total(browse))
    text = _total(browse)
    browse.locator("[data-show='table']").click()
    page.wait_for_url("**view=table**")
    browse.locator(".list").evaluate("list => { list.scrollTop = 1000 }")
    until(page, lambda: page.evaluate("sessionStorage.getItem('winnow-browse-at')") is not None)
    page.wait_for_timeout(400)
    page.get_by_role("link", name="Runs").click()
    page.locator("h1", has_text="Runs").wait_for()
    page.get_by_role("link", name="Browse").click()
    browse.locator(".row.head").wait_for()
    _shows(page, browse, text)
    until(page, lambda: browse.locator(".list").evaluate("list => list.scrollTop") > 900)
    assert "query=turns" in page.url


def test_broken_query__is_one_sentence_and_the_list_stays(page: Any, address: str) -> None:
    browse = _open(page, address)
    browse.locator(".query").fill('task:"<b>x</b>" (')
    until(page, lambda: "not closed" in browse.locator(".problem").inner_text())
    assert _total(browse) == f"{COUNT} samples"
    browse.locator(".query").fill("shrpness>3")
    until(page, lambda: "did you mean sharpness" in browse.locator(".problem").inner_text())
    browse.locator(".query").fill("")
    until(page, lambda: browse.locator(".problem").inner_text() == "")


def test_selection__by_keys_is_approved_and_taken_back(page: Any, address: str) -> None:
    browse = _open(page, address, "?query=decision%3Aundecided")
    before = int(_total(browse).split(" ")[0])
    browse.locator("[data-place='1'] .frame").click()
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert _total(browse).endswith("· 3 selected")
    page.get_by_role("button", name="Approve 3").click()
    page.get_by_role("button", name="Approve 3 samples").click()
    _shows(page, browse, f"{before - 3} of {COUNT} samples")
    page.keyboard.press("Escape")
    browse.locator(".list").focus()
    page.keyboard.press("Control+a")
    assert _total(browse).endswith(f"· {before - 3} selected")
    page.get_by_role("button", name="Undo").click()
    _shows(page, browse, f"{before} of {COUNT} samples")


def test_shift_click_and_check_boxes__select_spans(page: Any, address: str) -> None:
    browse = _open(page, address)
    browse.locator("[data-place='0'] .check").click()
    browse.locator("[data-place='5'] .frame").click(modifiers=["Shift"])
    assert _total(browse).endswith("· 6 selected")
    browse.locator("[data-place='2'] .check").click()
    assert _total(browse).endswith("· 5 selected")
    assert browse.locator("[data-place='2']").get_attribute("aria-selected") == "false"
    browse.locator("[data-show='table']").click()
    until(page, lambda: browse.locator(".row[aria-selected='true']").count() == 5)
    assert _total(browse).endswith("· 5 selected")
    browse.locator("[data-show='grid']").click()
    assert browse.locator(".compare").is_disabled()
    browse.locator("[data-place='5'] .check").click()
    browse.locator(".compare").click()
    until(page, lambda: browse.locator(".beside").count() == 4)


def test_sample__opens_over_two_thirds_is_zoomed_and_closes_where_it_was(page: Any, address: str) -> None:
    browse = _open(page, address, "?query=images%3E0+-flag:image_missing")
    browse.locator("[data-place='0'] .frame").dblclick()
    pane = browse.locator(".pane.ready")
    pane.wait_for()
    assert pane.bounding_box()["width"] > 0.6 * browse.bounding_box()["width"]
    whole = browse.locator(".scale").inner_text()
    page.keyboard.press("z")
    until(page, lambda: browse.locator(".scale").inner_text() == "100 %")
    page.keyboard.press("z")
    until(page, lambda: browse.locator(".scale").inner_text() == whole)
    first = browse.locator(".viewer-title").inner_text()
    page.keyboard.press("ArrowRight")
    until(page, lambda: browse.locator(".viewer-title").inner_text() != first)
    page.wait_for_url("**sample=*")
    page.keyboard.press("Escape")
    browse.locator(".viewer").wait_for(state="hidden")
    assert browse.locator(".list").evaluate("list => list === document.activeElement")


def test_table__sorts_by_a_click_and_the_end_can_be_reached(page: Any, address: str) -> None:
    browse = _open(page, address, "?view=table")
    browse.get_by_role("button", name="Turns", exact=True).click()
    page.wait_for_url("**sort=-turns**")
    browse.locator(".list").focus()
    page.keyboard.press("End")
    browse.locator(f"[data-place='{COUNT - 1}'] bdi", has_text="1").first.wait_for()
    assert browse.locator("[role=columnheader][aria-sort=descending]").inner_text().startswith("Turns")
