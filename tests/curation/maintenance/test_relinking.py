"""Images that were moved: found by the rules of an import, proved by their content, nobody's work lost."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from support import row, score_all

from curation.checks import checking
from curation.decisions import decision_log, merging
from curation.images import inline
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.maintenance import history
from curation.maintenance.history import DatasetError
from curation.maintenance.relinking import relink
from curation.workspace import Workspace
from storage import samples, scores

Write = Callable[..., Path]


@pytest.fixture
def moved(workspace: Workspace, llava: Write, photo: Write, tmp_path: Path) -> Path:
    """A dataset of four photos that is scored and decided; then the folder moves."""
    for number in range(4):
        photo(f"{number}.png", seed=number)
    rows = [row(f"What is {n}?", f"It is {n}.", image=f"{n}.png", id=str(n)) for n in range(4)]
    import_file(workspace, llava(rows))
    score_all(workspace, "image_size", "response_length")
    for key in samples.listing(workspace.store)["key"]:
        decision_log.decide(workspace, "ann", "sample", key, "approve")
    target = tmp_path / "elsewhere" / "photos"
    target.parent.mkdir()
    shutil.move(tmp_path / "images", target)
    return target


def _paths(workspace: Workspace) -> set[str]:
    return {Path(path).parent.as_posix() for path in samples.images(workspace.store)["path"]}


def _values(workspace: Workspace) -> list[tuple[object, ...]]:
    return sorted(scores.flat(workspace.store).select("row", "metric", "value").iter_rows())


def test_relink__moved_folder__every_picture_is_there_and_all_work_stays(workspace: Workspace, moved: Path) -> None:
    values, decided = _values(workspace), decision_log.standing(workspace)
    assert [finding.kind for finding in checking.find(workspace)] == ["images_gone"]
    report = relink(workspace, "set", moved, who="ann")
    assert (report.matched, report.complete, report.changed) == (4, True, True)
    assert _paths(workspace) == {moved.as_posix()}
    assert checking.find(workspace, thorough=True) == ()
    assert _values(workspace) == values
    assert decision_log.standing(workspace).equals(decided)
    (event,) = history.newest(workspace)
    assert (event.who, event.dataset, event.act) == ("ann", "set", "relink")


def test_relink__preview__changes_nothing(workspace: Workspace, moved: Path) -> None:
    report = relink(workspace, "set", moved, who="ann", preview=True)
    assert (report.matched, report.changed) == (4, False)
    assert _paths(workspace) == {(moved.parents[1] / "images").as_posix()}
    assert history.newest(workspace) == []


def test_relink__another_picture_of_that_name__is_named_and_left_alone(
    workspace: Workspace, moved: Path, photo: Write
) -> None:
    shutil.copyfile(photo("other.png", seed=99), moved / "2.png")
    (moved / "3.png").unlink()
    values = _values(workspace)
    report = relink(workspace, "set", moved, who="ann")
    assert (report.matched, report.different, report.missing) == (2, ("2.png",), ("3.png",))
    assert _values(workspace) == values


def test_relink__accepted_difference__only_that_sample_is_scored_again(
    workspace: Workspace, moved: Path, photo: Write
) -> None:
    key = samples.listing(workspace.store)["key"][2]
    shutil.copyfile(photo("other.png", seed=99, size=(640, 480)), moved / "2.png")
    report = relink(workspace, "set", moved, who="ann", accept_different=True)
    assert (report.matched, len(report.different)) == (3, 1)
    progress = score_all(workspace, "image_size", "response_length")
    assert (progress.done, progress.failed) == (2, 0)
    assert samples.listing(workspace.store)["key"][2] == key
    assert decision_log.standing(workspace, "sample").height == 4
    assert checking.find(workspace, thorough=True) == ()


def test_relink__files_of_one_name_in_two_folders__are_ambiguous(
    workspace: Workspace, moved: Path, photo: Write
) -> None:
    for folder, seed in (("a", 7), ("b", 8)):
        (moved / folder).mkdir()
        shutil.copyfile(photo("x.png", seed=seed), moved / folder / "1.png")
    (moved / "1.png").unlink()
    report = relink(workspace, "set", moved, who="ann")
    assert (report.ambiguous, report.complete) == (("1.png",), False)


def test_relink__folder_with_half_of_the_pictures_while_the_others_lie_where_they_were__changes_nothing(
    workspace: Workspace, moved: Path, tmp_path: Path
) -> None:
    relink(workspace, "set", moved, who="ann")
    half = tmp_path / "half"
    half.mkdir()
    shutil.copyfile(moved / "0.png", half / "0.png")
    report = relink(workspace, "set", half, who="ann")
    assert (report.left_behind, report.changed) == (3, False)
    assert checking.find(workspace) == ()


def test_relink__pictures_missing_at_the_import__come_in_and_their_samples_are_scored_again(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("0.png", seed=0)
    rows = [row(f"What is {n}?", f"It is {n}.", image=f"{n}.png", id=str(n)) for n in range(2)]
    path = llava(rows)
    import_file(workspace, path)
    score_all(workspace, "response_length")
    keys = samples.listing(workspace.store)["key"].to_list()
    decision_log.decide(workspace, "ann", "sample", keys[1], "reject")
    assert workspace.store.one("SELECT count(*) FROM flag WHERE kind = 'image_missing'") == 1
    photo("1.png", seed=1)
    report = relink(workspace, "set", tmp_path / "images", who="ben")
    assert (report.matched, report.added, report.complete) == (1, 1, True)
    assert workspace.store.one("SELECT count(*) FROM flag WHERE kind = 'image_missing'") == 0
    assert score_all(workspace, "response_length").done == 1
    assert samples.listing(workspace.store)["key"].to_list() == keys
    assert decision_log.standing(workspace, "sample")["verdict"].to_list() == ["reject"]
    assert checking.find(workspace, thorough=True) == ()

    fresh = tmp_path / "again.json"
    fresh.write_text(path.read_text() + "\n")
    (tmp_path / "images" / "1.png").rename(tmp_path / "1.png")
    import_file(workspace, fresh, ImportOptions(name="again", images=tmp_path / "images"))
    assert samples.listing(workspace.store)["key"].n_unique() == 4
    lines = merging.log_lines(workspace)
    assert merging.merge_lines(workspace, lines).new == 0


def test_relink__absolute_paths_of_another_machine__end_decides(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("train/1.png", seed=1)
    photo("val/1.png", seed=2)
    rows = [row("What?", "That.", image=f"/mnt/old/{part}/1.png", id=part) for part in ("train", "val")]
    import_file(workspace, llava(rows), ImportOptions(images=tmp_path / "images"))
    shutil.move(tmp_path / "images", tmp_path / "new")
    assert relink(workspace, "set", tmp_path / "new", who="ann").matched == 2
    assert checking.find(workspace, thorough=True) == ()


def test_relink__into_an_archive__reads_it_there(workspace: Workspace, moved: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "photos"), "zip", moved))
    shutil.rmtree(moved)
    assert relink(workspace, "set", archive, who="ann").matched == 4
    assert checking.find(workspace, thorough=True) == ()


def test_relink__no_such_folder__is_said(workspace: Workspace, moved: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="does not exist"):
        relink(workspace, "set", tmp_path / "nowhere", who="ann")


def _parquet(folder: Path, names: list[str]) -> Path:
    """A file of rows with their pictures inside."""
    pictures = [{"bytes": (folder / "images" / name).read_bytes(), "path": name} for name in names]
    questions = [f"What is {n}?" for n in range(len(names))]
    answers = [f"It is {n}." for n in range(len(names))]
    path = folder / 'a "file".parquet'
    pl.DataFrame({"image": pictures, "question": questions, "answer": answers}).write_parquet(path)
    return path


def _tar(folder: Path, names: list[str]) -> Path:
    path = folder / "shard.tar"
    with tarfile.open(path, "w") as archive:
        for n, name in enumerate(names):
            archive.add(folder / "images" / name, f"{n}.png")
            (folder / "row.json").write_text(json.dumps(row(f"What is {n}?", f"It is {n}.")))
            archive.add(folder / "row.json", f"{n}.json")
    return path


def _folder(folder: Path, names: list[str]) -> Path:
    home = folder / "hub" / "data"
    home.mkdir(parents=True)
    shutil.move(_parquet(folder, names), home / "train-00000-of-00001.parquet")
    return folder / "hub"


@pytest.mark.parametrize("make", [_parquet, _tar, _folder])
@pytest.mark.parametrize("named", ["itself", "its folder"])
def test_relink__file_with_its_pictures_moved__is_read_at_its_new_place(
    workspace: Workspace, photo: Write, tmp_path: Path, make: Callable[[Path, list[str]], Path], named: str
) -> None:
    path = make(tmp_path, [photo(f"{n}.png", seed=n).name for n in range(3)])
    import_file(workspace, path)
    name = samples.listing(workspace.store)["dataset"][0]
    score_all(workspace, "image_size")
    values, hashes = _values(workspace), samples.listing(workspace.store)["key"].to_list()
    target = tmp_path / "else wo\\rld" / path.name
    target.parent.mkdir()
    shutil.move(path, target)
    report = relink(workspace, name, target if named == "itself" else target.parent, who="ann")
    assert (report.matched, report.complete, report.changed) == (3, True, True)
    assert checking.find(workspace, thorough=True) == ()
    assert _values(workspace) == values
    assert samples.listing(workspace.store)["key"].to_list() == hashes
    rows = workspace.store.rows("SELECT raw, ref FROM sample JOIN sample_image USING (sample_no)")
    for raw, ref in rows:  # tokens are sealed where they lead into the dataset's file, which an export needs
        assert inline.is_token(inline.sealed_ref(ref, str(target)))
        assert inline.TOKEN not in inline.sealed(raw, str(target))


def test_relink__file_of_other_pictures__changes_nothing(workspace: Workspace, photo: Write, tmp_path: Path) -> None:
    path = _parquet(tmp_path, [photo(f"{n}.png", seed=n).name for n in range(2)])
    import_file(workspace, path)
    name = samples.listing(workspace.store)["dataset"][0]
    (tmp_path / "new").mkdir()
    path.unlink()
    photo("1.png", seed=9)
    shutil.move(_parquet(tmp_path, ["0.png", "1.png"]), tmp_path / "new" / path.name)
    report = relink(workspace, name, tmp_path / "new", who="ann")
    assert (report.matched, len(report.different), report.changed) == (1, 1, False)
    assert all(where.startswith(f"{path}!") for (where,) in workspace.store.rows("SELECT path FROM image"))


@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_relink__archive_of_images_moved__is_read_at_its_new_place(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path, ending: str
) -> None:
    for number in range(2):
        photo(f"{number}.png", seed=number)
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), ending, tmp_path / "images"))
    shutil.rmtree(tmp_path / "images")
    rows = [row(f"What is {n}?", f"It is {n}.", image=f"{n}.png", id=str(n)) for n in range(2)]
    import_file(workspace, llava(rows), ImportOptions(images=packed))
    target = packed.rename(tmp_path / f"moved.{ending}")
    report = relink(workspace, "set", target, who="ann")
    assert (report.matched, report.complete, report.changed) == (2, True, True)
    assert checking.find(workspace, thorough=True) == ()
