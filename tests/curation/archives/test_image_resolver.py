from __future__ import annotations

from pathlib import Path

import pytest

from curation.archives.image_resolver import Resolver


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("coco/a.jpg", "b.png", "COCO_val2014_000000000042.jpg", "000000000007.jpg"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "secret.jpg").write_bytes(b"x")
    return tmp_path / "root"


@pytest.mark.parametrize(
    ("ref", "by", "name"),
    [
        ("coco/a.jpg", "exact", "a.jpg"),
        ("./coco/../b.png", "exact", "b.png"),
        ("train2017/a.jpg", "basename", "a.jpg"),
        ("000000000042.jpg", "prefix_added", "COCO_val2014_000000000042.jpg"),
        ("coco/COCO_train2014_000000000007.jpg", "prefix_stripped", "000000000007.jpg"),
        ("b.jpg", "extension_swapped", "b.png"),
    ],
)
def test_find__says_how(root: Path, ref: str, by: str, name: str) -> None:
    found = Resolver(root).find(ref)
    assert found.by == by
    assert found.path is not None
    assert Path(found.path).name == name


@pytest.mark.parametrize("ref", ["../secret.jpg", "coco/../../secret.jpg", "/etc/passwd", "..\\secret.jpg"])
def test_find__path_that_leaves_the_root__is_never_opened(root: Path, ref: str) -> None:
    assert Resolver(root).find(ref) == Resolver(root).find(ref)
    assert (Resolver(root).find(ref).path, Resolver(root).find(ref).by) == (None, "outside_root")


def test_find__web_address__is_remote(root: Path) -> None:
    assert Resolver(root).find("https://example.org/a.jpg").by == "remote"


def test_find__nothing__is_missing(root: Path) -> None:
    assert Resolver(root).find("nowhere.jpg").by == "missing"
