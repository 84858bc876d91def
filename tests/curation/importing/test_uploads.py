"""Uploads: what may be in a zip, what is refused with which sentence, and which dataset is found in it."""

import io
import stat
import tarfile
import zipfile

import orjson
import pytest
from PIL import Image

from curation.importing import uploads
from curation.importing.uploads import Upload, UploadError

SAID = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A."}]
ROW = orjson.dumps({"image": "a.png", "conversations": SAID})
JSON = b"[" + ROW + b"]"


def _picture():
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return buffer.getvalue()


def _tar(**members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name.replace("__", "."))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _zip(members, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    buffer.seek(0)
    return buffer


def _keep(tmp_path, members, **options):
    found = uploads.keep(_zip(members, **options), "set.zip", tmp_path / "up")
    home = tmp_path / "up"
    images = found.images and found.images.relative_to(home).as_posix()
    return found.path.relative_to(home).as_posix(), images


def test_keep__a_file_that_is_no_zip_stays_as_it_is(tmp_path):
    found = uploads.keep(io.BytesIO(JSON), "../..\\evil/set.json", tmp_path / "up")
    assert found == Upload(tmp_path / "up" / "set.json")
    assert found.path.read_bytes() == JSON


def _shard(name):
    return _tar(**{f"{name}__png": _picture(), f"{name}__txt": b"Red."})


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"a/set.json": JSON, "a/a.png": _picture(), "a/notes.txt": b"x", "a/info.json": b"{}"}, ("a/set.json", None)),
        ({"rows.jsonl": ROW + b"\n"}, ("rows.jsonl", None)),
        ({"t.csv": b"image,question,answer\na.png,What?,Red.\n", "a.png": _picture()}, ("t.csv", None)),
        ({"x/metadata.csv": b"file_name,text\na.png,Red.\n", "x/a.png": _picture()}, ("x", None)),
        ({f"x/{part}/metadata.jsonl": b'{"file_name":"a.png"}\n' for part in ("train", "test")}, ("x", None)),
        ({"s/0.tar": _shard("a"), "s/1.tar": _shard("b")}, ("s", None)),
        ({"s/0.tar": _shard("a")}, ("s/0.tar", None)),
        ({"set.json": JSON, "pictures.tar": _tar(a__png=_picture())}, ("set.json", "pictures.tar")),
        ({"m.json": b'{"one": {"annotation": "one.jsonl"}}', "one.jsonl": ROW}, ("m.json", None)),
        ({"__MACOSX/._set.json": JSON, "set.json": JSON}, ("set.json", None)),
    ],
)
def test_keep__finds_the_dataset_in_a_zip(tmp_path, members, expected):
    assert _keep(tmp_path, members) == expected


def _linking():
    entry = zipfile.ZipInfo("a.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return {entry: b"/etc/passwd", "set.json": JSON}


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"../out.json": JSON}, "would leave its folder"),
        ({"/elsewhere/out.json": JSON}, "would leave its folder"),
        ({"a\\..\\..\\out.json": JSON}, "would leave its folder"),
        (_linking(), "a link or a device"),
        ({"set.json": JSON, "more.png": _zip({"a": b"a"}).getvalue()}, "packed once more"),
        ({"set.json": JSON, "more.png": b"\x1f\x8b" + b"0" * 40}, "packed once more"),
        ({"one.json": JSON, "two.json": JSON}, "holds 2 datasets"),
        ({"notes.txt": b"hello"}, "holds no dataset"),
        ({"m.tar": _tar(a__png=_picture())}, "holds no dataset"),
        ({"a": b"1", "a/set.json": JSON}, "cannot be stored"),
        ({"n" * 300: JSON}, "cannot be stored"),
    ],
)
def test_keep__refuses_with_a_sentence_and_leaves_nothing(tmp_path, members, why):
    with pytest.raises(UploadError, match=why) as caught:
        _keep(tmp_path, members)
    assert str(caught.value).endswith(".")
    assert list(tmp_path.iterdir()) == []


def test_keep__a_bomb_is_refused_before_anything_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "RATIO_FROM", 1 << 20)
    bomb = {"set.json": JSON, "zeros.json": bytes(4 << 20)}
    with pytest.raises(UploadError, match="times its size"):
        _keep(tmp_path, bomb, compression=zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(uploads, "LARGEST_UNPACKED", 1 << 20)
    with pytest.raises(UploadError, match="holds more than"):
        _keep(tmp_path, bomb)


def test_keep__too_many_entries_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_ENTRIES", 3)
    with pytest.raises(UploadError, match="holds 4 files; at most 3"):
        _keep(tmp_path, {str(number): b"" for number in range(4)})


@pytest.mark.parametrize("damage", [b"PK\x03\x04 no more", b"", JSON])
def test_keep__what_is_no_zip_is_said(tmp_path, damage):
    with pytest.raises(UploadError, match=r"set\.zip is not a readable zip file"):
        uploads.keep(io.BytesIO(damage), "set.zip", tmp_path / "up")


def test_keep__a_damaged_entry_is_said(tmp_path):
    whole = bytearray(_zip({"set.json": JSON}).getvalue())
    whole[60] ^= 0xFF
    with pytest.raises(UploadError, match="not a readable zip"):
        uploads.keep(io.BytesIO(bytes(whole)), "set.zip", tmp_path / "up")
