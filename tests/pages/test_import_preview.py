"""The preview of the ingest page: people see their rows, and map columns, before anything is imported."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from curation.app.server import Server
from curation.formats import column_mapping
from storage import datasets

Visit = Callable[..., AppTest]


def _button(app: AppTest, label: str) -> Any:
    return next(button for button in app.button if button.label == label)


def _previewed(visit: Visit, path: Path) -> AppTest:
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(path))
    return _button(app, "Preview").click().run()


def _finished(owner: Server) -> Any:
    deadline = time.monotonic() + 30
    while any(job.is_open for job in owner.jobs) and time.monotonic() < deadline:
        time.sleep(0.05)
    return owner.jobs[-1]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two rows of columns that no format knows, one on a picture with markup in its text."""
    (tmp_path / "data" / "images").mkdir(parents=True)
    Image.new("RGB", (8, 8), "red").save(tmp_path / "data" / "images" / "1.png")
    rows = [
        {"bild": "1.png", "frage": "Was?", "antwort": "<b>Ein</b> Hund."},
        {"bild": "2.png", "frage": "Wer?", "antwort": "Eine Katze."},
    ]
    path = tmp_path / "data" / "t.json"
    path.write_bytes(orjson.dumps(rows))
    return path


def test_preview__shows_rows_and_outcomes_and_imports_only_when_told(
    owner: Server, dataset: Path, visit: Visit, seen: Callable[[AppTest], str]
) -> None:
    app = _previewed(visit, dataset)
    text = seen(app)
    assert all(part in text for part in ("nothing is imported yet", "7 rows", "A red cup and a dog", "Image not found"))
    assert "data:image/jpeg;base64," in text
    assert owner.jobs == []
    _button(app, "Import these rows").click().run()
    assert _finished(owner).reports[0].imported == 6
    assert "nothing is imported yet" not in seen(app.run())


def test_unknown_columns__guess_is_offered_and_changed__and_imported_as_previewed(
    owner: Server, table: Path, visit: Visit, seen: Callable[[AppTest], str]
) -> None:
    app = _previewed(visit, table)
    assert "A guess by names and values" in seen(app)
    assert "No known format fits these rows." in seen(app)
    assert app.selectbox(key="map_image").value == "bild"
    assert "&lt;b&gt;Ein&lt;/b&gt; Hund." in seen(app)
    app.selectbox(key="map_instruction").set_value("antwort").run()
    app.selectbox(key="map_response").set_value("none").run()
    assert "Say which column holds the response" in seen(app)
    assert not [button for button in app.button if button.label == "Import these rows"]
    app.selectbox(key="map_instruction").set_value("frage").run()
    app.selectbox(key="map_response").set_value("antwort").run()
    _button(app, "Import these rows").click().run()
    assert _finished(owner).reports[0].imported == 2
    stored = datasets.by_name(owner.workspace.store, "t")
    assert column_mapping.of_format(stored["format"]).columns == {
        "instruction": "frage", "response": "antwort", "image": "bild",
    }  # fmt: skip


def test_failed_import__leads_to_the_columns__and_can_be_dismissed(
    owner: Server, table: Path, visit: Visit, seen: Callable[[AppTest], str]
) -> None:
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(table))
    _button(app, "Import").click().run()
    assert _finished(owner).mappable
    app.run()
    _button(app, "Choose the columns").click().run()
    assert "Which columns hold what?" in seen(app)
    _button(app, "Close the preview").click().run()
    _button(app, "Dismiss").click().run()
    assert not app.error
    assert owner.jobs == []


def test_known_format__columns_can_be_chosen_all_the_same(dataset: Path, visit: Visit) -> None:
    app = _previewed(visit, dataset)
    _button(app, "Choose the columns").click().run()
    assert app.selectbox(key="map_messages").value == "conversations"


@pytest.mark.parametrize(("name", "content"), [("e.json", "[]"), ("e.csv", "question,answer\n")])
def test_empty_dataset__is_said_so_without_an_error(tmp_path: Path, visit: Visit, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    app = _previewed(visit, tmp_path / name)
    assert "An empty dataset" in app.info[0].value
    assert not app.error
    assert not [button for button in app.button if button.label == "Import these rows"]


def test_two_formats_fit__one_is_chosen_in_the_preview(owner: Server, tmp_path: Path, visit: Visit) -> None:
    messages = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello!"}]
    (tmp_path / "plain.jsonl").write_bytes(orjson.dumps({"messages": messages, "objects": {"bbox": [[1, 2, 3, 4]]}}))
    app = _previewed(visit, tmp_path / "plain.jsonl")
    app.button(key="preview_as_swift").click().run()
    _button(app, "Import these rows").click().run()
    assert _finished(owner).reports[0].imported == 1


def test_file_that_cannot_be_read__is_said(tmp_path: Path, visit: Visit) -> None:
    (tmp_path / "x.json").write_text("hello")
    app = _previewed(visit, tmp_path / "x.json")
    assert "Can't read" in app.error[0].value.replace("\\", "")


def _load(app: AppTest, mapping: dict[str, str]) -> AppTest:
    return (
        app.file_uploader(key="mapping_file").set_value(("mine.json", orjson.dumps(mapping), "application/json")).run()
    )


def test_mapping__loaded_from_a_file__fills_the_selects_and_says_so(
    owner: Server, table: Path, visit: Visit, seen: Callable[[AppTest], str]
) -> None:
    app = _load(_previewed(visit, table), {"instruction": "antwort", "response": "frage"})
    assert "As the file mine.json has it." in seen(app).replace("\\", "")
    assert [app.selectbox(key=f"map_{role}").value for role in ("instruction", "response", "image")] == [
        "antwort", "frage", "none",
    ]  # fmt: skip
    _button(app, "Import these rows").click().run()
    assert _finished(owner).reports[0].imported == 2
    again = _previewed(visit, table)
    assert "As an earlier import of the same columns had it." in seen(again)
    assert again.selectbox(key="map_instruction").value == "antwort"


def test_mapping__of_other_columns__is_refused_in_a_sentence(
    table: Path, visit: Visit, seen: Callable[[AppTest], str]
) -> None:
    app = _load(_previewed(visit, table), {"instruction": "question", "response": "antwort"})
    assert "These rows have no column 'question'. Their columns are bild, frage, antwort." in app.error[
        0
    ].value.replace("\\", "")
    assert app.selectbox(key="map_instruction").value == "frage"
