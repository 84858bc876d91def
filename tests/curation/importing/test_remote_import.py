"""Datasets at addresses: rows and pictures come in from a memory store and from a real S3 server on this machine."""

from __future__ import annotations

import http.server
import io
import json
import os
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import polars as pl
import pytest
from PIL import Image
from support import row

from curation.__main__ import main
from curation.importing import importer
from curation.importing.importer import ImportFailedError
from curation.importing.options import ImportOptions
from curation.maintenance import reimporting, relinking
from curation.previewing import preview
from curation.workspace import Workspace
from scoring.addresses import file_place
from scoring.image import locator
from storage import datasets


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    yield
    fsspec.filesystem("memory").store.clear()


def _picture(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "PNG")
    return buffer.getvalue()


def _rows(*names: str) -> bytes:
    return json.dumps([row("<image>\nWhat?", f"It is {name}.", image=name) for name in names]).encode()


def _paths(workspace: Workspace) -> list[str]:
    return sorted(path for (path,) in workspace.store.rows("SELECT path FROM image"))


def test_import__from_an_address__stores_addresses_and_counts_how_pictures_were_found(workspace: Workspace) -> None:
    store = fsspec.filesystem("memory")
    store.pipe({"/b/images/a.png": _picture("red"), "/b/images/sub/b.png": _picture("blue")})
    store.pipe(
        "/b/set.json", _rows("a.png", "images/a.png", "memory://b/images/sub/b.png", "b.png", "../x.png", "no.png")
    )
    (report,) = importer.import_all(workspace, file_place("memory://b/set.json"))
    assert report.imported == 6
    assert report.found_by == {"exact": 3, "basename": 1, "outside_root": 1, "missing": 1}
    dataset = datasets.by_name(workspace.store, "set")
    assert dataset is not None
    assert (dataset["path"], dataset["images_root"]) == ("memory://b/set.json", "memory://b/images")
    assert _paths(workspace) == ["memory://b/images/a.png", "memory://b/images/sub/b.png"]
    assert len(list(workspace.thumbnails.rglob("*.jpg"))) == 2
    assert not list((workspace.folder / "arriving").iterdir())


def test_import__same_address_again__changes_nothing(workspace: Workspace) -> None:
    fsspec.filesystem("memory").pipe("/b/set.json", _rows("a.png"))
    importer.import_all(workspace, file_place("memory://b/set.json"))
    assert importer.import_all(workspace, file_place("memory://b/set.json"))[0].already_there


def test_import__parquet_with_pictures__leaves_them_in_the_file_elsewhere(workspace: Workspace, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"image": [{"bytes": _picture("red"), "path": "a.png"}], "question": ["What?"], "answer": ["A red picture."]}
    )
    frame.write_parquet(tmp_path / "train-00000-of-00001.parquet")
    data = (tmp_path / "train-00000-of-00001.parquet").read_bytes()
    fsspec.filesystem("memory").pipe("/hub/set/data/train-00000-of-00001.parquet", data)
    (report,) = importer.import_all(workspace, file_place("memory://hub/set"))
    assert report.imported == 1
    (path,) = _paths(workspace)
    assert path == "memory://hub/set/data/train-00000-of-00001.parquet!cell:0:image.bytes"
    assert locator.read(path) == _picture("red")


def test_import__local_rows_with_pictures_elsewhere(workspace: Workspace, tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe("/pictures/a.png", _picture("red"))
    (tmp_path / "set.json").write_bytes(_rows("a.png"))
    options = ImportOptions(images=file_place("memory://pictures"))
    assert importer.import_all(workspace, tmp_path / "set.json", options)[0].found_by == {"exact": 1}


def test_relink_and_reimport__to_an_address__keep_the_samples(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(_picture("red"))
    (tmp_path / "set.json").write_bytes(_rows("a.png"))
    importer.import_file(workspace, tmp_path / "set.json")
    store = fsspec.filesystem("memory")
    store.pipe({"/new/a.png": _picture("red"), "/new/set.json": _rows("a.png", "b.png")})
    (tmp_path / "images" / "a.png").unlink()
    assert relinking.relink(workspace, "set", file_place("memory://new"), who="ann").complete
    assert _paths(workspace) == ["memory://new/a.png"]
    report = reimporting.reimport(workspace, "set", file_place("memory://new/set.json"), who="ann")
    assert (report.unchanged, report.new) == (1, 1)


def test_preview__of_an_address__shows_rows_and_pictures(workspace: Workspace) -> None:
    store = fsspec.filesystem("memory")
    store.pipe({"/b/a.png": _picture("red"), "/b/set.json": _rows("a.png", "b.png")})
    shown = preview.of_file(file_place("memory://b/set.json"), workspace=workspace.folder)
    assert (shown.name, shown.total, shown.problem) == ("set.json", 2, "")
    assert shown.rows[0].pictures[0].thumbnail


def test_preview__of_a_large_text_at_an_address__reads_its_beginning_only(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "LARGEST_PACKAGE", 1000)
    fsspec.filesystem("memory").pipe("/b/set.jsonl", b"".join(_rows(f"{n}.png")[1:-1] + b"\n" for n in range(40_000)))
    shown = preview.of_file(file_place("memory://b/set.jsonl"), workspace=workspace.folder)
    assert shown.is_estimate
    assert shown.total is not None
    assert 30_000 < shown.total < 50_000


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """An S3 server of this machine with a bucket; its address."""
    server_module = pytest.importorskip("moto.server", reason="moto is not installed (requirements-dev.txt)")
    pytest.importorskip("s3fs", reason="s3fs is not installed (requirements-dev.txt)")
    server = server_module.ThreadedMotoServer(port=0)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, bytes], None]]:
    """Puts an object into the bucket `set`; keys are in the environment."""
    import s3fs

    _environment(monkeypatch, s3_server)
    s3fs.S3FileSystem.clear_instance_cache()
    system = s3fs.S3FileSystem()
    if not system.exists("set"):
        system.mkdir("set")
    yield lambda name, data: system.pipe(f"set/{name}", data)
    _post(s3_server, "reset-auth", b"10000")
    s3fs.S3FileSystem.clear_instance_cache()


def _environment(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "winnow-key",
        "AWS_SECRET_ACCESS_KEY": "winnow-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)


def _post(server: str, name: str, data: bytes) -> None:
    request = urllib.request.Request(f"{server}/moto-api/{name}", data, {"Content-Type": "text/plain"})
    urllib.request.urlopen(request).close()


def _command(tmp_path: Path, *words: str) -> int:
    return main(["import", *words, "--workspace", str(tmp_path / "ws"), "--json"])


def test_s3__dataset_with_pictures__comes_in_by_the_command_and_keys_are_nowhere(
    s3: Callable[[str, bytes], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    s3("images/a.png", _picture("red"))
    s3("train.json", _rows("a.png", "b.png"))
    assert _command(tmp_path, "s3://set/train.json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["imported"], report["images"]) == (2, {"exact": 1, "missing": 1})
    assert report["images_root"] == "s3://set/images"
    for file in (tmp_path / "ws").rglob("*"):
        if file.is_file():
            assert b"winnow-secret" not in file.read_bytes(), file


def test_s3__bucket_that_does_not_exist__is_a_sentence(
    s3: Callable[[str, bytes], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _command(tmp_path, "s3://no-such-bucket/train.json") == 1
    assert (
        "There is nothing at s3://no-such-bucket/train.json. Check the bucket and the name." in capsys.readouterr().err
    )


def test_s3__refused__is_a_sentence(
    s3: Callable[[str, bytes], None], s3_server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    s3("train.json", _rows("a.png"))
    _post(s3_server, "reset-auth", b"0")
    assert _command(tmp_path, "s3://set/train.json") == 1
    said = capsys.readouterr().err
    assert "Access to s3://set/train.json is refused. Keys are read from the environment" in said
    assert "winnow-key" not in said


def test_s3__no_keys_at_all__is_a_sentence(
    s3: Callable[[str, bytes], None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import s3fs

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    s3fs.S3FileSystem.clear_instance_cache()
    assert _command(tmp_path, "s3://set/train.json") == 1
    assert "refused. Keys are read from the environment" in capsys.readouterr().err


def test_s3__no_server__is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    s3fs = pytest.importorskip("s3fs", reason="s3fs is not installed (requirements-dev.txt)")
    _environment(monkeypatch, "http://127.0.0.1:9")
    s3fs.S3FileSystem.clear_instance_cache()
    assert _command(tmp_path, "s3://set/train.json") == 1
    assert "cannot be reached, or the connection broke" in capsys.readouterr().err


def test_s3__half_an_object__ends_with_the_rows_before_it(
    s3: Callable[[str, bytes], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    s3("half.json", _rows("a.png", "b.png")[:-40])
    s3("a.png", _picture("red")[:60])
    assert _command(tmp_path, "s3://set/half.json") == 0
    outcomes = json.loads(capsys.readouterr().out)["outcomes"]
    assert (outcomes["imported_with_lint"], outcomes["truncated_file"]) == (1, 1)


class _Breaking(http.server.BaseHTTPRequestHandler):
    """An S3 server with one object, of which it sends the first half and hangs up."""

    data = b'{"id": 1}\n' * 1000

    def _head(self, count: int, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(count))
        self.send_header("Content-Type", kind)
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", "Mon, 30 Nov 2026 00:00:00 GMT")
        self.end_headers()

    def do_HEAD(self) -> None:
        self._head(len(self.data), "application/octet-stream")

    def do_GET(self) -> None:
        if "list-type" in self.path:
            listed = (
                f'<?xml version="1.0"?><ListBucketResult><Name>set</Name><KeyCount>1</KeyCount><IsTruncated>false'
                f"</IsTruncated><Contents><Key>train.jsonl</Key><Size>{len(self.data)}</Size><LastModified>"
                f"2026-11-30T00:00:00.000Z</LastModified></Contents></ListBucketResult>"
            ).encode()
            self._head(len(listed), "application/xml")
            self.wfile.write(listed)
            return
        self._head(len(self.data), "application/octet-stream")
        self.wfile.write(self.data[: len(self.data) // 2])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_s3__connection_that_breaks_in_the_middle__is_a_sentence_and_leaves_nothing(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3fs = pytest.importorskip("s3fs", reason="s3fs is not installed (requirements-dev.txt)")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Breaking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        _environment(monkeypatch, f"http://127.0.0.1:{server.server_port}")
        s3fs.S3FileSystem.clear_instance_cache()
        with pytest.raises(ImportFailedError, match="the connection broke"):
            importer.import_all(workspace, file_place("s3://set/train.jsonl"))
    finally:
        server.shutdown()
        s3fs.S3FileSystem.clear_instance_cache()
    assert datasets.by_name(workspace.store, "train") is None
    assert not os.listdir(workspace.folder / "arriving")
