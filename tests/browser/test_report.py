"""The report page in Chromium: tables with rows, values computed, a file with the same numbers, pictures drawn."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import serving
from pictures import grey_noise
from PIL import Image
from support import row, score_all

from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import open_workspace

ASKED = ("Describe the scene in one sentence.", "Is there a dog in the image?", "How many cups are there?")
HOSTILE = "set <img src=x onerror=document.title='run'>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over two datasets, one with a hostile name, scored by a few metrics."""
    folder = tmp_path_factory.mktemp("report")
    grey_noise((160, 120), 60).convert("RGB").save(folder / "a.png")
    workspace = open_workspace(folder / "workspace")
    for name, count in (("small", 6), (HOSTILE, 12)):
        rows = [row(ASKED[n % 3], f"Answer {n} in {name[:5]}, a red cup.", image="a.png") for n in range(count)]
        (folder / "set.json").write_bytes(orjson.dumps(rows))
        import_file(workspace, folder / "set.json", ImportOptions(images=folder, name=name))
    score_all(workspace, "task", "text_readability", "granularity", "visual_complexity", "image_readability")
    workspace.close()
    with serving.served(folder / "workspace") as address:
        yield address


def _cells(page: Any, place: int) -> list[list[str]]:
    """The body of one of the tables, as text."""
    rows = page.locator(".w-report table").nth(place).locator("tr:has(td)")
    return [one.locator("td").all_inner_texts() for one in rows.all()]


def test_report__tables_computed_values_csv_and_pictures(served: str, page: Any, tmp_path: Path) -> None:
    serving.visit(page, served, "report")
    page.locator(".w-report table").first.wait_for()
    assert [cells[0] for cells in _cells(page, 0)][:3] == ["raw", "small", HOSTILE]
    assert [cells[1:3] for cells in _cells(page, 0)][:3] == [["18", "6"], ["6", "6"], ["12", "6"]]

    page.get_by_role("button", name="Compute", exact=False).click()
    page.get_by_text("Everything that can be computed is computed.").wait_for()
    shown = _cells(page, 0)
    assert not any("…" in cells for cells in shown)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    waiting.value.save_as(tmp_path / "indicators.csv")
    with (tmp_path / "indicators.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [line["dataset"] for line in written] == [cells[0] for cells in shown]
    assert [f"{float(line['TR']):,.4g}" for line in written] == [cells[3] for cells in shown]
    assert [f"{float(line['TD']):,.0f}" for line in written] == [cells[6] for cells in shown]

    page.locator(".js-plotly-plot .heatmaplayer image").first.wait_for(state="attached")
    with page.expect_download() as waiting:
        page.locator(".js-plotly-plot").first.hover()
        page.locator(".js-plotly-plot").first.locator(".modebar-btn").first.click()
    waiting.value.save_as(tmp_path / "heat.png")
    with Image.open(tmp_path / "heat.png") as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("L").getcolors() or []) > 5

    page.get_by_role("radio", name="Radar").click()
    page.locator(".js-plotly-plot .polarlayer .scatterlayer path").first.wait_for(state="attached")
    serving.until(page, lambda: page.locator(".js-plotly-plot .sunburstlayer .slice").count() > 3)
    assert page.title() != "run"
