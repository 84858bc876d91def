"""Files that were damaged in any way end in named outcomes, or in one sentence, and never in anything else.

The same files every time; with WINNOW_FUZZ_EXAMPLES as many others of each kind.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from curation.formats import registry
from curation.images import download
from curation.importing.importer import ImportFailedError, import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace, open_workspace

EXAMPLES = int(os.environ.get("WINNOW_FUZZ_EXAMPLES", "15"))
MORE = settings(
    max_examples=EXAMPLES,
    derandomize="WINNOW_FUZZ_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
PIECES = [
    b"\x00", b"\xff", b'"', b"\\", b"[", b"]", b"{", b"}", b",", b":", b"\n", b"null", b"1e999", b"-", b"NaN",
    b'"\\ud800"', b"[" * 300, b'{"a":' * 300, b"<image>", b"../../etc/passwd", b"data:image/png;base64,AAAA",
    b"\xef\xbb\xbf", b"\x80\x04", b"PK\x03\x04",
]  # fmt: skip

Damage = list[tuple[float, int, bytes]]
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=8)),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, damage: Damage, keep: float) -> bytes:
    """The bytes with pieces put in place of some, cut off after a share."""
    for where, length, piece in damage:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + length :]
    return data[: max(1, int(keep * len(data)))]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One workspace for all damaged files."""
    opened = open_workspace(tmp_path_factory.mktemp("fuzz") / "workspace")
    yield opened  # type: ignore[misc]
    opened.close()


@pytest.fixture(autouse=True)
def never_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file may make Winnow ask the web."""
    monkeypatch.setattr(download, "fetch", lambda url: pytest.fail(f"{url} was fetched"))


def _import(workspace: Workspace, path: Path, images: Path | None = None) -> None:
    before = workspace.store.one("SELECT count(*) FROM sample")
    try:
        report = import_file(workspace, path, ImportOptions(images=images))
    except ImportFailedError:
        return
    assert sum(report.outcomes.values()) == report.rows
    if not report.already_there:
        assert workspace.store.one("SELECT count(*) FROM sample") - before == report.imported


@pytest.mark.parametrize("name", registry.formats())
@MORE
@given(damage=DAMAGE, keep=st.sampled_from([1.0, 1.0, 0.9, 0.5]))
def test_damaged_text__named_outcomes_only(
    name: str, shared: Workspace, tmp_path: Path, damage: Damage, keep: float
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(damaged(registry.named(name).example.encode(), damage, keep))
    _import(shared, path)


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, "PNG")
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in {"1.png": _picture(), "1.txt": b"A red field.", "2.json": b'{"text": "Nothing."}'}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _parquet() -> bytes:
    buffer = io.BytesIO()
    image = {"bytes": _picture(), "path": "1.png"}
    pl.DataFrame({"image": [image, image], "text": ["A red field.", "The same."]}).write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("ending", "make"), [("tar", _tar), ("parquet", _parquet)])
@MORE
@given(damage=DAMAGE, keep=st.sampled_from([1.0, 1.0, 0.9, 0.5]))
def test_damaged_container__named_outcomes_only(
    ending: str, make: Callable[[], bytes], shared: Workspace, tmp_path: Path, damage: Damage, keep: float
) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(damaged(make(), damage, keep))
    _import(shared, path)


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.png", _picture())
    return buffer.getvalue()


def _base64() -> bytes:
    return b'{"1": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}'


@pytest.mark.parametrize("make", [_tar, _parquet, _zip, _base64])
@MORE
@given(damage=DAMAGE, keep=st.sampled_from([1.0, 1.0, 0.9, 0.5]))
def test_damaged_archive_of_images__named_outcomes_only(
    make: Callable[[], bytes], shared: Workspace, tmp_path: Path, damage: Damage, keep: float
) -> None:
    said = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": str(damage)}]
    path, images = tmp_path / "a.json", tmp_path / "images.bin"
    path.write_text(json.dumps([{"image": "1.png", "conversations": said}]))
    images.write_bytes(damaged(make(), damage, keep))
    _import(shared, path, images)
