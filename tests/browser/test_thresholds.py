"""The board of the thresholds page: handles that are dragged and moved by keys, undo, named recipes, a kept draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import generator
import pytest
from serving import served, until, wait_until

SAMPLES = 3000


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over a generated workspace."""
    folder = tmp_path_factory.mktemp("generated")
    generator.build(folder / "workspace", SAMPLES, pictures=4)
    with served(folder / "workspace") as found:
        yield found


def _open(page: Any, address: str) -> None:
    page.goto(f"{address}/thresholds")
    wait_until(page, ".w-big", "Number((it?.innerText || '').replace(',', '')) > 0")
    page.get_by_role("button", name="Suggested cuts").click()
    page.wait_for_selector(".wt-row.wt-used")
    page.get_by_role("button", name="No cuts").click()
    page.wait_for_function("!document.querySelector('.wt-used')")
    _settled(page)


def _settled(page: Any) -> None:
    page.wait_for_timeout(300)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def _remaining(page: Any) -> int:
    return int(page.locator(".w-big").first.inner_text().replace(",", ""))


def _changed(page: Any, before: int) -> int:
    wait_until(page, ".w-big", f"it.innerText.replace(',', '') != '{before}'")
    return _remaining(page)


def _low(page: Any) -> Any:
    return page.get_by_role("slider", name="Sharpness, lowest kept").last


def _value(handle: Any) -> float:
    return float(handle.get_attribute("aria-valuenow"))


def _drag(page: Any, by: int) -> None:
    handle = _low(page)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + by * step / 5, y)


def test_drag__counts_follow_before_the_handle_is_let_go__undo_and_redo(page: Any, generated: str) -> None:
    _open(page, generated)
    before = _remaining(page)
    _drag(page, 90)
    during = _changed(page, before)
    assert during < before
    assert page.get_by_role("button", name="Undo").is_enabled()  # "No cuts" was a move
    page.mouse.up()
    page.get_by_text("Just outside").wait_for()
    _settled(page)
    after = _remaining(page)
    cut = _low(page).get_attribute("aria-valuenow")
    page.keyboard.press("u")
    assert _changed(page, after) == before
    page.keyboard.press("Shift+U")
    assert _changed(page, before) == after
    until(page, lambda: _low(page).get_attribute("aria-valuenow") == cut)
    page.reload()
    wait_until(page, ".w-big", f"it?.innerText.replace(',', '') == '{after}'")


def test_keys_and_exact_numbers__move_the_cut(page: Any, generated: str) -> None:
    _open(page, generated)
    handle, before = _low(page), _remaining(page)
    assert handle.get_attribute("aria-valuetext") == "no cut on this side"
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    assert _changed(page, before) < before
    page.wait_for_timeout(600)  # all three keys are drawn and handed over
    low = _value(handle)
    page.keyboard.press("ArrowLeft")
    until(page, lambda: _value(handle) < low)
    page.keyboard.press("Home")
    wait_until(page, ".w-big", f"it.innerText.replace(',', '') == '{before}'")
    exact = page.get_by_label("Sharpness, lowest kept, exact")
    exact.fill("0.5")
    exact.press("Enter")
    after = _changed(page, before)
    assert after < before
    until(page, lambda: _value(handle) == 0.5)
    _settled(page)
    page.get_by_text("Just outside").wait_for()


def test_funnel__steps_can_be_put_in_another_order(page: Any, generated: str) -> None:
    _open(page, generated)
    for name in ("Sharpness", "Image readability"):
        before = _remaining(page)
        page.get_by_role("switch", name=name).last.click()
        _changed(page, before)
    _settled(page)
    page.get_by_role("tab", name="Funnel").click()
    last = "[...document.querySelectorAll('.wt-step .wt-title')].slice(-2).map((one) => one.innerText).join()"
    page.wait_for_function(f"{last} == 'Sharpness,Image readability'")
    page.get_by_role("button", name="Image readability: earlier").click()
    page.wait_for_function(f"{last} == 'Image readability,Sharpness'")
    page.get_by_role("button", name="Sharpness", exact=True).last.click()
    page.get_by_text("that only it drops").wait_for()


def test_recipes__saved_under_a_name__compared_with_the_draft(page: Any, generated: str) -> None:
    _open(page, generated)
    page.get_by_text("Recipes", exact=True).click()
    page.get_by_label("Save the draft as").fill("everything")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("0 thresholds, saved by").wait_for()
    before = _remaining(page)
    page.get_by_role("switch", name="Sharpness").last.click()
    lost = before - _changed(page, before)
    page.get_by_text("Sharpness: at least 0.2 → no cut").wait_for()
    row = page.locator("tr", has_text="Only in everything")
    until(page, lambda: row.inner_text().split()[-1] == str(lost))
    until(page, lambda: page.locator('a[href^="/review?sample="]').count() == min(lost, 6))
