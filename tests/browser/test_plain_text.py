"""A dataset's name is shown letter by letter and never becomes a link, wherever a browser shows it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from serving import ROOT, served, until, visit
from support import pages, row

NAME = "a_b*c_[x](https://evil.example) www.evil.example me@evil.example $y$ :red[z] <b> :smile: -> \\d"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over two datasets with hostile names."""
    folder = tmp_path_factory.mktemp("named")
    for number, name in enumerate((NAME, f"{NAME} 2")):
        path = folder / f"{number}.json"
        path.write_text(json.dumps([row("What is it?", f"A cup, {number} {n}.") for n in range(3)]))
        command = ["import", str(path), "--name", name, "--workspace", str(folder / "workspace")]
        subprocess.run([sys.executable, "-m", "curation", *command], cwd=ROOT, check=True, capture_output=True)
    with served(folder / "workspace") as address:
        yield address


def test_name__is_these_letters_and_no_link_on_every_page(page: Any, named: str) -> None:
    seen = 0
    for path in pages():
        visit(page, named, path)
        text = page.locator("[data-testid=stApp]").inner_text()
        seen += NAME in " ".join(text.split())
        assert page.locator("a[href*=evil], a[href^=mailto]").count() == 0, path
        assert "a\\_b" not in text, path
    assert seen >= 3


def test_name__in_options__is_these_letters(page: Any, named: str) -> None:
    visit(page, named, "ingest")
    box = page.get_by_role("combobox", name="Import result of")
    box.click()
    until(page, lambda: page.get_by_role("option").count() == 2)
    assert page.get_by_role("option").all_inner_texts() == [NAME, f"{NAME} 2"]
