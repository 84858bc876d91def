"""An upload that wants a file of the server in the export: uploaded, edited, approved, downloaded, and not in it."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from serving import served, until, visit


@pytest.fixture
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that only the server's user may see."""
    path = tmp_path_factory.mktemp("private") / "key.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"top secret " * 60)
    return path


def _upload(tmp_path: Path, secret: Path) -> Path:
    """Rows that name the file in every spelling of a stored picture, and two that are as they should be."""
    talk = [{"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "A thing."}]
    token = f"winnow-picture:base64:{secret}"
    escaped = json.dumps(token).replace(":base64", "\\u003abase64").replace("w", "\\u0077", 1)
    plain = [{"from": "human", "value": "What is it?"}, {"from": "gpt", "value": "A thing of some kind."}]
    lines = [json.dumps({"id": str(n), "conversations": plain}) for n in range(2)]
    lines += [
        f'{{"id": "{n}", "image": {name}, "conversations": {json.dumps(talk)}}}'
        for n, name in enumerate((json.dumps(token), escaped, json.dumps(f" {token}"), json.dumps(str(secret))), 2)
    ]
    path = tmp_path / "hostile.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_upload_edit_approve_download__holds_no_file_of_the_server(page: Any, tmp_path: Path, secret: Path) -> None:
    with served(tmp_path / "workspace") as address:
        visit(page, address, "ingest")
        page.get_by_role("tab", name="Upload").click()
        page.locator("input[type=file]").set_input_files(_upload(tmp_path, secret))
        page.get_by_text("hostile.jsonl").first.wait_for()
        page.get_by_role("button", name="Upload and import").click()
        page.get_by_text("hostile: 4 of 6 rows imported, 2 rejected").wait_for()

        visit(page, address, "review")
        page.locator(".w-deck-talk").wait_for()
        page.locator("h1").click()
        page.keyboard.press("e")
        field = page.get_by_role("dialog").locator("textarea")
        field.wait_for()
        field.fill(f"winnow-picture:base64:{secret}")
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
        until(page, lambda: page.get_by_role("dialog").count() == 0)

        visit(page, address, "thresholds")
        page.get_by_role("button", name="No cuts").click()
        visit(page, address, "export")
        page.get_by_label("Format", exact=True).click()
        page.get_by_role("option", name="OpenAI").click()
        page.get_by_text("Put into the rows").click()
        page.get_by_role("button", name="Approve and write").click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="curated.zip").click()
        waiting.value.save_as(tmp_path / "out.zip")
    _holds_only_what_was_said(tmp_path / "out.zip", secret)


def _holds_only_what_was_said(path: Path, secret: Path) -> None:
    content = secret.read_bytes()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            assert content not in data
            assert base64.b64encode(content)[:80] not in data
        (rows,) = [name for name in archive.namelist() if name.endswith(".jsonl")]
        texts = [orjson.loads(line) for line in archive.read(rows).splitlines()]
    assert f"winnow-picture:base64:{secret}" in orjson.dumps(texts).decode()  # as the text that was typed
