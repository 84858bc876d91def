"""The map as a hand and an eye meet it: lasso, box, keys, a click on a point, the legend, and no WebGL2 at all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import generator
import pytest
from serving import served

COUNT = 600
AREA = "map_responses:-100,-100;100,-100;100,100;-100,100"
NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind === "webgl2" ? null : real.call(this, kind, ...more)
}"""
PAINTED = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value)"
PLACES = """map => {
  const { state, view } = map.winnow
  const at = i => [(state.points.x[i] - view.x) * view.k + view.width / 2,
                   view.height / 2 - (state.points.y[i] - view.y) * view.k]
  return [...state.points.number].map((number, i) => [number, state.levels ? state.levels[i] : 2, ...at(i)])
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a workspace with three maps."""
    workspace = tmp_path_factory.mktemp("served") / "workspace"
    generator.build(workspace, COUNT)
    with served(workspace) as found:
        yield found


def _open(page: Any, address: str, query: str = "map=map_responses") -> Any:
    page.goto(f"{address}/map?{query}")
    page.locator(".map[data-ready]").wait_for()
    assert page.locator('[data-testid="stException"]').count() == 0
    return page.locator(".map")


def _selected(area: Any) -> set[int]:
    return {number for number, level, _, _ in area.evaluate(PLACES) if level == 2}


def _drag(page: Any, area: Any, corners: list[tuple[float, float]]) -> None:
    box = area.bounding_box()
    for at, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x, box["y"] + y)
        if at == 0:
            page.mouse.down()
    page.mouse.up()


def _members(page: Any) -> None:
    """Waits until the map shows what is selected."""
    page.locator(".map[data-ready*='/members/']").wait_for()


def test_lasso__selects_on_the_server_and_lives_in_the_address(page: Any, address: str) -> None:
    area = _open(page, address)
    box = area.bounding_box()
    x, y, radius = box["width"] / 2, box["height"] / 2, box["height"] / 4
    circle = [(x + radius * math.cos(a / 15), y + radius * math.sin(a / 15)) for a in range(94)]
    inside = {n for n, _, px, py in area.evaluate(PLACES) if math.hypot(px - x, py - y) < radius - 3}
    outside = {n for n, _, px, py in area.evaluate(PLACES) if math.hypot(px - x, py - y) > radius + 3}
    area.focus()
    page.keyboard.press("l")
    assert area.get_attribute("data-tool") == "lasso"
    _drag(page, area, circle)
    _members(page)
    found = _selected(area)
    assert inside <= found
    assert not found & outside
    assert len(found) >= 10
    page.get_by_text(f"{len(found)} samples", exact=True).wait_for()
    page.get_by_role("button", name=f"Approve {len(found)}").wait_for()
    assert page.url.count("%3B") <= 60
    page.reload()  # the address alone brings the same selection back
    _members(page)
    assert _selected(page.locator(".map")) == found
    assert area.get_attribute("data-tool") == "pan"


def test_box_and_escape__select_and_clear(page: Any, address: str) -> None:
    area = _open(page, address)
    box = area.bounding_box()
    page.get_by_role("button", name="Select with a box").click()
    _drag(page, area, [(box["width"] * 0.3, box["height"] * 0.2), (box["width"] * 0.7, box["height"] * 0.8)])
    _members(page)
    assert 0 < len(_selected(area)) < COUNT
    area.focus()
    page.keyboard.press("Escape")
    page.get_by_text("All samples. Select a cluster").wait_for()
    page.wait_for_function("!location.search.includes('lasso')")


def test_click_on_a_point__opens_the_sample_without_fetching_the_map_again(page: Any, address: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/points/" in request.url else None)
    area = _open(page, address)
    page.evaluate("window.same = true")
    box = area.bounding_box()
    places = area.evaluate(PLACES)

    def alone(one: list[float]) -> bool:
        near = [other for other in places if math.hypot(one[2] - other[2], one[3] - other[3]) < 12]
        return len(near) == 1 and 60 < one[2] < box["width"] - 60 and 60 < one[3] < box["height"] * 0.8

    number, _, x, y = next(one for one in places if alone(one))
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.locator(".card:not([hidden]) .where").first.wait_for()
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.get_by_role("button", name="More like this").wait_for()
    assert f"sample={number}" in page.url
    page.get_by_role("button", name="Close").click()
    page.locator(".list .row").first.wait_for()
    assert page.evaluate("window.same") is True
    assert len(fetched) == 1


def test_keys_and_wheel__move_the_eye(page: Any, address: str) -> None:
    area = _open(page, address)
    home = area.evaluate("map => map.winnow.view.k")
    area.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    nearer = area.evaluate("map => map.winnow.view.k")
    assert nearer > home * 2
    before = area.evaluate("map => map.winnow.view.x")
    page.keyboard.press("ArrowRight")
    assert area.evaluate("map => map.winnow.view.x") > before
    page.keyboard.press("-")
    assert area.evaluate("map => map.winnow.view.k") < nearer
    page.mouse.wheel(0, -300)
    page.keyboard.press("0")
    page.wait_for_timeout(600)
    assert area.evaluate("map => map.winnow.view.k") == pytest.approx(home)


def test_cluster_in_the_list__zooms_and_becomes_the_scope(page: Any, address: str) -> None:
    area = _open(page, address)
    home = area.evaluate("map => map.winnow.view.k")
    row = page.locator(".list .row").nth(2)
    size = row.locator(".size").inner_text()
    row.click()
    _members(page)
    page.get_by_text(f"{size} samples", exact=True).wait_for()
    assert len(_selected(area)) == int(size)
    assert "cluster=map_responses%3A" in page.url
    page.wait_for_timeout(500)
    assert area.evaluate("map => map.winnow.view.k") > home


def test_legend__hides_what_is_clicked(page: Any, address: str) -> None:
    area = _open(page, address, "map=map_responses&by=dataset")
    entry = page.locator(".legend .entry").first
    assert entry.locator(".count").inner_text() == "360"
    entry.click()
    assert page.locator(".legend .entry").first.get_attribute("aria-pressed") == "false"
    drawn = area.evaluate("map => [...map.winnow.state.codes].filter(c => map.winnow.state.palette[c * 4 + 3]).length")
    assert drawn == COUNT - 360


def test_without_webgl__draws_plainly_says_so_and_still_selects(page: Any, address: str) -> None:
    page.add_init_script(NO_WEBGL)
    area = _open(page, address, f"map=map_responses&lasso={AREA}")
    assert area.get_attribute("data-painter") == "plain"
    page.get_by_text("This browser draws without WebGL2").wait_for()
    assert len(_selected(area)) == COUNT
    assert area.locator("canvas.points").evaluate(PAINTED)


def test_graphics_card_taken_away__goes_on_without_it(page: Any, address: str) -> None:
    area = _open(page, address)
    if area.get_attribute("data-painter") != "webgl2":
        pytest.skip("This Chromium has no WebGL2.")
    area.locator("canvas.points").evaluate(
        "canvas => canvas.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
    )
    page.locator(".map[data-painter='plain']").wait_for()
    page.wait_for_timeout(300)
    assert area.locator("canvas.points").evaluate(PAINTED)
