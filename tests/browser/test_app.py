"""What only a browser can show: cold deep links, text that stays text, and the whole path to a download."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from pictures import grey_noise
from PIL import Image
from serving import visit, wait_until
from support import pages

PAGES = pages()
SCRIPT = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'> **bold**"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve rows on six pictures, half of them blurred away; the first says something that tries to run."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "images").mkdir()
    rows = []
    for number in range(6):
        picture = grey_noise((320, 240), 90, number).convert("RGB")
        if number % 2:
            picture = picture.resize((8, 6)).resize((320, 240), Image.Resampling.BICUBIC)
        picture.save(folder / "images" / f"{number}.png")
    for number in range(12):
        answer = SCRIPT if number == 0 else f"A noise picture, number {number}." if number != 5 else ""
        said = [{"from": "human", "value": f"<image>\nDescribe it, {number}."}, {"from": "gpt", "value": answer}]
        rows.append({"id": str(number), "image": f"{number % 6}.png", "conversations": said})
    path = folder / "noise.json"
    path.write_bytes(orjson.dumps(rows))
    return path


@pytest.mark.parametrize("path", PAGES)
def test_cold_deep_link__shows_the_page(page: Any, address: str, path: str) -> None:
    visit(page, address, path)
    assert page.locator("h1").inner_text() == path.capitalize()
    assert page.locator('[data-testid="stSidebarNavLink"]').count() == len(PAGES)


def test_import_flag_threshold_approve_download(page: Any, address: str, dataset: Path, tmp_path: Path) -> None:
    visit(page, address, "ingest")
    page.get_by_role("textbox", name="Dataset file or folder").fill(str(dataset))
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("noise: 12 of 12 rows imported").wait_for()

    page.get_by_role("link", name="Runs").click()
    page.get_by_text("Scoring is done").or_(page.get_by_text("Nothing is running")).first.wait_for(timeout=90_000)

    visit(page, address, "review")
    page.get_by_text("<script>window.ran = 1</script>").first.wait_for()
    assert page.evaluate("window.ran") is None
    page.locator("h1").click()
    page.keyboard.press("a")
    page.get_by_text("1 of 12 decided").wait_for()
    page.keyboard.press("x")
    page.get_by_text("2 of 12 decided").wait_for()
    page.keyboard.press("u")
    page.get_by_text("1 of 12 decided").wait_for()

    visit(page, address, "flags?kind=empty_response")
    page.get_by_text("1 of 1 flag").wait_for()
    page.locator(".w-inspector").wait_for()
    page.locator("h1").click()
    page.keyboard.press("y")
    page.get_by_text("No flag passes these filters.").wait_for()

    visit(page, address, "thresholds")
    page.get_by_role("button", name="No cuts").click()
    page.get_by_text("not used").nth(10).wait_for()
    few = _remaining(page)
    page.get_by_role("button", name="Image quality").click()
    wait_until(page, ".w-big", f"it.innerText != '{few}'")
    before = _remaining(page)
    assert before > few
    page.get_by_role("switch", name="Sharpness").last.click()
    wait_until(page, ".w-big", f"it.innerText != '{before}'")
    after = _remaining(page)
    assert after < before
    page.get_by_role("heading", name="Thresholds").wait_for()
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')

    visit(page, address, "export")
    page.get_by_role("button", name=f"Approve and write {after}").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="curated.zip").click()
    target = tmp_path / "curated.zip"
    started.value.save_as(target)
    with zipfile.ZipFile(target) as archive:
        rows = orjson.loads(archive.read("curated/data/train.json"))
        manifest = orjson.loads(archive.read("curated/winnow/manifest.json"))
    assert len(rows) == manifest["samples"] == after
    assert manifest["status"] == "approved"
    assert "5" not in {row["id"] for row in rows}  # its flag was confirmed


def _remaining(page: Any) -> int:
    return int(page.locator(".w-big").first.inner_text())
