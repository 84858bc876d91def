"""Too many open files are no verdict: an import ends in one sentence, and goes on where it stopped."""

from __future__ import annotations

import base64
import errno
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson
import polars as pl
import pytest
from PIL import Image

from curation.common import listing
from curation.images import videos
from curation.images.probe import examine
from scoring.damage import machine_error, raise_machine_error
from scoring.image import locator

COUNT = 200

IMPORTS = """
import json, os, resource, sys
import polars as pl
from pathlib import Path
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.workspace import open_workspace
from storage import datasets, disk, flags, samples

def spare(count):
    taken = []
    try:
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        for one in taken[len(taken) - count:]:
            os.close(one)
    return taken[:len(taken) - count]

def tries(file, images, folder):
    warm = open_workspace(folder / "warm")
    importer.import_file(warm, file, ImportOptions(images=images))  # loads every library
    warm.close()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for count in (0, 1, 3):
        workspace = open_workspace(folder / f"workspace-{count}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        held, problem = spare(count), ""
        try:
            importer.import_file(workspace, file, ImportOptions(images=images))
        except Exception as error:
            problem = disk.explained(error, file) if isinstance(error, OSError) else str(error)
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        report = importer.import_file(workspace, file, ImportOptions(images=images))
        pictures = samples.images(workspace.store)
        yield {
            "spare": count, "problem": problem, "imported": report.imported, "outcomes": report.outcomes,
            "images": len(pictures), "bad": pictures.filter(pictures["outcome"] != "ok").height,
            "datasets": len(datasets.listing(workspace.store)),
            "flags": flags.current(workspace.store).filter(pl.col("kind") != "instruction_added").height,
        }
        workspace.close()

for kind, (file, images) in json.loads(sys.stdin.read()).items():
    folder = Path(sys.argv[1]) / kind
    folder.mkdir()
    print(json.dumps([kind, list(tries(Path(file), Path(images), folder))]), flush=True)
"""


def _png(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (number, 255 - number, 90)).save(buffer, "PNG")
    return buffer.getvalue()


def _row(number: int, image: str) -> dict[str, object]:
    said = [{"from": "human", "value": "<image>\nWhat colour?"}, {"from": "gpt", "value": f"Colour number {number}."}]
    return {"id": str(number), "image": image, "conversations": said}


def _rows(folder: Path) -> Path:
    path = folder / "set.json"
    path.write_bytes(orjson.dumps([_row(number, f"{number}.png") for number in range(COUNT)]))
    return path


def _of_folder(folder: Path) -> tuple[Path, Path]:
    (folder / "images").mkdir()
    for number in range(COUNT):
        (folder / "images" / f"{number}.png").write_bytes(_png(number))
    return _rows(folder), folder / "images"


def _of_subfolders(folder: Path) -> tuple[Path, Path]:
    """Found by their names alone, in a folder that has to be listed."""
    for number in range(COUNT):
        place = folder / "images" / "deep" / str(number % 7)
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.png").write_bytes(_png(number))
    return _rows(folder), folder / "images"


def _of_zip(folder: Path) -> tuple[Path, Path]:
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for number in range(COUNT):
            archive.writestr(f"{number}.png", _png(number))
    return _rows(folder), folder / "images.zip"


def _of_tar(folder: Path) -> tuple[Path, Path]:
    with tarfile.open(folder / "images.tar", "w") as archive:
        for number in range(COUNT):
            _add(archive, f"{number}.png", _png(number))
    return _rows(folder), folder / "images.tar"


def _of_base64(folder: Path) -> tuple[Path, Path]:
    texts = {f"{number}.png": base64.b64encode(_png(number)).decode() for number in range(COUNT)}
    (folder / "images.json").write_text(json.dumps(texts))
    return _rows(folder), folder / "images.json"


def _of_parquet(folder: Path) -> tuple[Path, Path]:
    names = [f"{number}.png" for number in range(COUNT)]
    pictures = [base64.b64encode(_png(number)).decode() for number in range(COUNT)]
    pl.DataFrame({"id": names, "base64": pictures}).write_parquet(folder / "images.parquet", row_group_size=20)
    return _rows(folder), folder / "images.parquet"


def _of_shards(folder: Path, mode: str, ending: str) -> tuple[Path, Path]:
    home = folder / "shards"
    home.mkdir()
    for shard in range(2):
        with tarfile.open(home / f"{shard}{ending}", mode) as archive:
            for number in range(shard * COUNT // 2, (shard + 1) * COUNT // 2):
                _add(archive, f"{number}.png", _png(number))
                _add(archive, f"{number}.txt", f"Colour number {number}.".encode())
    path = home if ending == ".tar" else home / f"0{ending}"
    return path, folder


def _of_rows_in_parquet(folder: Path) -> tuple[Path, Path]:
    home = folder / "parts"
    home.mkdir()
    for part in range(2):
        numbers = range(part * COUNT // 2, (part + 1) * COUNT // 2)
        rows = [{"image": {"bytes": _png(n), "path": f"{n}.png"}, "text": f"Colour number {n}."} for n in numbers]
        pl.DataFrame(rows).write_parquet(home / f"{part}.parquet", row_group_size=20)
    return home, folder


def _of_imagefolder(folder: Path) -> tuple[Path, Path]:
    home = folder / "pictures"
    home.mkdir()
    lines = [json.dumps({"file_name": f"{n}.png", "text": f"Colour number {n}."}) for n in range(COUNT)]
    (home / "metadata.jsonl").write_text("\n".join(lines))
    for number in range(COUNT):
        (home / f"{number}.png").write_bytes(_png(number))
    return home, home


def _of_texts(folder: Path) -> tuple[Path, Path]:
    """Pictures inside the rows, which the workspace keeps."""
    rows = [_row(number, base64.b64encode(_png(number)).decode()) for number in range(COUNT)]
    (folder / "set.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "set.jsonl", folder


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


KINDS: dict[str, Callable[[Path], tuple[Path, Path]]] = {
    "a folder": _of_folder,
    "folders to search": _of_subfolders,
    "a zip": _of_zip,
    "a tar": _of_tar,
    "base64 in JSON": _of_base64,
    "an archive in Parquet": _of_parquet,
    "tar shards": lambda folder: _of_shards(folder, "w", ".tar"),
    "a gzipped shard": lambda folder: _of_shards(folder, "w:gz", ".tar.gz"),
    "Parquet rows": _of_rows_in_parquet,
    "an image folder": _of_imagefolder,
    "texts of rows": _of_texts,
}


@pytest.fixture(scope="module")
def tries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What came of imports of every kind with few descriptors left, and then again with enough of them."""
    folder, sets = tmp_path_factory.mktemp("imports"), {}
    for number, (kind, make) in enumerate(KINDS.items()):
        home = folder / f"data-{number}"
        home.mkdir()
        sets[kind] = [str(path) for path in make(home)]
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(folder)], input=json.dumps(sets), capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return dict(map(json.loads, ended.stdout.splitlines()))


@pytest.mark.parametrize("kind", KINDS)
def test_too_many_open_files__import_goes_on_and_nothing_is_called_broken(
    tries: dict[str, list[dict[str, Any]]], kind: str
) -> None:
    count = COUNT // 2 if kind == "a gzipped shard" else COUNT
    for one in tries[kind]:
        assert (one["imported"], one["images"], one["bad"], one["datasets"], one["flags"]) == (count, count, 0, 1, 0)
        assert sum(one["outcomes"].values()) == count
    problems = [one["problem"] for one in tries[kind] if one["problem"]]
    assert problems
    assert all("too many files open" in problem for problem in problems), problems


@pytest.fixture
def no_descriptors(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes every opening fail as it does with too many open files."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    def take() -> None:
        monkeypatch.setattr("pathlib.Path.open", refuse)
        monkeypatch.setattr("os.scandir", refuse)
        monkeypatch.setattr("os.open", refuse)

    return take


def test_picture__is_not_broken(tmp_path: Path, no_descriptors: Callable[[], None]) -> None:
    (tmp_path / "a.png").write_bytes(_png(1))
    no_descriptors()
    with pytest.raises(OSError, match="Too many open files"):
        examine(str(tmp_path / "a.png"), tmp_path)


def test_folder__is_not_empty(tmp_path: Path, no_descriptors: Callable[[], None]) -> None:
    no_descriptors()
    with pytest.raises(OSError, match="Too many open files"):
        listing.files(tmp_path)


def test_video__is_not_empty(
    tmp_path: Path, no_descriptors: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 10, (64, 48))
    writer.write(np.zeros((48, 64, 3), dtype=np.uint8))
    writer.release()
    monkeypatch.setattr(cv2.VideoCapture, "read", lambda _: (False, None), raising=False)
    no_descriptors()
    with pytest.raises(OSError, match="Too many open files"):
        videos.frames(str(tmp_path / "gone.mp4"))


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EROFS])
def test_errors_of_the_machine__are_known_behind_others(number: int) -> None:
    try:
        try:
            raise OSError(number, "no")
        except OSError as inner:
            raise ValueError("wrapped") from inner
    except ValueError as outer:
        found = machine_error(outer)
    assert found is not None
    assert found.errno == number


@pytest.mark.parametrize(
    "error",
    [
        OSError("Too many open files (os error 24): a.parquet"),
        ImportError("libx.so: cannot open shared object file: Too many open files"),
    ],
)
def test_errors_that_only_write_their_number__are_known(error: Exception) -> None:
    with pytest.raises(OSError, match="Too many open files"):
        raise_machine_error(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error"),
        FileNotFoundError(errno.ENOENT, "No such file", "Too many open files (os error 24).png"),
        ValueError("Too many open files"),
        MemoryError(),
    ],
)
def test_errors_of_data__are_left_to_the_reader(error: Exception) -> None:
    raise_machine_error(error)


def test_locator__reads_again_after_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("1.png", _png(1))
    place = locator.entry(tmp_path / "a.zip", "1.png")
    with monkeypatch.context() as patch:
        patch.setattr(
            zipfile, "ZipFile", lambda *_: (_ for _ in ()).throw(OSError(errno.EMFILE, "Too many open files"))
        )
        with pytest.raises(OSError, match="Too many open files"):
            locator.read(place)
    assert locator.read(place) == _png(1)
