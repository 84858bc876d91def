"""The two editors by themselves: what is typed, moved and selected is what is saved."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TEXT = "A 😀 red cup and a dog stand on the table."
AT = TEXT.index("a dog")
SCRIPT = f"""
import streamlit as st
from pages.components import span_editor, text_editor
text_editor.show({TEXT!r}, key="text", on_save=lambda text: st.session_state.update(said=text))
span_editor.show({TEXT!r}, {AT}, {AT + 5}, key="span", on_save=lambda *at: st.session_state.update(said=at))
st.text("saved: " + repr(st.session_state.get("said")))
"""


@pytest.fixture(scope="module")
def editors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with nothing but the editors."""
    folder = tmp_path_factory.mktemp("editors")
    (folder / "page.py").write_text(SCRIPT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "page.py"), "--server.port", str(port)]
    command += ["--server.headless", "true"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _open(page: Any, address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            break
        except OSError:
            page.wait_for_timeout(200)
    page.goto(address)
    page.get_by_text("saved: None").wait_for()


def test_text_editor__shows_the_change_word_by_word_and_saves_it(page: Any, editors: str) -> None:
    _open(page, editors)
    area = page.get_by_label("Response").first
    assert area.input_value() == TEXT
    assert page.get_by_role("button", name="Save").first.is_disabled()
    area.fill(TEXT.replace("red cup and a dog", "red cup and <b>cats</b>"))
    assert page.locator(".w-diff del").all_inner_texts() == ["a dog"]
    assert page.locator(".w-diff ins").all_inner_texts() == ["<b>cats</b>"]
    assert page.locator(".w-diff b").count() == 0
    area.press("Control+Enter")
    page.get_by_text("saved: 'A 😀 red cup and <b>cats</b> stand on the table.'").wait_for()


def test_span_editor__moves_by_word_and_character_and_saves_code_points(page: Any, editors: str) -> None:
    _open(page, editors)
    text = page.locator(".w-select")
    marked = text.locator("mark")
    assert marked.inner_text() == "a dog"
    text.press("ArrowRight")
    assert marked.inner_text() == "a dog stand"
    text.press("Shift+ArrowRight")
    page.get_by_label("end: a character back").click()
    text.press("Control+ArrowLeft")
    text.press("Enter")
    page.get_by_text(f"saved: ({AT + 1}, {AT + 9})").wait_for()


def test_span_editor__takes_what_the_mouse_selects(page: Any, editors: str) -> None:
    _open(page, editors)
    page.locator(".w-select").evaluate(
        """(node) => { const range = document.createRange(); range.setStart(node.firstChild, 5);
        range.setEnd(node.firstChild, 12); getSelection().removeAllRanges(); getSelection().addRange(range);
        node.dispatchEvent(new MouseEvent("mouseup", {bubbles: true})); }"""
    )
    marked = page.locator(".w-select mark").inner_text()
    assert marked == "red cup"
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("saved: (4, 11)").wait_for()
