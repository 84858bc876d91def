"""A check finds what is wrong in a workspace; a repair says what it does, keeps a copy and loses nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from support import finish, row, score_all

from curation.balancing import export_plan
from curation.checks import checking
from curation.decisions import decision_log
from curation.exporting import export
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing import importer
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes import recipe
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace, open_workspace, score_columns
from storage import integrity, samples
from storage.errors import NotStoredError

Write = Callable[..., Path]


def _kinds(workspace: Workspace, *, thorough: bool = False) -> dict[str, int]:
    return {one.kind: one.count for one in checking.find(workspace, thorough=thorough)}


@pytest.fixture
def two(workspace: Workspace, llava: Write, photo: Write, tmp_path: Path) -> Workspace:
    """Two datasets of four rows on four pictures, annotated, scored, with a decision on every row."""
    for number in range(4):
        photo(f"{number}.png", seed=number)
    known = [{"file_name": f"{number}.png", "instances": [f"thing {number}"]} for number in range(4)]
    (tmp_path / "known.json").write_bytes(orjson.dumps(known))
    for name in ("one", "two"):
        shown = range(2) if name == "one" else range(2, 4)
        rows = [row(f"What {n} in {name}?", f"That {n}.", image=f"{n}.png") for n in shown]
        rows += [row(f"Who {n} in {name}?", f"She {n}.") for n in range(2)]
        import_file(workspace, llava(rows, f"{name}.json"), ImportOptions(annotations=tmp_path / "known.json"))
    score_all(workspace, "response_length", "text_readability")
    for number, key in enumerate(samples.listing(workspace.store)["key"]):
        decision_log.decide(workspace, "ann", "sample", key, "approve" if number % 2 else "reject")
    return workspace


def _double_everything(workspace: Workspace) -> None:
    """Gives the second dataset the numbers of the first, as two imports at once by an earlier version did."""
    store = workspace.store
    integrity.drop_indexes(store)
    with store.transaction("samples", "scores") as cursor:
        for table in ("sample", "turn", "sample_image", "flag"):
            cursor.execute(f"UPDATE {table} SET sample_no = sample_no - 4 WHERE sample_no >= 4")
        cursor.execute("UPDATE turn SET turn_no = turn_no - 4 WHERE turn_no >= 4")
        for table in ("image", "sample_image", "annotation"):
            cursor.execute(f"UPDATE {table} SET image_no = image_no - 2 WHERE image_no >= 2")
        cursor.execute("DELETE FROM score WHERE subject_no >= CASE subject WHEN 'image' THEN 2 ELSE 4 END")


def _content(workspace: Workspace) -> list[tuple[Any, ...]]:
    """What a person would see of every sample: its row, turns, picture, annotations and decision."""
    decided = dict(decision_log.standing(workspace, "sample").select("key", "verdict").iter_rows())
    seen = []
    for number, key in samples.listing(workspace.store).select("sample_no", "key").iter_rows():
        found = samples.one(workspace.store, number)
        assert found is not None
        turns = [(turn["instruction"], turn["response"]) for turn in found["turns"]]
        images = [(image["ref"], Path(image["path"]).name) for image in found["images"]]
        objects = sorted(name for known in found["annotations"] for name in known["objects"])
        seen.append((key, found["raw"], turns, images, objects, decided[key]))
    return sorted(seen)


def test_check__healthy_workspace__finds_nothing(two: Workspace) -> None:
    assert _kinds(two, thorough=True) == {}
    assert checking.repair(two).copy is None


def test_repair__two_datasets_with_the_same_numbers__come_apart_with_all_that_people_said(two: Workspace) -> None:
    before = _content(two)
    _double_everything(two)
    found = _kinds(two)
    assert found["doubled_rows"]
    repaired = checking.repair(two)
    assert repaired.left == ()
    assert _content(two) == before
    assert integrity.doubled(two.store) == {} == integrity.gaps(two.store)
    score_all(two, "response_length", "text_readability")
    assert not build(two).values["response_length"].low.tolist().count(float("nan"))
    assert repaired.copy is not None
    kept = open_workspace(_as_workspace(repaired.copy))
    assert kept.store.doubled
    assert kept.store.one("SELECT count(*) FROM sample") == 8
    kept.close()


def _as_workspace(copy: Path) -> Path:
    folder = copy.parent.parent / "copied"
    folder.mkdir()
    shutil.copy(copy, folder / "winnow.duckdb")
    return folder


def test_open__workspace_with_doubles__opens_and_says_so(two: Workspace) -> None:
    _double_everything(two)
    two.close()
    again = open_workspace(two.folder)
    assert ("sample", "sample_no") in again.store.doubled
    assert checking.repair(again).left == ()
    assert again.store.doubled == ()
    again.close()


def test_repair__gaps_in_the_numbers__scores_and_pictures_move_along(two: Workspace) -> None:
    lengths = dict(zip(build(two).samples["key"], build(two).values["response_length"].low.tolist(), strict=True))
    before = _content(two)
    integrity.drop_indexes(two.store)
    with two.store.transaction("samples", "scores") as cursor:
        for table in ("sample", "turn", "sample_image", "flag"):
            cursor.execute(f"UPDATE {table} SET sample_no = sample_no + 10 WHERE sample_no >= 3")
        cursor.execute("UPDATE turn SET turn_no = turn_no + 7 WHERE turn_no >= 2")
        cursor.execute("UPDATE score SET subject_no = subject_no + 7 WHERE subject = 'turn' AND subject_no >= 2")
        cursor.execute("UPDATE score SET subject_no = subject_no + 10 WHERE subject = 'sample' AND subject_no >= 3")
    assert "missing_numbers" in _kinds(two)
    assert checking.repair(two).left == ()
    assert _content(two) == before
    snapshot = build(two)
    assert dict(zip(snapshot.samples["key"], snapshot.values["response_length"].low.tolist(), strict=True)) == lengths


def test_repair__orphans__go_and_the_copy_keeps_them(two: Workspace) -> None:
    with two.store.transaction("samples", "scores") as cursor:
        cursor.execute("INSERT INTO turn VALUES (99, 99, 0, 'q', 'a')")
        cursor.execute("INSERT INTO score VALUES ('turn', 98, 'm', '1', 1.0, NULL, NULL, 1)")
        cursor.execute("INSERT INTO vocabulary VALUES (77, 's', 'dog')")
    assert _kinds(two)["orphaned_rows"]
    repaired = checking.repair(two)
    assert repaired.left == ()
    assert _kinds(two) == {}


@pytest.fixture
def half_imported(workspace: Workspace, llava: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of seven rows whose import was interrupted after the first batch."""
    monkeypatch.setattr(importer, "BATCH_ROWS", 2)
    path = llava([row(f"What {n}?", "That.") for n in range(7)])

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(workspace, path, progress=stop)
    return path


def test_repair__half_import__goes_on_to_the_end(workspace: Workspace, half_imported: Path) -> None:
    assert _kinds(workspace) == {"half_import": 1}
    assert checking.repair(workspace).left == ()
    assert workspace.store.one("SELECT count(*) FROM sample") == 7


def test_check__half_import_without_its_file__is_named_and_left_alone(
    workspace: Workspace, half_imported: Path
) -> None:
    half_imported.unlink()
    (finding,) = checking.repair(workspace).left
    assert "gone or has changed" in finding.problem


def test_repair__pictures_in_another_folder__are_found_by_their_content(two: Workspace, tmp_path: Path) -> None:
    (tmp_path / "images" / "moved").mkdir()
    for number in range(4):
        shutil.move(tmp_path / "images" / f"{number}.png", tmp_path / "images" / "moved" / f"x{3 - number}.png")
    assert _kinds(two) == {"images_moved": 4}
    assert checking.repair(two).left == ()
    names = {row["image_no"]: Path(row["path"]).name for row in samples.images(two.store).to_dicts()}
    assert sorted(names.values()) == [f"x{number}.png" for number in range(4)]


def test_check__pictures_gone_and_changed__are_told_apart(two: Workspace, tmp_path: Path) -> None:
    (tmp_path / "images" / "0.png").unlink()
    changed = (tmp_path / "images" / "1.png").read_bytes()
    (tmp_path / "images" / "1.png").write_bytes(changed[:-20] + b"\0" * 20)
    assert _kinds(two) == {"images_gone": 1}
    assert _kinds(two, thorough=True) == {"images_gone": 1, "images_changed": 1}
    assert len(checking.repair(two, thorough=True).left) == 2


def test_repair__leftovers_of_dead_programs__go(two: Workspace) -> None:
    for name in ("images/.a.123.part", "thumbnails/ab/.b.456.part", "generated/.c.part", "uploads/.d.part/x/y"):
        path = two.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    (two.spool / "run-000099" / "shards").mkdir(parents=True)
    assert _kinds(two) == {"spool_leftovers": 1, "half_written_files": 4}
    assert checking.repair(two).left == ()
    assert not list(two.folder.rglob("*.part"))


def _export(workspace: Workspace, out: Path) -> None:
    snapshot = build(workspace)
    whole = export_plan.complete_recipe(workspace, snapshot, recipe.Recipe("all"))
    export.write(workspace, export_plan.make_plan(workspace, whole, Board(snapshot)), out, approved=True, who="ann")


def test_check__exports__gone_set_aside_and_changed(two: Workspace, tmp_path: Path) -> None:
    for name in ("kept", "gone", "aside", "changed"):
        _export(two, tmp_path / "exports" / name)
    assert _kinds(two, thorough=True) == {}
    shutil.rmtree(tmp_path / "exports" / "gone")
    (tmp_path / "exports" / "aside").rename(tmp_path / "exports" / ".aside.1-ab.aside")
    with (tmp_path / "exports" / "changed" / "data" / "train.json").open("ab") as file:
        file.write(b" ")
    assert _kinds(two, thorough=True) == {"export_gone": 1, "export_aside": 1, "export_differs": 1}
    left = checking.repair(two, thorough=True).left
    assert {one.kind for one in left} == {"export_gone", "export_differs"}
    assert (tmp_path / "exports" / "aside" / "winnow" / "manifest.json").is_file()


def test_repair__no_room_for_the_copy__changes_nothing(
    small_disk: Path, fill: Callable[[], Path], llava: Write
) -> None:
    workspace = open_workspace(small_disk / "workspace")
    import_file(workspace, llava([row("What?", "That.")]))
    (workspace.spool / "run-000001").mkdir(parents=True)
    fill()
    with pytest.raises(NotStoredError, match="is full"):
        checking.repair(workspace)
    assert (workspace.spool / "run-000001").is_dir()
    workspace.close()


def test_check__while_scoring_goes_on__its_run_is_no_leftover(two: Workspace) -> None:
    run = ScoringRun(two, score_columns.named(("repetition",)), jobs=1)
    assert _kinds(two) == {}
    finish(run)
    assert _kinds(two) == {}
