"""Two people, two workspaces: what both have is there once, the rest comes in with its scores and decisions."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row, score_all

from curation.checks import checking
from curation.decisions import decision_log
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.maintenance import history
from curation.maintenance.history import DatasetError
from curation.maintenance.taking_over import take_over
from curation.workspace import Workspace, open_workspace
from storage import datasets, samples, scores

Write = Callable[..., Path]


@pytest.fixture
def other(tmp_path: Path, llava: Write, photo: Write, workspace: Workspace) -> Path:
    """Another workspace: two of its three samples are here too, from another folder under another name."""
    for number in range(5):
        photo(f"{number}.png", seed=number)
    rows = [row(f"What is {n}?", f"It is {n}.", image=f"{n}.png", id=f"r{n}") for n in range(4)]
    import_file(workspace, llava(rows[:3]))
    score_all(workspace, "image_size", "response_length")
    for key in samples.listing(workspace.store)["key"]:
        decision_log.decide(workspace, "ann", "sample", key, "approve")

    shutil.copytree(tmp_path / "images", tmp_path / "there" / "images")
    opened = open_workspace(tmp_path / "other")
    path = llava([rows[1], rows[2], rows[3], row("A text?", "Only.", id="text")], "there/theirs.json")
    import_file(opened, path, ImportOptions(images=tmp_path / "there" / "images"))
    import_file(opened, llava([row("What is 0?", "Something else.", id="r0")], "there/set.json"))
    score_all(opened, "image_size", "response_length")
    for key in samples.listing(opened.store)["key"]:
        decision_log.decide(opened, "ben", "sample", key, "reject")
    opened.close()
    return opened.folder


def test_take_over__the_same_content_is_there_once(workspace: Workspace, other: Path) -> None:
    before = scores.flat(workspace.store).filter(dataset="set")
    report = take_over(workspace, other, who="cat")
    assert (report.matched, report.new, report.differing) == (2, 3, 1)
    assert report.datasets == {"theirs": 2, "set-2": 1}
    assert (report.decisions.new, report.decisions.matched, report.decisions.differing) == (5, 5, 2)
    assert report.decisions.unknown == ()
    sizes = {row["name"]: row["samples"] for row in datasets.listing(workspace.store).to_dicts()}
    assert sizes == {"set": 3, "theirs": 2, "set-2": 1}
    assert scores.flat(workspace.store).filter(dataset="set").equals(before)
    assert score_all(workspace, "image_size", "response_length").total == 0
    assert checking.find(workspace, thorough=True) == ()
    assert history.newest(workspace)[0].who == "cat"
    assert decision_log.by_person(workspace, "sample").height == 8


def test_take_over__again__adds_nothing(workspace: Workspace, other: Path) -> None:
    take_over(workspace, other, who="cat")
    report = take_over(workspace, other, who="cat")
    assert (report.matched, report.new, report.decisions.new) == (5, 0, 0)
    assert datasets.totals(workspace.store)["samples"] == 6
    assert checking.find(workspace) == ()


def test_take_over__into_an_empty_workspace__everything_comes(tmp_path: Path, other: Path) -> None:
    empty = open_workspace(tmp_path / "empty")
    report = take_over(empty, other, who="cat")
    assert (report.matched, report.new) == (0, 5)
    assert score_all(empty, "image_size", "response_length").total == 0
    assert scores.flat(empty.store).height == 8
    assert checking.find(empty, thorough=True) == ()
    empty.close()


def test_take_over__the_other_stays_as_it_was(workspace: Workspace, other: Path) -> None:
    take_over(workspace, other, who="cat")
    opened = open_workspace(other)
    assert datasets.totals(opened.store)["samples"] == 5
    assert decision_log.standing(opened, "sample").height == 5
    opened.close()


def test_take_over__no_workspace_there__is_said(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="There is no workspace"):
        take_over(workspace, tmp_path, who="cat")
    with pytest.raises(DatasetError, match="another workspace"):
        take_over(workspace, workspace.folder, who="cat")
