"""A dataset split in two, and two made one: samples keep their scores, decisions and keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row, score_all

from curation.balancing import export_plan
from curation.checks import checking
from curation.decisions import decision_log
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.maintenance import history, removing
from curation.maintenance.history import DatasetError
from curation.maintenance.regrouping import merge, split
from curation.maintenance.relinking import relink
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace, tags
from curation.workspace.tags import Tags
from storage import datasets, samples, scores

Write = Callable[..., Path]


@pytest.fixture
def dataset(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Six samples with a split of their own, scored, tagged and decided."""
    for number in range(3):
        photo(f"{number}.png", seed=number)
    rows = [
        row(f"What is {n}?", f"It is {n}.", image=f"{n % 3}.png", id=f"r{n}", split="test" if n % 3 == 0 else "train")
        for n in range(6)
    ]
    import_file(workspace, llava([*rows, {"id": "broken"}]))
    score_all(workspace, "image_size", "response_length")
    tags.write(workspace, "set", Tags(("mixing",), ("none",)), "ann")
    for key in samples.listing(workspace.store)["key"]:
        decision_log.decide(workspace, "ann", "sample", key, "approve")
    return workspace


def _work(workspace: Workspace) -> object:
    values = scores.flat(workspace.store).select("source_id", "metric", "value").sort("source_id", "metric")
    listing = samples.listing(workspace.store).select("source_id", "key").sort("source_id")
    return values.rows(), listing.rows(), decision_log.standing(workspace).rows()


def _sizes(workspace: Workspace) -> dict[str, int]:
    return {row["name"]: row["samples"] for row in datasets.listing(workspace.store).to_dicts()}


def test_split__by_a_field__and_merged_again(dataset: Workspace, tmp_path: Path) -> None:
    work = _work(dataset)
    assert split(dataset, "set", "tests", who="ben", field="split", values=["test"]).samples == {"set": 4, "tests": 2}
    assert _sizes(dataset) == {"set": 4, "tests": 2}
    assert _work(dataset) == work
    assert checking.find(dataset, thorough=True) == ()
    tagged = tags.of(dataset, "tests")
    assert tagged is not None
    assert tagged.tags.construction == ("mixing",)
    assert score_all(dataset, "image_size", "response_length").total == 0

    assert merge(dataset, "set", "tests", who="ben").samples == {"set": 6}
    assert _work(dataset) == work
    assert checking.find(dataset, thorough=True) == ()
    assert [event.act for event in history.newest(dataset)] == ["merge", "split"]
    snapshot = build(dataset)
    plan = export_plan.make_plan(
        dataset, export_plan.complete_recipe(dataset, snapshot, Recipe("all")), Board(snapshot)
    )
    manifest = export.write(dataset, plan, tmp_path / "out", approved=False, form=Form(images="copy"))
    assert (manifest["samples"], manifest["images"]["missing"]) == (6, 0)


def test_split__by_ids(dataset: Workspace) -> None:
    assert split(dataset, "set", "few", who="ann", ids=["r1", "r5", "r9"]).samples == {"set": 4, "few": 2}
    names = samples.listing(dataset.store).filter(dataset="few")["source_id"].to_list()
    assert names == ["r1", "r5"]


def test_split__what_fits_nothing_or_everything__is_said(dataset: Workspace) -> None:
    with pytest.raises(DatasetError, match="Values of the field 'split': test, train"):
        split(dataset, "set", "few", who="ann", field="split", values=["dev"])
    with pytest.raises(DatasetError, match="No row has a field 'part'"):
        split(dataset, "set", "few", who="ann", field="part", values=["dev"])
    with pytest.raises(DatasetError, match="rename it instead"):
        split(dataset, "set", "few", who="ann", field="split", values=["test", "train"])
    assert _sizes(dataset) == {"set": 6}


def test_split__then_one_half_is_deleted_and_comes_back(dataset: Workspace) -> None:
    work = _work(dataset)
    split(dataset, "set", "tests", who="ann", field="split", values=["test"])
    removing.delete(dataset, "set", who="ann")
    assert _sizes(dataset) == {"tests": 2}
    removing.restore(dataset, "set", who="ann")
    assert _work(dataset) == work
    assert checking.find(dataset, thorough=True) == ()


def test_merge__images_in_two_folders__says_what_to_do(dataset: Workspace, llava: Write, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "images", tmp_path / "both" / "one")
    (tmp_path / "both" / "two").mkdir()
    (tmp_path / "both" / "two" / "x.png").write_bytes((tmp_path / "images" / "0.png").read_bytes() + b"more")
    path = llava([row("Another?", "Another.", image="x.png")], "other.json")
    import_file(dataset, path, ImportOptions(images=tmp_path / "both" / "two"))
    with pytest.raises(DatasetError, match="relink both to one folder"):
        merge(dataset, "set", "other", who="ann")
    for name in ("set", "other"):
        assert relink(dataset, name, tmp_path / "both", who="ann").complete
    assert merge(dataset, "set", "other", who="ann").samples == {"set": 7}
    assert checking.find(dataset, thorough=True) == ()


def test_merge__two_formats__is_refused(dataset: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "swift.jsonl"
    path.write_text('{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}')
    import_file(dataset, path, ImportOptions(format_name="swift"))
    with pytest.raises(DatasetError, match="a dataset has one") as caught:
        merge(dataset, "set", "swift", who="ann")
    assert "recipes, reviews and exports take them together" in str(caught.value)
    assert "`export --format llava`" in str(caught.value)
