"""What one workspace says of a sample holds for the same sample elsewhere, whatever its file and dataset are called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from support import row

from curation.balancing import export_plan
from curation.decisions import decision_log, identities, merging
from curation.exporting import export, export_folder
from curation.filtering import snapshot as snapshots
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace, open_workspace
from storage import flags, samples
from storage.store import DATABASE

Photo = Callable[..., Path]
Open = Callable[[str], Workspace]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens workspaces by name, and closes them all."""
    workspaces: dict[str, Workspace] = {}

    def open_named(name: str) -> Workspace:
        if name in workspaces:
            workspaces.pop(name).close()
        workspaces[name] = open_workspace(tmp_path / name)
        return workspaces[name]

    yield open_named
    for workspace in workspaces.values():
        workspace.close()


def _dataset(folder: Path, photo: Photo, refs: str = "{}.png", **ids: str) -> Path:
    """Three rows with a picture each, in a folder of their own; the first two say the same."""
    (folder / "images").mkdir(parents=True)
    for number in range(3):
        photo(f"{number}.png", seed=number).rename(folder / "images" / f"{number}.png")
    texts = ("A dog.", "A dog.", "A cat.")
    rows = [row("What?", text, image=refs.format(number)) | ids for number, text in enumerate(texts)]
    (folder / "rows.json").write_text(json.dumps(rows))
    return folder / "rows.json"


def _parquet(folder: Path, photo: Photo) -> Path:
    folder.mkdir()
    pictures = [photo(f"p{number}.png", seed=number).read_bytes() for number in range(3)]
    messages = [[{"role": "user", "content": "What?"}, {"role": "assistant", "content": f"A {n}."}] for n in range(3)]
    frame = pl.DataFrame({"messages": messages, "images": [[{"bytes": data, "path": None}] for data in pictures]})
    frame.write_parquet(folder / "rows.parquet")
    return folder / "rows.parquet"


def _keys(workspace: Workspace) -> list[str]:
    return samples.listing(workspace.store)["key"].to_list()


def _rejected(workspace: Workspace) -> list[int]:
    """Numbers of the samples whose rejection counts."""
    rejected = decision_log.standing(workspace, "sample").filter(pl.col("verdict") == "reject")["key"]
    return samples.numbers_of(workspace.store, rejected.to_list())


def _made_earlier(folder: Path) -> None:
    """Makes a stored workspace one of the version before samples had identities."""
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for (name,) in connection.execute("SELECT index_name FROM duckdb_indexes()").fetchall():
            connection.execute(f"DROP INDEX {name}")
        connection.execute(
            """CREATE TEMP TABLE named AS SELECT sample_no, s.key, d.name || '/' || content_hash || '#' ||
                   (row_number() OVER (PARTITION BY dataset_no, content_hash ORDER BY row_index) - 1) AS earlier
               FROM sample s JOIN dataset d USING (dataset_no)"""
        )
        connection.execute(
            """UPDATE decision SET key = replace(decision.key, named.key, named.earlier)
               FROM named WHERE decision.key = named.key OR decision.key LIKE named.key || '@%'"""
        )
        connection.execute(
            """UPDATE sample SET copy = split_part(named.earlier, '#', -1)::INTEGER FROM named
               WHERE named.sample_no = sample.sample_no"""
        )
        connection.execute("ALTER TABLE sample DROP COLUMN key")
        connection.execute("ALTER TABLE sample DROP COLUMN identity")
        connection.execute("DELETE FROM migration WHERE number = 10")


def test_key__is_the_same_in_another_folder_under_another_name_and_id(
    opened: Open, photo: Photo, tmp_path: Path
) -> None:
    import_file(opened("one"), _dataset(tmp_path / "here", photo))
    elsewhere = _dataset(tmp_path / "there", photo, refs=f"{tmp_path}/there/images/{{}}.png", id="another")
    import_file(opened("two"), elsewhere, ImportOptions(name="other"))
    one, two = opened("one"), opened("two")
    assert _keys(one) == _keys(two)
    assert len(set(_keys(one))) == 3


def test_key__of_pictures_inside_a_parquet_file__does_not_name_the_file(
    opened: Open, photo: Photo, tmp_path: Path
) -> None:
    one, two = opened("one"), opened("two")
    import_file(one, _parquet(tmp_path / "here", photo))
    import_file(two, _parquet(tmp_path / "there", photo))
    assert _keys(one) == _keys(two)
    assert export_plan.dataset_hashes(one) == export_plan.dataset_hashes(two)


def test_key__another_picture_or_another_text__is_another_sample(opened: Open, photo: Photo, tmp_path: Path) -> None:
    first = _dataset(tmp_path / "here", photo)
    second = _dataset(tmp_path / "there", photo)
    photo("new.png", seed=9).rename(tmp_path / "there" / "images" / "0.png")
    second.write_text(second.read_text().replace("A cat.", "A cow."))
    import_file(opened("one"), first)
    import_file(opened("two"), second)
    assert [a == b for a, b in zip(_keys(opened("one")), _keys(opened("two")), strict=True)] == [False, True, False]


def test_key__the_same_sample_in_two_datasets__has_a_copy_number(opened: Open, photo: Photo, tmp_path: Path) -> None:
    one = opened("one")
    import_file(one, _dataset(tmp_path / "here", photo))
    import_file(one, _dataset(tmp_path / "there", photo, id="another"), ImportOptions(name="other"))
    keys = _keys(one)
    assert [key.split("#")[1] for key in keys] == ["0", "0", "0", "1", "1", "1"]
    assert [key.split("#")[0] for key in keys[:3]] == [key.split("#")[0] for key in keys[3:]]


def test_merge__two_people_with_other_names_and_folders__decisions_meet(
    opened: Open, photo: Photo, tmp_path: Path
) -> None:
    one, two = opened("one"), opened("two")
    import_file(one, _dataset(tmp_path / "here", photo))
    import_file(two, _dataset(tmp_path / "there", photo, id="x"), ImportOptions(name="other"))
    decision_log.decide(one, "ann", "sample", _keys(one)[0], "reject")
    decision_log.decide(one, "ann", "sample", _keys(one)[2], "approve")
    decision_log.decide(one, "ann", "turn", f"{_keys(one)[1]}@0", "edit", {"text": "A small dog."})
    decision_log.decide(one, "ann", "sample", "f" * 32 + "#0", "approve")
    decision_log.decide(two, "bob", "sample", _keys(two)[0], "approve")
    report = merging.merge_lines(two, merging.log_lines(one))
    assert (report.read, report.new, report.matched, report.differing) == (4, 4, 3, 1)
    assert report.unknown == (("sample", "f" * 32 + "#0", "approve"),)
    assert merging.merge_lines(two, merging.log_lines(one)).new == 0
    assert set(decision_log.by_person(two, "sample")["who"]) == {"ann", "bob"}


def test_earlier_workspace__keeps_its_decisions_and_merges_both_ways(
    opened: Open, photo: Photo, tmp_path: Path
) -> None:
    workspace = opened("old")
    import_file(workspace, _dataset(tmp_path / "here", photo))
    decision_log.decide(workspace, "ann", "sample", _keys(workspace)[1], "reject")
    workspace.close()
    _made_earlier(tmp_path / "old")
    old = opened("old")
    assert _keys(old)[0].startswith("rows/")
    assert _rejected(old) == [1]
    new = opened("new")
    import_file(new, _dataset(tmp_path / "there", photo, id="x"), ImportOptions(name="other"))
    assert merging.merge_lines(new, merging.log_lines(old)).matched == 1
    assert _rejected(new) == [1]
    decision_log.decide(new, "bob", "sample", _keys(new)[2], "reject")
    assert merging.merge_lines(old, merging.log_lines(new)).matched == 1
    assert _rejected(old) == [1, 2]
    assert identities.complete(old) == 0


def test_earlier_log__names_datasets_and_rows__is_matched_by_the_rows_content(
    opened: Open, photo: Photo, tmp_path: Path
) -> None:
    workspace = opened("new")
    import_file(workspace, _dataset(tmp_path / "here", photo))
    content_hash = samples.contents(workspace.store, 1)[2]
    decision_log.decide(workspace, "ann", "sample", _keys(workspace)[0], "approve")
    line = json.loads(merging.log_lines(workspace)[0])
    earlier = line | {"event_id": "e", "key": f"a name/{content_hash}#0", "verdict": "reject"}
    gone = line | {"event_id": "g", "key": f"a name/{content_hash}#7", "verdict": "reject"}
    report = merging.merge_lines(workspace, [json.dumps(event).encode() for event in (earlier, gone)])
    assert (report.matched, len(report.unknown)) == (1, 1)
    assert _rejected(workspace) == [2]


def test_flag_decisions__meet_in_another_workspace(opened: Open, photo: Photo, tmp_path: Path) -> None:
    def flag(workspace: Workspace) -> str:
        return str(flags.current(workspace.store)["flag_id"][0])

    one, two = opened("one"), opened("two")
    path = _dataset(tmp_path / "here", photo)
    path.write_text(path.read_text().replace("A cat.", ""))
    import_file(one, path)
    other = tmp_path / "there" / "rows.json"
    _dataset(tmp_path / "there", photo)
    other.write_text(path.read_text())
    import_file(two, other, ImportOptions(name="other"))
    decision_log.decide(one, "ann", "flag", flag(one), "dismiss")
    assert flag(one) == flag(two)
    assert merging.merge_lines(two, merging.log_lines(one)).matched == 1
    one.close()
    _made_earlier(tmp_path / "one")
    old = opened("one")
    assert merging.merge_lines(two, merging.log_lines(old)).new == 0


def test_recipe__of_another_workspace__rejects_the_same_row(opened: Open, photo: Photo, tmp_path: Path) -> None:
    one, two = opened("one"), opened("two")
    import_file(one, _dataset(tmp_path / "here", photo))
    import_file(two, _dataset(tmp_path / "there", photo), ImportOptions(name="rows"))
    decision_log.decide(one, "ann", "sample", _keys(one)[2], "reject")
    recipe = export_plan.default_recipe(one, snapshots.build(one))
    plan = export_plan.replay(two, recipe)
    export.write(two, plan, tmp_path / "out", approved=False)
    assert (tmp_path / "out" / export_folder.SAMPLES).read_text().split() == _keys(two)[:2]
