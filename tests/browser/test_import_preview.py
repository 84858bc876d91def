"""Preview and mapping in Chromium, by keys alone: a table of unknown columns is looked at, mapped and imported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import serving
from pictures import grey_noise


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight rows of columns that no format knows, each on a picture, one with markup in its texts."""
    folder = tmp_path_factory.mktemp("table")
    (folder / "images").mkdir()
    rows = []
    for number in range(8):
        grey_noise((320, 240), 60, number).convert("RGB").save(folder / "images" / f"{number}.jpg")
        said = "<img src=x onerror=\"document.title='run'\">" if number == 1 else f"Feld {number}."
        rows.append({"nr": number, "bild": f"{number}.jpg", "was": "Was ist zu sehen?", "text_de": said, "notiz": "x"})
    path = folder / "tabelle.json"
    path.write_bytes(orjson.dumps(rows))
    return path


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a workspace without anything in it."""
    with serving.served(tmp_path_factory.mktemp("preview") / "workspace") as address:
        yield address


def test_table_of_unknown_columns__is_previewed_mapped_and_imported_by_keys(
    empty: str, table: Path, page: Any, tmp_path: Path
) -> None:
    serving.visit(page, empty, "ingest")
    page.get_by_label("Dataset file or folder").fill(str(table))
    page.get_by_role("button", name="Preview", exact=True).press("Enter")
    page.get_by_text("nothing is imported yet").wait_for()
    page.get_by_text("A guess by names and values").wait_for()
    first = page.locator(".w-preview").first
    first.get_by_text("Feld 0.").wait_for()
    picture = first.locator("img")
    serving.until(page, lambda: picture.evaluate("drawn => drawn.naturalWidth") == 320)
    assert page.get_by_text("has been imported yet").count() == 1  # nothing came in

    answer = page.get_by_label("What the assistant answers")
    answer.focus()
    answer.press("ArrowDown")
    page.get_by_role("option", name="notiz").wait_for()
    page.keyboard.type("notiz")
    page.keyboard.press("Enter")
    first.get_by_text("x", exact=True).wait_for()
    answer.focus()
    page.keyboard.type("text_de")
    page.keyboard.press("Enter")
    first.get_by_text("Feld 0.").wait_for()
    assert page.title() != "run"

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the mapping").press("Enter")
    waiting.value.save_as(tmp_path / "mapping.json")
    mapping = orjson.loads((tmp_path / "mapping.json").read_bytes())
    assert (mapping["response"], mapping["image"]) == ("text_de", "bild")

    page.get_by_role("button", name="Import these rows").press("Enter")
    page.get_by_text("tabelle: 8 of 8 rows imported").wait_for()
    assert page.locator(".w-preview").count() == 0
