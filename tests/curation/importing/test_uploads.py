"""Uploads: what may be in a zip, what is refused with which sentence, and which dataset is found in it."""

import io
import stat
import tarfile
import zipfile

import orjson
import pytest
from PIL import Image

from curation.importing import packages, uploads
from curation.importing.importer import import_all
from curation.importing.options import ImportOptions
from curation.importing.packages import PackageLimits, UploadError
from curation.importing.uploads import Upload

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
    monkeypatch.setattr(packages, "RATIO_FROM", 1 << 20)
    bomb = {"set.json": JSON, "zeros.json": bytes(4 << 20)}
    with pytest.raises(UploadError, match="times its size"):
        _keep(tmp_path, bomb, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(UploadError, match="holds more than"):
        uploads.keep(_zip(bomb), "set.zip", tmp_path / "up", PackageLimits(1 << 20, 10))


def test_keep__too_many_entries_are_refused(tmp_path):
    four = _zip({str(number): b"" for number in range(4)})
    with pytest.raises(UploadError, match="holds 4 files; at most 3"):
        uploads.keep(four, "set.zip", tmp_path / "up", PackageLimits(1 << 20, 3))


MODES = {"tar": "w", "tar.gz": "w:gz", "tgz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}


def _packed(path, members):
    with tarfile.open(path, MODES[path.name.partition(".")[2]]) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("ending", MODES)
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"./d/set.json": JSON, "./d/images/a.png": b"p", "d/._set.json": b"x"}, "d/set.json"),
        ({"rows.jsonl": ROW + b"\n"}, "rows.jsonl"),
        ({"x/metadata.csv": b"file_name,text\na.png,Red.\n", "x/a.png": b"p"}, "x"),
    ],
)
def test_from_path__a_tar_of_rows_and_pictures_is_unpacked(tmp_path, ending, members, expected):
    package = _packed(tmp_path / f"set.{ending}", members)
    (tmp_path / "up").mkdir()
    upload = uploads.from_path(package, tmp_path / "up")
    assert upload.path.relative_to(tmp_path / "up").as_posix().partition("/")[2] == expected
    assert uploads.from_path(package, tmp_path / "up") == upload
    with package.open("rb") as content:
        assert uploads.keep(content, package.name, tmp_path / "sent").path == tmp_path / "sent" / expected


@pytest.mark.parametrize(
    "members",
    [
        {"0.jpg": b"p", "0.json": b"{}", "1.jpg": b"p", "1.json": b"{}"},
        {"0.a.jpg": b"p", "0.b.jpg": b"p", "0.json": b"{}"},
        {"0.json": b"{}", "1.json": b"{}"},
        {"a/0.jpg": b"p"},
    ],
)
def test_from_path__shards_are_read_where_they_lie(tmp_path, members):
    package = _packed(tmp_path / "set.tar", members)
    (tmp_path / "up").mkdir()
    assert uploads.from_path(package, tmp_path / "up") == Upload(package)


def test_from_path__a_tar_that_leads_out_or_is_too_large_is_refused(tmp_path, monkeypatch):
    (tmp_path / "up").mkdir()
    with pytest.raises(UploadError, match="would leave its folder"):
        uploads.from_path(_packed(tmp_path / "out.tar", {"../a.jsonl": ROW}), tmp_path / "up")
    monkeypatch.setattr(packages, "ROOM_LEFT", 1 << 62)
    with pytest.raises(UploadError, match="more than the disk has room for"):
        uploads.from_path(_packed(tmp_path / "set.tar", {"a.jsonl": ROW}), tmp_path / "up")
    assert list((tmp_path / "up").iterdir()) == []


def test_import__a_compressed_tar_beside_the_rows_gives_the_pictures(workspace, tmp_path, llava, photo):
    rows = llava([{"id": 1, "image": "sub/a.png", "conversations": SAID}], "set.json")
    picture = photo("a.png").read_bytes()
    images = _packed(tmp_path / "pictures.tar.gz", {"./sub/a.png": picture})
    (report,) = import_all(workspace, rows, ImportOptions(images=images))
    assert report.found_by == {"exact": 1}
    package = _packed(tmp_path / "all.tar.gz", {"d/set.json": rows.read_bytes(), "d/images/sub/a.png": picture})
    (report,) = import_all(workspace, package)
    assert (report.dataset, report.found_by) == ("all", {"exact": 1})


@pytest.mark.parametrize("damage", [b"PK\x03\x04 no more", b"", JSON])
def test_keep__what_is_no_zip_is_said(tmp_path, damage):
    with pytest.raises(UploadError, match=r"set\.zip is not a readable zip file"):
        uploads.keep(io.BytesIO(damage), "set.zip", tmp_path / "up")


def test_keep__a_damaged_entry_is_said(tmp_path):
    whole = bytearray(_zip({"set.json": JSON}).getvalue())
    whole[60] ^= 0xFF
    with pytest.raises(UploadError, match="not a readable zip"):
        uploads.keep(io.BytesIO(bytes(whole)), "set.zip", tmp_path / "up")


def test_import__an_archive_beside_the_rows__is_taken_when_no_folder_has_the_pictures(workspace, tmp_path, photo):
    picture = photo("a.png").read_bytes()
    home = tmp_path / "set"
    home.mkdir()
    (home / "rows.json").write_bytes(orjson.dumps([{"id": 1, "image": "sub/a.png", "conversations": SAID}]))
    _packed(home / "other.tar", {"b.png": picture})
    _packed(home / "pictures.tar", {"./sub/a.png": picture})
    (home / "broken.zip").write_bytes(b"PK\x03\x04 no more")
    (report,) = import_all(workspace, home / "rows.json")
    assert (report.found_by, report.images_root) == ({"exact": 1}, str(home / "pictures.tar"))
