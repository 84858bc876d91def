"""Datasets that are deleted, brought back, and removed for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import row, score_all

from curation.balancing import export_plan
from curation.checks import checking
from curation.common.names import UnknownNameError
from curation.decisions import decision_log, merging
from curation.exporting import export
from curation.exporting.export_folder import ExportError
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.flags import duplicates
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.maintenance import history, removing
from curation.recipes.recipe import Recipe
from curation.runs import status
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace, metric_settings, open_workspace, score_columns, tags
from curation.workspace.tags import Tags
from storage import datasets, migrations, removals, samples, scores

Write = Callable[..., Path]
METRICS = ("image_size", "response_length", "instruction_length")


@pytest.fixture
def three(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Three datasets on shared and on own pictures, scored, tagged and decided."""
    for number in range(7):
        photo(f"{number}.png", seed=number)
    for start, name in ((0, "first"), (2, "second"), (4, "third")):
        rows = [
            row(f"What is {n}?", f"{name} says that it is {n}.", "And?", "That is all.", image=f"{n}.png", id=str(n))
            for n in range(start, start + 3)
        ]
        import_file(workspace, llava([*rows, {"id": "broken"}], f"{name}.json"))
        tags.write(workspace, name, Tags(("mixing",), ("none",)), "ann")
    score_all(workspace, *METRICS)
    for key in samples.listing(workspace.store)["key"]:
        decision_log.decide(workspace, "ann", "sample", key, "approve")
    return workspace


def _values(workspace: Workspace) -> list[tuple[object, ...]]:
    flat = scores.flat(workspace.store).select("dataset", "row", "metric", "turn", "value")
    return sorted(flat.iter_rows(), key=str)


def _names(workspace: Workspace) -> list[str]:
    return datasets.listing(workspace.store)["name"].to_list()


def _exported(workspace: Workspace, out: Path) -> int:
    snapshot = build(workspace)
    whole = export_plan.complete_recipe(workspace, snapshot, Recipe("all"))
    plan = export_plan.make_plan(workspace, whole, Board(snapshot))
    return int(export.write(workspace, plan, out, approved=False)["samples"])


def test_delete__dataset_in_the_middle__is_nowhere_and_the_others_are_as_before(
    three: Workspace, tmp_path: Path
) -> None:
    others = [value for value in _values(three) if value[0] != "second"]
    removal = removing.delete(three, "second", who="ben")
    assert (removal.dataset, removal.samples, removal.who) == ("second", 3, "ben")
    assert _names(three) == ["first", "third"]
    assert _values(three) == others
    assert samples.listing(three.store)["sample_no"].to_list() == list(range(6))
    totals = datasets.totals(three.store)
    assert (totals["samples"], totals["turns"], totals["images"]) == (6, 12, 6)
    states = {state.name: state for state in status.metric_states(three)}
    assert [(states[name].done, states[name].missing) for name in METRICS] == [(6, 0), (12, 0), (12, 0)]
    assert score_all(three, *METRICS).total == 0
    assert checking.find(three, thorough=True) == ()
    assert _exported(three, tmp_path / "out") == 6
    assert history.newest(three)[0].act == "delete"


@pytest.mark.parametrize("name", ["first", "second", "third"])
def test_restore__brings_everything_back(three: Workspace, tmp_path: Path, name: str) -> None:
    values, tagged = _values(three), tags.of(three, name)
    keys = set(samples.listing(three.store)["key"])
    removing.delete(three, name, who="ann")
    restored = removing.restore(three, name, who="ann")
    assert (restored.dataset, restored.samples, restored.copies) == (name, 3, 0)
    assert _values(three) == values
    assert set(samples.listing(three.store)["key"]) == keys
    assert build(three).decisions.height == 9
    assert tags.of(three, name) == tagged
    assert removing.listing(three) == []
    assert checking.find(three, thorough=True) == ()
    assert score_all(three, *METRICS).total == 0
    assert _exported(three, tmp_path / "out") == 9


def test_restore__after_a_newer_dataset__all_three_and_its_turns_are_there(three: Workspace, llava: Write) -> None:
    removing.delete(three, "third", who="ann")
    import_file(three, llava([row("New?", "New.", "Newer?", "Newer.")], "fourth.json"))
    score_all(three, *METRICS)
    removing.restore(three, "third", who="ann")
    assert _names(three) == ["first", "second", "fourth", "third"] or len(_names(three)) == 4
    assert score_all(three, *METRICS).total == 0
    assert checking.find(three, thorough=True) == ()
    texts = scores.flat(three.store, "response_length").filter(dataset="third")
    assert texts.height == 6


def test_restore__the_same_file_came_meanwhile__both_are_there_under_keys_of_their_own(three: Workspace) -> None:
    path = Path(datasets.by_name(three.store, "second")["path"])  # type: ignore[index]
    removing.delete(three, "second", who="ann")
    import_file(three, path)
    assert build(three).decisions.join(samples.listing(three.store), on="key").height == 9
    restored = removing.restore(three, "second", who="ann")
    assert (restored.dataset, restored.copies) == ("second-2", 3)
    assert samples.listing(three.store)["key"].n_unique() == 12
    assert checking.find(three, thorough=True) == ()


def test_compact__says_what_goes_and_keeps_decisions(three: Workspace) -> None:
    exported = merging.log_lines(three)
    keys = set(samples.listing(three.store).filter(dataset="second")["key"])
    removing.delete(three, "second", who="ann")
    plan = removing.plan_compact(three)
    assert (plan.samples, plan.turns, plan.scores, plan.decisions) == (3, 6, 12, 3)
    assert removing.listing(three)
    assert removing.compact(three, who="ann") == plan
    assert removing.listing(three) == []
    with pytest.raises(UnknownNameError):
        removing.restore(three, "second", who="ann")
    assert merging.log_lines(three) == exported
    assert keys < set(decision_log.standing(three)["key"])
    assert three.store.one("SELECT count(*) FROM image") == 6
    assert checking.find(three, thorough=True) == ()
    assert removing.compact(three, who="ann").samples == 0


def test_delete__pictures_shared_with_another_folder__are_found_in_that_one(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png", seed=1)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.png").write_bytes((tmp_path / "images" / "a.png").read_bytes())
    import_file(workspace, llava([row("One?", "One.", image="a.png")], "one.json"))
    import_file(
        workspace, llava([row("Two?", "Two.", image="a.png")], "two.json"), ImportOptions(images=tmp_path / "other")
    )
    removing.delete(workspace, "one", who="ann")
    assert Path(samples.images(workspace.store)["path"][0]).parent == tmp_path / "other"
    assert checking.find(workspace, thorough=True) == ()


def test_delete__one_of_two_duplicates__the_other_is_none_any_more(workspace: Workspace, llava: Write) -> None:
    same = row("What is the answer?", "It is forty-two, as everybody knows by now.")
    import_file(workspace, llava([same], "one.json"))
    import_file(workspace, llava([same, row("Another?", "Something else entirely.")], "two.json"))
    score_all(workspace, *metric_settings.named(workspace, ["duplicates"]))
    assert duplicates.overlap(workspace).pairs
    removing.delete(workspace, "one", who="ann")
    assert workspace.store.one("SELECT count(*) FROM current_flag WHERE kind = 'duplicate'") == 0
    score_all(workspace, *metric_settings.named(workspace, ["duplicates"]))
    assert not duplicates.overlap(workspace).pairs
    removing.restore(workspace, "one", who="ann")
    score_all(workspace, *metric_settings.named(workspace, ["duplicates"]))
    assert duplicates.overlap(workspace).pairs


def test_delete__while_a_run_is_going_on__its_results_are_refused_and_computed_again(three: Workspace) -> None:
    run = ScoringRun(three, score_columns.named(("text_readability",)), jobs=1)
    while not list((run.folder / "shards").glob("[!.]*")):
        pass
    removing.delete(three, "first", who="ann")
    while not run.ended:
        run.step()
    assert scores.flat(three.store, "text_readability").is_empty()
    score_all(three, "text_readability")
    assert scores.flat(three.store, "text_readability").height == 12
    assert checking.find(three) == ()


def test_export__dataset_deleted_after_the_plan__is_refused(three: Workspace, tmp_path: Path) -> None:
    snapshot = build(three)
    whole = export_plan.complete_recipe(three, snapshot, Recipe("all"))
    plan = export_plan.make_plan(three, whole, Board(snapshot))
    removing.delete(three, "first", who="ann")
    with pytest.raises(ExportError, match="start the export again"):
        export.write(three, plan, tmp_path / "out", approved=False)
    assert not (tmp_path / "out").exists()


def test_tables__what_is_put_away_has_the_columns_of_what_is_there(workspace: Workspace) -> None:
    for table in removals.TABLES:
        columns = [row[:2] for row in workspace.store.rows(f"DESCRIBE {table}")]
        assert [row[:2] for row in workspace.store.rows(f"DESCRIBE removed_{table}")][1:] == columns


def test_migration__earlier_workspace__can_delete_and_restore(
    tmp_path: Path, llava: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        steps = migrations.available()
        earlier.setattr(migrations, "available", lambda: [step for step in steps if step[0] != 12])
        earlier.setattr(datasets, "create", _create_as_before)
        workspace = open_workspace(tmp_path / "w")
        import_file(workspace, llava([row("What?", "That.")]))
        decision_log.decide(workspace, "ann", "sample", samples.listing(workspace.store)["key"][0], "approve")
        workspace.close()
    workspace = open_workspace(tmp_path / "w")
    removing.delete(workspace, "set", who="ann")
    assert removing.restore(workspace, "set", who="ann").samples == 1
    assert build(workspace).decisions.height == 1
    assert checking.find(workspace) == ()
    workspace.close()


def _create_as_before(cursor, dataset) -> int:
    cursor.execute(
        """INSERT INTO dataset (dataset_no, name, format, layout, path, file_hash, images_root, state, rows_seen,
                                evidence_run, created_at)
           VALUES (1, $name, $format, $layout, $path, $file_hash, $images_root, 'importing', 0, 0, now()::TIMESTAMP)""",
        dataset,
    )
    return 1
