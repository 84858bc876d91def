"""The export page in Chromium: a cap and a floor, a floor that cannot be met, relaxed, approved, downloaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import serving
from pictures import grey_noise
from support import score_all

from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import open_workspace

ASKED = {"Describe the scene in one sentence.": 14, "Is there a dog in the image?": 9, "How many cups are there?": 5}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over 28 samples of three tasks, scored by task only."""
    folder = tmp_path_factory.mktemp("export")
    grey_noise((320, 240), 60).convert("RGB").save(folder / "a.png")
    rows = [
        {
            "id": f"{at}",
            "image": "a.png",
            "conversations": [
                {"from": "human", "value": f"<image>\n{question}"},
                {"from": "gpt", "value": f"Answer {at} <img src=x onerror=alert(1)>."},
            ],
        }
        for question, count in ASKED.items()
        for at in range(count)
    ]
    (folder / "set.json").write_bytes(orjson.dumps(rows))
    workspace = open_workspace(folder / "workspace")
    import_file(workspace, folder / "set.json", ImportOptions(images=folder))
    score_all(workspace, "task")
    workspace.close()
    with serving.served(folder / "workspace") as address:
        yield address


def _type(page: Any, label: str, number: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(number)
    field.press("Enter")


def test_export__cap_and_floor__relaxed__approved__downloaded(served: str, page: Any, tmp_path: Path) -> None:
    serving.visit(page, served, "export")
    page.get_by_role("button", name="Approve and write 28 samples as").wait_for()

    _type(page, "Cap of captioning", "4")
    page.get_by_role("button", name="Approve and write 18 samples as").wait_for()
    _type(page, "Floor of counting", "8")
    page.get_by_text("Only 5 samples of counting pass the filters, 8 wanted.").wait_for()
    page.get_by_text("floor not met").wait_for()
    assert page.get_by_label("Cap of captioning", exact=True).input_value() == "4"

    page.get_by_role("button", name="Lower the floor of counting to 5").click()
    page.get_by_text("cannot be met").wait_for(state="detached")
    serving.until(page, lambda: page.get_by_label("Floor of counting", exact=True).input_value() == "5")

    page.get_by_role("radio", name="In and out").click()
    page.get_by_role("radio", name="Left out").click()
    page.get_by_text("over the quota of captioning").first.wait_for()
    serving.until(page, lambda: page.locator(".w-cards .w-card").count() == 10)

    page.get_by_label("Reviewer", exact=True).fill("ann")
    page.get_by_label("Reviewer", exact=True).press("Enter")
    page.get_by_role("button", name="Approve and write 18 samples as ann").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="curated.zip").click()
    waiting.value.save_as(tmp_path / "out.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "out.zip").read_bytes())) as archive:
        manifest = orjson.loads(archive.read("curated/winnow/manifest.json"))
        assert len(orjson.loads(archive.read("curated/data/train.json"))) == manifest["samples"] == 18
    assert manifest["approval"]["who"] == "ann"
    assert {row["task"]: row["taken"] for row in manifest["tasks"]}["captioning"] == 4
    assert manifest["unmet"] == []


def test_export__rows_are_sorted_by_a_click_and_numbers_typed_fast_all_count(served: str, page: Any) -> None:
    serving.visit(page, served, "export")
    page.get_by_role("button", name="Approve and write").wait_for()
    names = page.locator(".w-quota-table tbody tr:not(.w-quota-every) td:first-child")
    page.get_by_role("button", name="Task", exact=True).last.click()
    sorted_names = ["captioning", "counting", "object existence"]
    serving.until(page, lambda: [one.split("\n")[0].strip() for one in names.all_inner_texts()] == sorted_names)
    for label, number in (("captioning", "3"), ("object existence", "2"), ("counting", "1")):
        _type(page, f"Floor of {label}", "")
        _type(page, f"Cap of {label}", number)
    page.get_by_role("button", name="Approve and write 6 samples as").wait_for()
    serving.until(page, lambda: names.all_inner_texts() == sorted_names)
