"""An export that replaces an earlier one: one of the two is whole at every moment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from support import row

from curation.app import server
from curation.balancing import export_plan
from curation.exporting import export, export_folder
from curation.exporting.export_folder import ExportError
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing.importer import import_file
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from storage.errors import WorkspaceError

DIES = """
import os, sys
from pathlib import Path
from curation.exporting import export_folder
out, place = Path(sys.argv[1]), sys.argv[2]
real = Path.rename
def rename(self, target):
    if place == "before the old one is set aside": os._exit(9)
    done = real(self, target)
    if place == "after the old one is set aside": os._exit(9)
    return done
Path.rename = rename
if place == "before the old one is deleted":
    Path.rename = real
    export_folder.shutil.rmtree = lambda *_, **__: os._exit(9)
with export_folder.replacing(out) as part:
    (part / "manifest.json").write_text('{"new": 1}')
    if place == "while it is written": os._exit(9)
"""


def _earlier(out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text('{"old": 1}')


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("while it is written", {"old": 1}),
        ("before the old one is set aside", {"old": 1}),
        ("after the old one is set aside", {"old": 1}),
        ("before the old one is deleted", {"new": 1}),
    ],
)
def test_replace__killed_at_any_point__one_of_the_two_is_whole(
    tmp_path: Path, place: str, left: dict[str, int]
) -> None:
    out = tmp_path / "out"
    _earlier(out)
    ended = subprocess.run([sys.executable, "-c", DIES, str(out), place], cwd=Path(__file__).parents[3])
    assert ended.returncode == 9
    export_folder.recover(out)
    assert orjson.loads((out / "manifest.json").read_bytes()) == left
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_recover__another_process_still_writes__is_left_alone(tmp_path: Path) -> None:
    part = tmp_path / f".out.{os.getppid()}-abc.part"
    part.mkdir()
    export_folder.recover(tmp_path / "out")
    assert part.is_dir()


def test_write__export_of_the_first_version__is_replaced(filled: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "images").mkdir(parents=True)
    for name in ("README.md", "curated.json", "images.txt", "samples.txt", "recipe.json", "images/0.png"):
        (out / name).write_text("{}")
    manifest = {"manifest_version": 1, "files": {"curated.json": "0", "samples.txt": "0"}, "folders": ["images"]}
    (out / "manifest.json").write_bytes(orjson.dumps(manifest))
    (out / "samples.txt").write_text("set/0#a\n")
    assert export_folder.holds(out, manifest)
    assert export_folder.keys(out) == {"set/0#a"}
    export.write(filled, _plan(filled), out, approved=False)
    assert sorted(path.name for path in out.iterdir()) == ["README.md", "croissant.json", "data", "winnow"]
    assert len(export_folder.keys(out)) == 3


def test_write__file_of_somebody_beside_an_export__it_is_left_alone(filled: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export.write(filled, _plan(filled), out, approved=False)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match="not an export of Winnow"):
        export.write(filled, _plan(filled), out, approved=False)
    assert (out / "notes.txt").read_text() == "mine"


def _plan(workspace: Workspace) -> export_plan.ExportPlan:
    snapshot = build(workspace)
    return export_plan.make_plan(
        workspace, export_plan.complete_recipe(workspace, snapshot, Recipe("all")), Board(snapshot)
    )


@pytest.fixture
def filled(workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path]) -> Workspace:
    """Three rows with pictures of some size."""
    for number in range(3):
        photo(f"{number}.png", seed=number, size=(640, 640))
    import_file(workspace, llava([row(f"What {n}?", "That.", image=f"{n}.png") for n in range(3)]))
    return workspace


@pytest.mark.parametrize("form", [Form(), Form(images="copy"), Form("openai", "pack"), Form("hf_parquet", "pack")])
def test_full_disk__the_earlier_export_stays_and_one_sentence_says_why(
    filled: Workspace, small_disk: Path, fill: Callable[[], Path], form: Form
) -> None:
    out = small_disk / "out"
    export.write(filled, _plan(filled), out, approved=False)
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    fill()
    with pytest.raises((ExportError, WorkspaceError), match="is full"):
        export.write(filled, _plan(filled), out, approved=False, form=form)
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in small_disk.iterdir()) == ["filling", "out"]


def test_two_exports_to_one_folder_at_once__one_of_them_is_there_whole(filled: Workspace, tmp_path: Path) -> None:
    planned, odd = _plan(filled), []

    def write(form: Form) -> None:
        try:
            export.write(filled, planned, tmp_path / "out", approved=False, form=form)
        except ExportError as error:
            odd.append(error)

    threads = [threading.Thread(target=write, args=(form,)) for form in (Form(), Form("openai"), Form(images="copy"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    manifest = orjson.loads((tmp_path / "out" / "winnow" / "manifest.json").read_bytes())
    for name, digest in manifest["files"].items():
        assert export._sha256(tmp_path / "out" / name) == digest
    assert len(odd) < 3


def test_server_start__export_that_was_set_aside__is_back(filled: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export.write(filled, _plan(filled), out, approved=True, who="ann")
    filled.close()
    out.rename(tmp_path / ".out.1-ab.aside")
    assert server.start(filled.folder)
    server.stop()
    assert (out / "winnow" / "manifest.json").is_file()
