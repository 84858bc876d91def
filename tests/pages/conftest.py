"""A real workspace with a tiny set, opened by the server as the app does, and a page run against it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from pictures import grey_noise
from streamlit.testing.v1 import AppTest

from curation.app import server
from curation.app.server import Server
from curation.importing import importer
from storage import flags

MAIN = Path(__file__).parents[2] / "pages" / "main.py"
SCRIPT = "<script>document.title='run'</script><img src=x onerror=alert(1)> **bold** :red[red]"


def _row(number: int, question: str, answer: str, image: str | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": f"s{number}",
        "conversations": [
            {"from": "human", "value": f"<image>\n{question}" if image else question},
            {"from": "gpt", "value": answer},
        ],
    }
    return row | ({"image": image} if image else {})


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Seven rows on four pictures: one with markup, one without its picture, one that is no conversation."""
    return make_dataset(tmp_path / "data")


def make_dataset(folder: Path) -> Path:
    """The dataset of most page tests."""
    (folder / "images").mkdir(parents=True)
    for number in range(4):
        grey_noise((96, 64), 40 + 20 * number, number).convert("RGB").save(folder / "images" / f"{number}.jpg")
    rows: list[Any] = [
        _row(0, "What is on the table?", "A red cup and a dog stand on the table.", "0.jpg"),
        _row(1, "Is there a cat?", "No, there is no cat.", "1.jpg"),
        _row(2, SCRIPT, SCRIPT, "2.jpg"),
        _row(3, "Describe it.", "", "3.jpg"),
        _row(4, "Describe it.", "A street.", "gone.jpg"),
        _row(5, "What is two and two?", "Four."),
        {"id": "broken"},
    ]
    path = folder / "tiny.json"
    path.write_bytes(orjson.dumps(rows))
    return path


@pytest.fixture
def owner(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server over an empty workspace, or over a copy of the one that a fixture called ..._folder has made."""
    made = next((name for name in request.fixturenames if name.endswith("_folder")), None)
    if made:
        shutil.copytree(request.getfixturevalue(made), tmp_path / "workspace")
    started = server.start(tmp_path / "workspace")
    assert started is not None
    yield started
    server.stop()


@pytest.fixture
def filled(owner: Server, dataset: Path) -> Server:
    """The server over the tiny set, with one flag on the words "a dog" of the first row; not scored."""
    fill(owner, dataset)
    return owner


@pytest.fixture(scope="session")
def scored_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the tiny set, scored; made once, as scoring takes its time."""
    folder = tmp_path_factory.mktemp("scored")
    with working_server(folder / "workspace") as started:
        fill(started, make_dataset(folder / "data"))
        score(started)
    return folder / "workspace"


@pytest.fixture(scope="session")
def two_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two scored datasets, the second half the first."""
    folder = tmp_path_factory.mktemp("two")
    with working_server(folder / "workspace") as started:
        dataset = make_dataset(folder / "data")
        fill(started, dataset)
        other = dataset.parent / "other.json"
        other.write_text(dataset.read_text().replace("on the table?", "on this table?"))
        importer.import_file(started.workspace, other)
        score(started)
    return folder / "workspace"


@pytest.fixture
def scored(owner: Server, scored_folder: Path) -> Server:
    """The server over the tiny set, scored."""
    return owner


@contextmanager
def working_server(workspace: Path) -> Iterator[Server]:
    """A server over a workspace while it is prepared."""
    started = server.start(workspace)
    assert started is not None
    yield started
    server.stop()


def fill(owner: Server, dataset: Path) -> None:
    """Imports the tiny set and puts one flag on the words "a dog" of its first row."""
    importer.import_file(owner.workspace, dataset)
    values = (0, "sample", 0, 0, 14, 19, "a dog", "hallucination", "unsupported", 0.9)
    said = '{"annotations": {"objects": ["cup"]}, "detector": 0.02}'
    row = (*values, said, "No source names a dog.", "object_mentions", "1", 0)
    frame = pl.DataFrame([row], schema=list(flags.COLUMNS), orient="row")
    with owner.workspace.store.transaction("samples", "scores") as cursor:
        flags.append(cursor, frame)


def score(owner: Server) -> None:
    """Scores what is missing and waits for it."""
    owner.score()
    deadline = time.monotonic() + 120
    while owner.scoring and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not owner.scoring


@pytest.fixture
def visit(owner: Server) -> Callable[..., AppTest]:
    """Opens a page as a browser does that comes to it with nothing but its address."""
    assert owner

    def run(page: str, **params: str) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=30).run()
        for name, value in params.items():
            app.query_params[name] = value
        app.switch_page(f"{page}.py").run()
        assert not app.exception, [one.message for one in app.exception]
        return app

    return run


@pytest.fixture
def visit_nothing() -> Callable[[], AppTest]:
    """Opens the app without any server behind it."""
    return lambda: AppTest.from_file(str(MAIN), default_timeout=30).run()


@pytest.fixture
def seen() -> Callable[[AppTest], str]:
    """All text and markup that a page shows, in order."""

    def read(app: AppTest) -> str:
        found = []
        for element in app.main:
            for name in ("label", "value"):
                text = getattr(element, name, None)
                if isinstance(text, str):
                    found.append(text)
            found.append(str(getattr(getattr(element, "proto", None), "body", "")))
        return "\n".join(found)

    return read
