"""Browsing for a dataset below the allowed folders, and what the page shows after an import."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from curation.app.server import Server
from curation.views.ingest import folders
from curation.views.ingest.ingest import RequestError

Visit = Callable[..., AppTest]


def _imported(owner: Server) -> None:
    deadline = time.monotonic() + 30
    while any(job.is_open for job in owner.jobs) and time.monotonic() < deadline:
        time.sleep(0.05)


def _import(visit: Visit, path: Path) -> AppTest:
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(path))
    return next(button for button in app.button if button.label == "Import").click().run()


def test_listing__has_datasets_and_folders_but_nothing_hidden_or_outside(
    owner: Server, dataset: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home, outside = owner.workspace.folder.parent, tmp_path_factory.mktemp("outside")
    (outside / "secret.json").write_text("[]")
    (home / "way_out").symlink_to(outside)
    (home / "way_out.json").symlink_to(outside / "secret.json")
    (home / ".hidden.json").write_text("[]")
    (home / "notes.txt").write_text("")
    (home / "inside.json").symlink_to(dataset)
    listed = folders.listing(owner)
    assert (listed.path, listed.folders, listed.files) == (home, ("data", "workspace"), ("inside.json",))
    assert folders.listing(owner, home / "data").parent == home
    assert folders.listing(owner, home / "data").files == ("tiny.json",)


@pytest.mark.parametrize("way", ["/etc", "..", "way_out"])
def test_listing__outside_of_the_roots__is_refused(
    owner: Server, tmp_path_factory: pytest.TempPathFactory, way: str
) -> None:
    home = owner.workspace.folder.parent
    (home / "way_out").symlink_to(tmp_path_factory.mktemp("outside"))
    with pytest.raises(RequestError, match="can be browsed"):
        folders.listing(owner, home / way)


def test_listing__of_what_is_no_folder__is_one_sentence(owner: Server, dataset: Path) -> None:
    with pytest.raises(RequestError, match="cannot be listed"):
        folders.listing(owner, dataset)


def test_browsing__fills_the_field_for_the_path(owner: Server, dataset: Path, visit: Visit) -> None:
    app = visit("ingest")
    app.selectbox(key="browse_folder").set_value("data/").run()
    app.selectbox(key="browse_file").set_value("tiny.json").run()
    assert app.text_input(key="import_file").value == str(dataset)
    app.button(key="browse_take").click().run()
    assert app.text_input(key="import_file").value == str(dataset.parent)


def test_after_an_import__its_own_dataset_is_shown_with_what_to_do_next(
    owner: Server, dataset: Path, tmp_path: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "score", lambda: None)
    other = shutil.copytree(dataset.parent, tmp_path / "other") / "tiny.json"
    shutil.copy(dataset.parent / "images" / "0.jpg", other.parent / "images" / "gone.jpg")
    _import(visit, dataset)
    _imported(owner)
    app = _import(visit, other.rename(other.with_name("whole.json")))
    _imported(owner)
    app.run()
    assert app.selectbox(key="outcome_of").value == "whole"
    assert _step(app) == "Review samples"
    app.selectbox(key="outcome_of").set_value("tiny").run()
    assert app.selectbox(key="outcome_of").value == "tiny"
    assert _step(app) == "Look at missing pictures"
    app.button(key="next_step").click().run()
    assert (app.query_params["kind"], app.query_params["dataset"]) == ("image_missing", "tiny")


def _step(app: AppTest) -> Any:
    return app.button(key="next_step").label
