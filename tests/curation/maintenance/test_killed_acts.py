"""kill -9 in the middle of an act on datasets: the workspace is as before it or as after it, and nothing is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
from PIL import Image
from support import row, score_all

from curation.checks import checking
from curation.decisions import decision_log
from curation.importing.importer import import_file
from curation.maintenance import removing
from curation.workspace import Workspace, open_workspace
from storage import datasets, samples, scores

ROOT = Path(__file__).resolve().parents[3]
ROWS = 1_500
KILLS = 3
PICTURES = 40

ACT = """
import sys, time
from pathlib import Path
from curation.maintenance import regrouping, reimporting, relinking, removing, renaming, taking_over
from curation.workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
print("ready", flush=True)
started = time.monotonic()
eval(sys.argv[2])
print(time.monotonic() - started, flush=True)
workspace.close()
"""

ACTS = {
    "delete": "removing.delete(workspace, 'first', who='ann')",
    "restore": "removing.restore(workspace, 'away', who='ann')",
    "rename": "renaming.rename(workspace, 'first', 'other', who='ann')",
    "reimport": "reimporting.reimport(workspace, 'first', Path(sys.argv[1]).parent / 'newer.json', who='ann')",
    "split": "regrouping.split(workspace, 'first', 'part', who='ann', ids=['1', '2', '3'])",
    "compact": "removing.compact(workspace, who='ann')",
    "merge": "regrouping.merge(workspace, 'first', 'second', who='ann')",
    "relink": "relinking.relink(workspace, 'seen', Path(sys.argv[3]) / 'moved', who='ann')",
    "merge-workspace": "taking_over.take_over(workspace, Path(sys.argv[1]).parent / 'other', who='ann')",
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed workspace of three datasets, one of them deleted, scored and decided; a newer file lies beside it."""
    folder = tmp_path_factory.mktemp("large")
    workspace = open_workspace(folder / "workspace")
    for name in ("first", "second", "away"):
        rows = [row(f"What is {name} {n}?", f"It is {name} {n}.", id=str(n)) for n in range(ROWS)]
        (folder / f"{name}.json").write_bytes(orjson.dumps(rows))
        import_file(workspace, folder / f"{name}.json")
        if name == "first":
            newer = [*rows[10:], *rows[:5], row("A new one?", "Yes.", id="new")]
            (folder / "newer.json").write_bytes(orjson.dumps(newer))
    score_all(workspace, "response_length")
    decision_log.decide_all(workspace, "ann", "sample", samples.listing(workspace.store)["key"], "approve")
    removing.delete(workspace, "away", who="ann")
    _with_pictures(workspace, folder)
    workspace.close()
    other = open_workspace(folder / "other")
    rows = [row(f"What else {n}?", f"It is {n}.", id=str(n)) for n in range(ROWS)]
    (folder / "else.json").write_bytes(orjson.dumps(rows))
    import_file(other, folder / "else.json")
    import_file(other, folder / "first.json")
    score_all(other, "response_length")
    other.close()
    return workspace.folder


def _with_pictures(workspace: Workspace, folder: Path) -> None:
    """A dataset whose pictures lie in a folder, and all of them again in another one."""
    for number in range(PICTURES):
        (folder / "images").mkdir(exist_ok=True)
        Image.new("RGB", (32, 32), (number, 100, 50)).save(folder / "images" / f"{number}.png")
    shutil.copytree(folder / "images", folder / "moved")
    rows = [
        row("<image>\nWhat is seen?", f"A picture {n}.", id=str(n), image=f"{n % PICTURES}.png") for n in range(ROWS)
    ]
    (folder / "seen.json").write_bytes(orjson.dumps(rows))
    import_file(workspace, folder / "seen.json")


def _state(workspace: Workspace) -> object:
    flat = scores.flat(workspace.store).select("dataset", "row", "value").sort("dataset", "row")
    kept = [(removal.dataset, removal.why, removal.samples) for removal in removing.listing(workspace)]
    paths = workspace.store.rows("SELECT path FROM image ORDER BY path")
    members = workspace.store.rows("SELECT name, count(*) FROM sample JOIN dataset USING (dataset_no) GROUP BY ALL")
    return flat.rows(), kept, sorted(members), paths, sorted(datasets.listing(workspace.store)["name"])


def _start(folder: Path, act: str, home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", ACT, str(folder), act, str(home)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("act", ACTS)
def test_kill__in_the_middle_of_an_act__leaves_before_or_after(large: Path, tmp_path: Path, act: str) -> None:
    def look(folder: Path) -> object:
        opened = open_workspace(folder)
        assert checking.find(opened) == ()
        assert decision_log.standing(opened, "sample").height == 3 * ROWS
        state = _state(opened)
        opened.close()
        return state

    shutil.copy(large.parent / "newer.json", tmp_path)
    if act == "merge-workspace":
        shutil.copytree(large.parent / "other", tmp_path / "other")
    before = look(shutil.copytree(large, tmp_path / "before"))
    done = shutil.copytree(large, tmp_path / "done")
    process = _start(done, ACTS[act], large.parent)
    output, _ = process.communicate()
    seconds, after = float(output), look(done)
    assert after != before
    for number in range(KILLS):
        folder = shutil.copytree(large, tmp_path / f"kill{number}")
        process = _start(folder, ACTS[act], large.parent)
        time.sleep(seconds * (number + 0.5) / KILLS)
        process.kill()
        process.communicate()
        assert look(folder) in (before, after)
        shutil.rmtree(folder)
