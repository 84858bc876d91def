"""Files at addresses: read in parts, cached up to a size, and every failure in a sentence."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from scoring import remote_files
from scoring.addresses import AddressError, FileAddress, file_place
from scoring.damage import machine_error
from scoring.image import locator
from scoring.remote_files import AbsentError, UnreachableError


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    yield
    fsspec.filesystem("memory").store.clear()


def _put(name: str, data: bytes) -> str:
    fsspec.filesystem("memory").pipe(name, data)
    return f"memory:/{name}"


def _cached(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*/*/*"))


def test_read__whole_and_part__are_the_bytes_of_the_object() -> None:
    where = _put("/b/a.jpg", b"0123456789")
    assert locator.read(where) == b"0123456789"
    assert locator.read(f"{where}!at:2+3") == b"234"


def test_read__second_time__comes_from_the_cache_even_where_the_object_is_gone() -> None:
    where = _put("/b/a.jpg", b"picture")
    remote_files.read(where)
    fsspec.filesystem("memory").rm("/b/a.jpg")
    assert remote_files.read(where) == b"picture"


def test_read__replaced_object_after_an_hour__is_read_again(tmp_path: Path) -> None:
    where = _put("/b/a.jpg", b"picture")
    remote_files.read(where)
    _put("/b/a.jpg", b"another picture")
    assert remote_files.read(where) == b"picture"
    (cached,) = _cached(tmp_path)
    earlier = time.time() - remote_files.TRUSTED_SECONDS - 60
    os.utime(cached, (earlier, earlier))
    assert remote_files.read(where) == b"another picture"


def test_cache__larger_than_its_size__loses_what_was_longest_not_looked_at(tmp_path: Path) -> None:
    places = [_put(f"/b/{number}.jpg", bytes([number]) * 1000) for number in range(4)]
    for number, where in enumerate(places):
        remote_files.read(where)
        newest = max(_cached(tmp_path), key=lambda path: path.stat().st_ctime_ns)
        os.utime(newest, (1_000_000_000 + number, time.time()))
    remote_files.read(places[0])  # the oldest is looked at again
    remote_files.trim(2500)
    for where in places:
        fsspec.filesystem("memory").rm(where.removeprefix("memory:/"))
    assert remote_files.read(places[0]) == bytes([0]) * 1000
    assert remote_files.read(places[3]) == bytes([3]) * 1000
    with pytest.raises(AbsentError):
        remote_files.read(places[1])


def test_cache__folder_that_cannot_be_written__is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "file"))
    assert remote_files.read(_put("/b/a.jpg", b"picture")) == b"picture"


def test_read__nothing_there__is_a_missing_file_in_a_sentence() -> None:
    with pytest.raises(FileNotFoundError, match=r"There is nothing at memory://b/none\.jpg"):
        locator.read("memory://b/none.jpg")


def test_read__unknown_kind_of_address__is_no_file_to_blame() -> None:
    with pytest.raises(UnreachableError, match=r"knows no addresses that begin with nowhere://") as caught:
        locator.read("nowhere://b/a.jpg")
    assert machine_error(caught.value) is caught.value


def test_read__package_is_missing__names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_address: str) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(UnreachableError, match=r'pip install "winnow\[s3\]"'):
        locator.read("s3://b/a.jpg")


def test_files__names_that_lead_out__are_left_out() -> None:
    _put("/b/set.jsonl", b"{}")
    fsspec.filesystem("memory").store["/b/../../etc/passwd"] = fsspec.filesystem("memory").store["/b/set.jsonl"]
    assert [file.name for file in remote_files.files(FileAddress("memory://b"))] == ["set.jsonl"]


def test_on_disk__file_elsewhere__is_a_copy_that_goes_afterwards() -> None:
    with locator.on_disk(_put("/b/clip.mp4", b"video")) as path:
        assert Path(path).read_bytes() == b"video"
    assert not Path(path).exists()


@pytest.mark.parametrize("text", ["s3://key:secret@bucket/set.jsonl", "sftp://me:word@host/x"])
def test_place__password_in_an_address__is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        file_place(text)
    assert "secret" not in str(caught.value)
    assert "word@" not in str(caught.value)


def test_place__hub_revision_and_paths__are_told_apart() -> None:
    assert file_place("hf://datasets/a/b@main/x.parquet") == FileAddress("hf://datasets/a/b@main/x.parquet")
    assert file_place("C:/set.json") == Path("C:/set.json")
    with pytest.raises(AddressError, match="download"):
        file_place("https://example.org/set.json")
