"""Two datasets in Chromium: a weight changes the mix at once, and what became of the rows is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import serving
from support import row

from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import open_workspace

NAME = "web {b} <i>set</i>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over twelve and four rows; one more is no conversation."""
    folder = tmp_path_factory.mktemp("mix")
    rows = [row(f"What is {n}?", f"The number {n}.") for n in range(12)]
    for name, part in (("one", rows), (NAME, [*rows[:4], {"id": 1}])):
        (folder / "set.json").write_bytes(orjson.dumps([{**one, "tag": name} for one in part]))
        workspace = open_workspace(folder / "workspace")
        import_file(workspace, folder / "set.json", ImportOptions(name=name))
        workspace.close()
    with serving.served(folder / "workspace") as address:
        yield address


def test_mix__weight_is_typed__shares_follow__and_rows_are_drawn(served: str, page: Any) -> None:
    serving.visit(page, served, "export")
    page.get_by_text("Mix", exact=True).click()
    field = page.get_by_label("Weight of one", exact=True)
    field.fill("2")
    field.press("Enter")
    page.get_by_text("8 of 12 that pass").wait_for()
    page.get_by_text("4 of 4 that pass").wait_for()
    page.get_by_role("button", name="Approve and write 12 samples as").wait_for()
    page.get_by_text("Rows", exact=True).click()
    chart = page.get_by_test_id("stEChartsChart")
    chart.wait_for()
    assert "one: 12 rows, 4 left over by the quota, 8 exported" in chart.get_attribute("aria-label")
    assert chart.bounding_box()["height"] > 150
    with page.expect_download() as download:
        page.get_by_role("button", name="Fate of every row (CSV)").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0] == "dataset,row,fate,reason"
    assert len(lines) == 18
    assert lines[-1] == f"{NAME},4,rejected,no conversation"
    assert page.locator("i", has_text="set").count() == 0
