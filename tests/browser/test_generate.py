"""The generate page in Chromium: annotations read, an image with its clue, samples made by templates and sent on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pictures import grey_noise
from serving import served, until, visit

HOSTILE = "A dog <img src=x onerror=document.title='run'>"


def test_generate__from_annotations_to_review(tmp_path: Path, page: Any) -> None:
    (tmp_path / "photos").mkdir()
    for number in range(2):
        grey_noise((160, 120), 60, number).convert("RGB").save(tmp_path / "photos" / f"{number}.jpg")
    said = [{"file_name": f"{n}.jpg", "instances": ["dog", "cup"], "captions": [HOSTILE]} for n in range(2)]
    (tmp_path / "notes.json").write_text(json.dumps({"images": said}))
    with served(tmp_path / "workspace") as address:
        visit(page, address, "generate")
        page.get_by_label("Annotation files, one per line").fill(str(tmp_path / "notes.json"))
        page.get_by_label("Image folder or archive").fill(str(tmp_path / "photos"))
        page.get_by_role("button", name="Read").click()
        page.get_by_text("which can be described as A dog <img").wait_for()
        picture = page.locator('[data-testid="stImage"] img').first
        until(page, lambda: picture.evaluate("one => one.naturalWidth") == 160)

        page.get_by_role("button", name="Try on 3 images").click()
        page.get_by_text("Sample 1", exact=True).first.wait_for()
        page.get_by_role("button", name="Make samples from 2 images").click()
        send = page.get_by_role("button", name=re.compile(r"^Send \d+ samples to review"))
        count = re.findall(r"\d+", send.inner_text())[0]
        send.click()
        page.get_by_text(f"{count} sent to review").wait_for()
        assert page.locator(".w-arrivals img").first.evaluate("one => one.naturalWidth") > 0
        assert page.title() != "run"
        page.get_by_role("link", name="Review them").click()
        page.wait_for_url("**/review?dataset=generated**")
