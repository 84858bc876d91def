"""Formats in Chromium: shards come in by a form, their boxes are drawn in review, and they leave in another format."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import serving
from PIL import Image
from skimage import data


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three samples in a tar file: pictures beside conversations that write a box."""
    folder = tmp_path_factory.mktemp("shards")
    path = folder / "boxes.tar"
    photo = Image.fromarray(data.astronaut()).resize((480, 480))  # noise would be flagged and left out
    with tarfile.open(path, "w") as archive:
        for number in range(3):
            buffer = io.BytesIO()
            photo.crop((40 * number, 0, 320 + 40 * number, 240)).save(buffer, "JPEG")
            box = "<ref>grey <b>field</b></ref><box>(100,200),(600,700)</box>" if number else "[0.1, 0.2, 0.6, 0.7]"
            said = [
                {"role": "user", "content": "<image>Where is the field?"},
                {"role": "assistant", "content": f"It is here: {box}, in sample {number}."},
            ]
            row = orjson.dumps({"messages": said, "licence": "CC0"})
            for ending, content in (("jpg", buffer.getvalue()), ("json", row)):
                info = tarfile.TarInfo(f"{number:04d}.{ending}")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a workspace without anything in it."""
    with serving.served(tmp_path_factory.mktemp("formats") / "workspace") as address:
        yield address


def test_shards__imported_by_the_form__reviewed_with_their_boxes__exported_as_swift(
    empty: str, shards: Path, page: Any, tmp_path: Path
) -> None:
    serving.visit(page, empty, "ingest")
    page.get_by_label("Dataset file or folder").fill(str(shards))
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("boxes: 3 of 3 rows imported").wait_for()
    page.get_by_text("Inside the row or its file").wait_for()

    serving.visit(page, empty, "review")
    region = page.locator(".w-region")
    region.wait_for()
    picture = page.locator(".w-picture img")
    serving.until(page, lambda: picture.evaluate("one => one.naturalWidth") == 320)
    whole, drawn = picture.bounding_box(), region.bounding_box()
    assert abs(drawn["x"] - whole["x"] - 0.1 * whole["width"]) < 3
    assert abs(drawn["height"] - 0.5 * whole["height"]) < 3
    assert page.locator(".w-drawn").inner_text() == "1"
    assert page.locator(".w-deck-talk .w-chip").inner_text() == "image 1"
    page.keyboard.press("b")
    serving.until(page, lambda: region.evaluate("one => getComputedStyle(one).opacity") == "0")
    page.keyboard.press("b")
    serving.until(page, lambda: region.evaluate("one => getComputedStyle(one).opacity") == "1")

    serving.visit(page, empty, "export")
    page.get_by_role("button", name="Approve and write 3 samples as").wait_for()
    page.get_by_label("Format", exact=True).click()
    page.get_by_role("option", name="ms-swift messages").click()
    page.get_by_text("Copied into images/").click()
    page.get_by_role("radio", name="Files").click()
    page.get_by_text("the format has no place for these fields").wait_for()
    page.get_by_text("json.licence").or_(page.get_by_text("licence")).first.wait_for()
    page.get_by_label("Reviewer", exact=True).fill("ann")
    page.get_by_label("Reviewer", exact=True).press("Enter")
    page.get_by_role("button", name="Approve and write 3 samples as ann").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="curated.zip").click()
    waiting.value.save_as(tmp_path / "out.zip")
    _check(tmp_path / "out.zip")


def _check(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        rows = [orjson.loads(line) for line in archive.read("curated/data/train.jsonl").splitlines()]
        manifest = orjson.loads(archive.read("curated/winnow/manifest.json"))
        assert len(rows) == 3
        for row in rows:
            (name,) = row["images"]
            found = [one for one in archive.namelist() if one.endswith(f"images/{name.removeprefix('images/')}")]
            assert Image.open(io.BytesIO(archive.read(found[0]))).size == (320, 240)
    assert (manifest["format"], manifest["images"]["form"]) == ("swift", "copy")
    assert any("licence" in field for field in manifest["not_carried"]["boxes"])
