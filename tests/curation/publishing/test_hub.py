"""A push to a hub, against a server of this machine that plays its endpoints."""

from __future__ import annotations

import base64
import importlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support import row

from curation.__main__ import main
from curation.balancing import export_plan
from curation.exporting import export
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace

SECRET = "hf_secret_of_the_test"


class Hub(ThreadingHTTPServer):
    """Notes what is sent: the repository that is made, and the files of commits."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Endpoints)
        self.made: list[dict[str, Any]] = []
        self.cards: list[str] = []
        self.files: dict[str, bytes] = {}
        self.tokens: set[str | None] = set()
        self.refuses = False


class Endpoints(BaseHTTPRequestHandler):
    """Making a repository, asking how files are sent, and a commit that holds them."""

    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.tokens.add(self.headers.get("Authorization"))
        if self.server.refuses:
            self._answer({"error": f"not with {self.headers.get('Authorization')}"}, 403)
        elif self.path == "/api/repos/create":
            self.server.made.append(json.loads(body))
            repository = f"{self.server.made[-1]['organization']}/{self.server.made[-1]['name']}"
            self._answer({"url": f"http://127.0.0.1:{self.server.server_port}/datasets/{repository}"})
        elif self.path == "/api/validate-yaml":
            self.server.cards.append(json.loads(body)["content"])
            self._answer({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            asked = json.loads(body)["files"]
            modes = [{"path": one["path"], "uploadMode": "regular", "shouldIgnore": False} for one in asked]
            self._answer({"files": modes})
        elif "/commit/" in self.path:
            for line in body.splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    self.server.files[entry["value"]["path"]] = base64.b64decode(entry["value"]["content"])
            address = f"http://127.0.0.1:{self.server.server_port}/datasets/ann/curated/commit/{'0' * 40}"
            self._answer({"success": True, "commitOid": "0" * 40, "commitUrl": address})
        else:
            self._answer({"error": "unknown"}, 404)

    def do_GET(self) -> None:
        self._answer({"error": "unknown"}, 404)

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _answer(self, document: object, status: int = 200) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub on this machine that the environment names, with a token."""
    pytest.importorskip("huggingface_hub")
    server = Hub()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_TOKEN", SECRET)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def out(workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path], tmp_path: Path) -> Path:
    """An approved export."""
    photo("a.png")
    import_file(workspace, llava([row("What?", "That.", image="a.png")]))
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe("curated"))
    export.write(workspace, export_plan.replay(workspace, chosen), tmp_path / "out", approved=True, who="ann")
    return tmp_path / "out"


def test_push__hub_has_every_file_as_it_is(hub: Hub, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push", str(out), "ann/curated", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["address"].endswith("/datasets/ann/curated")
    assert hub.made == [{"name": "curated", "organization": "ann", "type": "dataset", "visibility": "private"}]
    written = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert hub.files == written
    assert hub.cards == [written["README.md"].decode()]
    assert hub.tokens == {f"Bearer {SECRET}"}
    assert SECRET not in captured.out + captured.err


def test_push__hub_refuses__one_sentence_without_the_token(
    hub: Hub, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.refuses = True
    assert main(["push", str(out), "ann/curated"]) == 1
    error = capsys.readouterr().err
    assert "The hub did not take ann/curated" in error
    assert SECRET not in error


def test_push__file_was_changed__nothing_is_sent(hub: Hub, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "data" / "train.json").write_text("[]")
    assert main(["push", str(out), "ann/curated"]) == 1
    assert "differs from its manifest in data/train.json" in capsys.readouterr().err
    assert not hub.made


def test_push__no_token__says_where_to_put_one(
    hub: Hub, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    assert main(["push", str(out), "ann/curated"]) == 1
    assert "environment variable HF_TOKEN" in capsys.readouterr().err
    assert not hub.made


def test_push__draft_or_no_export__nothing_is_sent(
    hub: Hub, out: Path, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe("curated"))
    export.write(workspace, export_plan.replay(workspace, chosen), tmp_path / "draft", approved=False)
    assert main(["push", str(tmp_path / "draft"), "ann/curated"]) == 1
    assert "Nobody approved" in capsys.readouterr().err
    assert main(["push", str(tmp_path / "images"), "ann/curated"]) == 1
    assert "is no export" in capsys.readouterr().err
    assert not hub.made
    assert main(["push", str(tmp_path / "draft"), "ann/curated", "--draft"]) == 0


def test_push__hub_is_silent__ends_in_time_with_one_sentence(
    hub: Hub, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub_module = importlib.import_module("curation.publishing.hub")
    monkeypatch.setattr(hub_module, "LEAST_SECONDS", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert main(["push", str(out), "ann/curated"]) == 1
    assert "did not take ann/curated within 1 min" in capsys.readouterr().err


@pytest.fixture
def recipe_file(out: Path) -> Path:
    """The recipe of the approved export, in a workspace that is closed."""
    return out / "winnow" / "recipe.json"


def _export(workspace: Workspace, recipe_file: Path, *options: str) -> int:
    workspace.close()
    return main(["export", "--workspace", str(workspace.folder), "--recipe", str(recipe_file), *options])


def test_export__push__writes_and_sends_in_one_step(
    hub: Hub, workspace: Workspace, recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "sent"
    assert _export(workspace, recipe_file, "--out", str(new), "--approve", "--push", "ann/curated") == 0
    assert hub.files == {
        path.relative_to(new).as_posix(): path.read_bytes() for path in new.rglob("*") if path.is_file()
    }
    captured = capsys.readouterr()
    assert "/datasets/ann/curated" in captured.err
    assert SECRET not in captured.out + captured.err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--push", "ann/curated"], "Only an approved export is sent"),
        (["--approve", "--push", "ann"], "is no repository"),
    ],
)
def test_export__push_of_a_draft_or_to_no_repository__nothing_is_written(
    hub: Hub, workspace: Workspace, recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    options: list[str], sentence: str,
) -> None:  # fmt: skip
    assert _export(workspace, recipe_file, "--out", str(tmp_path / "new"), *options) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    assert not hub.made


def test_export__push_without_its_images__nothing_is_sent(
    hub: Hub, workspace: Workspace, recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for picture in tmp_path.rglob("a.png"):
        picture.unlink()
    options = ["--out", str(tmp_path / "new"), "--approve", "--images", "copy", "--push", "ann/curated"]
    assert _export(workspace, recipe_file, *options) == 1
    assert "Nothing was sent to ann/curated" in capsys.readouterr().err
    assert not hub.made
