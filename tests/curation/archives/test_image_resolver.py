"""A reference leads to the right picture or to none, and says how it was found."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from pathlib import Path

import pytest

from curation.archives.image_resolver import Resolver

SCENES = ("scene1/f.jpg", "scene2/f.jpg", "train/f.jpg", "val/f.jpg")


def _folder(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.jpg").write_bytes(b"x")
    names = ("coco/a.jpg", "b.png", "COCO_val2014_000000000042.jpg", "000000000007.jpg")
    return _folder(tmp_path / "root", *names)


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    return _folder(tmp_path / "images", *SCENES)


def _found(root: Path, ref: str) -> tuple[str, str]:
    """The path below the root, and how it was found."""
    lookup = Resolver(root).find(ref)
    return os.path.relpath(lookup.path, root) if lookup.path else "", lookup.by


@pytest.mark.parametrize(
    ("ref", "by", "name"),
    [
        ("coco/a.jpg", "exact", "coco/a.jpg"),
        ("./coco/../b.png", "exact", "b.png"),
        ("a.jpg", "basename", "coco/a.jpg"),
        ("pictures/coco/a.jpg", "suffix", "coco/a.jpg"),
        ("train2017/b.png", "basename", "b.png"),
        ("000000000042.jpg", "prefix_added", "COCO_val2014_000000000042.jpg"),
        ("COCO_train2014_000000000007.jpg", "prefix_stripped", "000000000007.jpg"),
        ("b.jpg", "extension_swapped", "b.png"),
        ("b", "extension_swapped", "b.png"),
    ],
)
def test_find__says_how(root: Path, ref: str, by: str, name: str) -> None:
    assert _found(root, ref) == (name, by)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(
    "ref",
    [
        "{}", "./{}", "mydata/{}", "images/{}", "/data/project/images/{}", "D:\\proj\\images\\{}", "file:///data/images/{}",
        "file:///C:/data/images/{}", "..\\images\\{}", "~/no such folder/images/{}",
    ],
)  # fmt: skip
def test_find__same_name_in_several_folders__is_the_one_that_the_path_ends_with(
    scenes: Path, ref: str, scene: str
) -> None:
    written = scene.replace("/", "\\") if "\\" in ref else scene
    assert _found(scenes, ref.format(written))[0] == scene


@pytest.mark.parametrize("ref", ["scene3/f.jpg", "test/scene9/f.jpg", "/data/other/f.jpg"])
def test_find__folder_that_is_not_there__is_missing_and_borrows_none(scenes: Path, ref: str) -> None:
    assert _found(scenes, ref) == ("", "missing")


def test_find__only_picture_of_that_name_lies_in_another_folder__is_missing(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "images", "scene1/7.jpg", "val/scene2/8.jpg", "scene4/left/9.jpg")
    for ref in ("scene3/7.jpg", "train/scene2/8.jpg", "scene4/right/9.jpg"):
        assert _found(folder, ref) == ("", "missing")


def test_find__a_folder_in_between__is_found(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "data", "coco/images/train2017/1.jpg", "coco/images/val2017/1.jpg")
    assert _found(folder, "coco/train2017/1.jpg") == ("coco/images/train2017/1.jpg", "suffix")


def test_find__several_that_fit_equally__is_ambiguous_unless_they_are_the_same_picture(scenes: Path) -> None:
    assert _found(scenes, "f.jpg") == ("", "ambiguous")
    for name in SCENES:
        (scenes / name).write_bytes(b"the same")
    assert _found(scenes, "f.jpg")[1] == "basename"


def test_find__two_folders_that_both_mean_one_flat_file__only_one_gets_it(tmp_path: Path) -> None:
    resolver = Resolver(_folder(tmp_path / "images", "1.jpg"))
    assert [resolver.find(ref).by for ref in ("scene1/1.jpg", "scene2/1.jpg", "scene1/1.jpg")] == [
        "basename",
        "ambiguous",
        "basename",
    ]


@pytest.mark.parametrize(
    ("stored", "ref"),
    [
        ("Photos/IMG_1.JPG", "photos/img_1.jpg"),
        (unicodedata.normalize("NFD", "café/é.jpg"), unicodedata.normalize("NFC", "café/é.jpg")),
        (unicodedata.normalize("NFC", "café/é.jpg"), unicodedata.normalize("NFD", "café/é.jpg")),
        ("a b/c#1.jpg", "a%20b/c%231.jpg"),
        ("a b/c.jpg", "file:///somewhere/a%20b/c.jpg"),
    ],
)
def test_find__other_spelling_of_the_path(tmp_path: Path, stored: str, ref: str) -> None:
    path, by = _found(_folder(tmp_path / "images", stored), ref)
    assert path == stored
    assert by in ("spelling", "suffix")


def test_find__a_percent_sign_in_the_name__is_taken_as_it_is_first(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "images", "a%20b.jpg", "a b.jpg")
    assert _found(folder, "a%20b.jpg") == ("a%20b.jpg", "exact")


def test_find__letter_case_tells_two_files_apart(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "images", "x/A.jpg", "x/a.jpg")
    assert _found(folder, "data/x/A.jpg")[0] == "x/A.jpg"
    assert _found(folder, "data/x/a.jpg")[0] == "x/a.jpg"


def test_find__relative_to_the_rows_own_folder(tmp_path: Path) -> None:
    images = _folder(tmp_path / "images", "1.jpg", "deep/1.jpg")
    resolver = Resolver(images, beside=tmp_path / "annotations")
    assert resolver.find("../images/1.jpg").path == str(images / "1.jpg")
    assert resolver.find("../images/1.jpg").by == "exact"


def test_find__home_folder_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    images = _folder(tmp_path / "images", "1.jpg")
    assert Resolver(images).find("~/images/1.jpg").path == str(images / "1.jpg")


def test_find__archive__follows_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "images.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in SCENES:
            archive.writestr(f"./{name}" if name == SCENES[0] else name, name)
    resolver = Resolver(path)
    assert resolver.find("scene1/f.jpg").by == "exact"
    assert str(resolver.find("/data/images/scene2/f.jpg").path).endswith("scene2/f.jpg")
    assert (resolver.find("scene3/f.jpg").by, resolver.find("f.jpg").by) == ("missing", "ambiguous")


@pytest.mark.parametrize("ref", ["../secret.jpg", "coco/../../secret.jpg", "/etc/passwd", "..\\secret.jpg", "../b.png"])
def test_find__path_that_leaves_the_root__is_never_opened(root: Path, ref: str) -> None:
    assert _found(root, ref) == ("", "outside_root")


def test_find__web_address__is_remote(root: Path) -> None:
    assert Resolver(root).find("https://example.org/a.jpg").by == "remote"


@pytest.mark.parametrize("ref", ["nowhere.jpg", "", "a\0b.jpg", "x" * 5000, ".", "coco"])
def test_find__nothing__is_missing(root: Path, ref: str) -> None:
    assert Resolver(root).find(ref).by == "missing"
