from __future__ import annotations

import base64
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from support import row

from curation.archives.image_resolver import Resolver
from curation.containers.container import UnreadableFileError
from curation.formats import mimic_it
from curation.importing.importer import ImportFailedError, import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from scoring.image import locator

Write = Callable[..., Path]


def _zip(folder: Path, picture: bytes) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("coco/1.png", picture)
        archive.writestr("../2.png", picture)
    return folder / "a.zip"


def _tar(folder: Path, picture: bytes) -> Path:
    with tarfile.open(folder / "a.tar", "w") as archive:
        for name in ("coco/1.png", "../2.png"):
            info = tarfile.TarInfo(name)
            info.size = len(picture)
            archive.addfile(info, io.BytesIO(picture))
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return folder / "a.tar"


@pytest.mark.parametrize("make", [_zip, _tar])
def test_archive__images_are_found_and_read_where_they_lie(
    make: Callable[[Path, bytes], Path], photo: Write, tmp_path: Path
) -> None:
    picture = photo("a.png").read_bytes()
    resolver = Resolver(make(tmp_path, picture))
    exact, by_name = resolver.find("coco/1.png"), resolver.find("data/coco/1.jpg")
    assert (exact.by, by_name.by) == ("exact", "extension_swapped")
    assert locator.read(exact.path or "") == picture
    assert resolver.find("../2.png").path is None
    assert resolver.find("link.png").path is None


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("kind", ["json", "parquet"])
def test_import__mimic_it_with_its_images_file__every_row_has_its_image(
    kind: str, encode: Callable[[bytes], bytes], workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    pictures = {"LA_IMG_1": photo("a.png", seed=1).read_bytes(), 'LA_"2': photo("b.png", seed=2).read_bytes()}
    texts = {name: encode(data).decode() for name, data in pictures.items()}
    if kind == "json":
        (tmp_path / "LA.json").write_text(json.dumps(texts))
    else:
        frame = pl.DataFrame({"__index_level_0__": list(texts), "base64": list(texts.values())})
        frame.write_parquet(tmp_path / "LA.parquet")
    (tmp_path / "LA_instructions.json").write_text(mimic_it.EXAMPLE)
    images = None if kind == "json" else tmp_path / "LA.parquet"
    report = import_file(workspace, tmp_path / "LA_instructions.json", ImportOptions(images=images))
    assert report.found_by == {"exact": 2}
    (stored,) = workspace.store.rows("SELECT path, width FROM image")
    assert locator.read(stored[0]) == pictures["LA_IMG_1"]
    assert stored[1] == 320


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": "iVBORw0KGgo', "in the middle of a text"),
        ('{"a": "iVBORw0KGgoAAAA", "b": 7}', "is not a text"),
        ('{"a": "iVBORw0KGgoAAAA" "b"', "cut off"),
    ],
)
def test_import__images_file_that_is_damaged__one_sentence(
    text: str, sentence: str, workspace: Workspace, llava: Write, tmp_path: Path
) -> None:
    (tmp_path / "images.json").write_text(text)
    path = llava([row("q", "a", image="a.jpg")])
    with pytest.raises(ImportFailedError, match=sentence):
        import_file(workspace, path, ImportOptions(images=tmp_path / "images.json"))


def test_archive__file_of_another_kind__one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(UnreadableFileError, match="holds no images"):
        Resolver(tmp_path / "a.txt").find("a.jpg")
