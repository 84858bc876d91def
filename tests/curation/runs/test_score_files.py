"""Scores from files become metrics that are cut, exported and replayed like any other."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from support import row, score_all

from curation.balancing import export_plan
from curation.common.names import UnknownNameError
from curation.exporting import export
from curation.filtering import snapshot as snapshots
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Cut, Recipe
from curation.runs import score_files, status
from curation.runs.score_files import ScoreFileError
from curation.workspace import Workspace, imported_metrics, metric_settings
from curation.workspace.metric_settings import ConfigurationError
from storage import runs


@pytest.fixture
def three(workspace: Workspace, llava) -> Workspace:
    """Three samples a, b and c; b has two turns."""
    rows = [row("q", "one", id="a"), row("q", "two", "and?", "more", id="b"), row("q", "three", id="c")]
    importer.import_file(workspace, llava(rows))
    return workspace


def worst(workspace: Workspace, metric: str) -> list[float | None]:
    values = snapshots.build(workspace).values[metric].worst
    return [None if value != value else float(value) for value in values]


def test_import_scores__ids_of_the_file_name_the_samples(three, tmp_path):
    path = tmp_path / "icons.csv"
    path.write_text("id,influence,note,Image Needed\na,0.5,good,true\nc,1e-3,bad,false\nz,3,,true\n")
    report = score_files.import_scores(three, path)
    assert (report.metrics, report.rows, report.matched, report.unknown) == (("influence",), 3, 2, 1)
    assert report.left_out == {
        "note": "it holds something else than numbers",
        "Image Needed": "it holds something else than numbers",
    }
    assert report.unknown_examples == ("z",)
    assert worst(three, "influence") == [0.5, None, 0.001]


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "parquet", "arrow"])
def test_import_scores__every_kind_of_table(three, tmp_path, ending):
    frame = pl.DataFrame({"id": ["c", "a"], "difficulty": [2.5, -1.0]})
    path = tmp_path / f"t.{ending}"
    write = {
        "csv": frame.write_csv, "tsv": lambda to: frame.write_csv(to, separator="\t"),
        "json": frame.write_json, "jsonl": frame.write_ndjson,
        "parquet": frame.write_parquet, "arrow": frame.write_ipc,
    }[ending]  # fmt: skip
    write(path)
    score_files.import_scores(three, path)
    assert worst(three, "difficulty") == [-1.0, None, 2.5]


def test_import_scores__keys_rows_and_turns_name_samples_too(three):
    samples = snapshots.build(three).samples
    score_files.import_scores(three, pl.DataFrame({"key": samples["key"], "ifd": [0.1, 0.2, 0.3]}))
    assert worst(three, "ifd") == [0.1, 0.2, 0.3]
    dataset = samples["dataset"][0]
    score_files.import_scores(three, pl.DataFrame({"row": [2, 0], "tive": [7, 5]}), dataset=dataset)
    assert worst(three, "tive") == [5.0, None, 7.0]
    of_turns = pl.DataFrame({"id": ["b", "b", "b"], "turn": [0, 1, 5], "loss": [1.0, 4.0, 9.0]})
    report = score_files.import_scores(three, of_turns, metrics={"loss": "high"})
    assert (report.matched, report.unknown) == (2, 1)
    assert worst(three, "loss") == [None, 4.0, None]


def test_import_scores__what_another_workspace_printed_comes_in(three, tmp_path):
    path = tmp_path / "scores.jsonl"
    dataset = snapshots.build(three).samples["dataset"][0]
    lines = [
        {"dataset": dataset, "row": number, "source_id": name, "turn": None, "metric": metric, "value": value}
        for number, (name, value) in enumerate([("a", 1.0), ("b", 2.0), ("c", 3.0)])
        for metric in ("icons", "response_length")
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    report = score_files.import_scores(three, path)
    assert report.metrics == ("icons",)
    assert report.left_out == {"response_length": "Winnow computes a metric of this name"}
    assert worst(three, "icons") == [1.0, 2.0, 3.0]


def test_import_scores__the_same_id_twice_is_never_guessed(three, llava):
    importer.import_file(
        three, llava([row("q", "other", id="a"), row("q", "y", id="y")], "second.json"), ImportOptions()
    )
    report = score_files.import_scores(three, pl.DataFrame({"id": ["a", "y"], "icons": [1.0, 2.0]}))
    assert (report.ambiguous, report.matched) == (1, 1)
    assert worst(three, "icons") == [None, None, None, None, 2.0]
    score_files.import_scores(three, pl.DataFrame({"id": ["a", "y"], "icons": [1.0, 2.0]}), dataset="second")
    assert worst(three, "icons") == [None, None, None, 1.0, 2.0]


def test_import_scores__two_values_for_one_sample_give_none(three):
    report = score_files.import_scores(three, pl.DataFrame({"id": ["a", "a", "b", "b"], "icons": [1.0, 2.0, 3.0, 3.0]}))
    assert report.repeated == 2
    assert worst(three, "icons") == [None, 3.0, None]


def test_import_scores__texts_among_numbers_are_counted_where_the_column_is_asked_for(three):
    frame = pl.DataFrame({"id": ["a", "b", "c"], "icons": ["1", "n/a", "nan"]})
    with pytest.raises(ScoreFileError, match="icons: it holds something else than numbers"):
        score_files.import_scores(three, frame)
    report = score_files.import_scores(three, frame, metrics={"icons": "low"})
    assert report.no_numbers == {"icons": 2}
    assert worst(three, "icons") == [1.0, None, None]


def test_import_scores__again_adds_nothing_and_other_values_replace(three):
    first = pl.DataFrame({"id": ["a", "b"], "icons": [1.0, 2.0]})
    score_files.import_scores(three, first)
    score_files.import_scores(three, first.reverse())
    assert runs.listing(three.store).height == 1
    score_files.import_scores(three, pl.DataFrame({"id": ["a"], "icons": [9.0]}))
    assert worst(three, "icons") == [9.0, None, None]


def test_import_scores__a_cut_on_it_exports_and_replays_after_newer_values_came(three, tmp_path):
    score_files.import_scores(three, pl.DataFrame({"id": ["a", "b", "c"], "icons": [1.0, 2.0, 3.0]}))
    snapshot = snapshots.build(three)
    recipe = export_plan.complete_recipe(three, snapshot, Recipe(cuts=(Cut("icons", low=1.5),)))
    score_files.import_scores(three, pl.DataFrame({"id": ["a", "b", "c"], "icons": [3.0, 2.0, 1.0]}))
    plan = export_plan.replay(three, recipe)
    assert plan.selected.tolist() == [False, True, True]
    manifest = export.write(three, plan, tmp_path / "out", approved=False, who="me")
    assert manifest["samples"] == 2


def test_import_scores__is_never_computed_and_says_so(three):
    score_files.import_scores(three, pl.DataFrame({"id": ["a"], "icons": [1.0]}), source="icons run")
    assert "icons" not in metric_settings.active(three)
    with pytest.raises(ConfigurationError, match="icons was imported from icons run"):
        metric_settings.named(three, ["icons"])
    score_all(three, "response_length")
    (state,) = [state for state in status.metric_states(three) if state.name == "icons"]
    assert (state.state, state.done) == ("imported", 1)


def test_import_scores__tells_what_is_wrong_with_a_table(three, tmp_path):
    damaged = tmp_path / "t.json"
    damaged.write_text("[{")
    text = tmp_path / "t.txt"
    text.write_text("a")
    for table, words in (
        (damaged, "t.json cannot be read as a table"),
        (text, r"a table is .csv, .tsv"),
        (tmp_path / "none.csv", "No such file"),
        (pl.DataFrame({"name": ["a"], "icons": [1.0]}), "No column names the samples"),
        (
            pl.DataFrame({"id": ["z"], "icons": [1.0]}),
            "No row of a frame names a sample of this workspace by its id: 'z'",
        ),
        (pl.DataFrame({"id": ["a"], "row": [0]}), "No column of the table can be a metric"),
    ):
        with pytest.raises(ScoreFileError, match=words):
            score_files.import_scores(three, table)
    with pytest.raises(UnknownNameError, match=r"There is no column 'icon'\. Did you mean 'icons'"):
        score_files.import_scores(three, pl.DataFrame({"id": ["a"], "icons": [1.0]}), metrics={"icon": "low"})


def test_take_over__declares_metrics_that_are_not_here(three, tmp_path):
    from curation.workspace import open_workspace

    score_files.import_scores(three, pl.DataFrame({"id": ["a"], "icons": [1.0]}))
    other = open_workspace(Path(tmp_path / "other"))
    imported_metrics.take_over(other, three)
    assert imported_metrics.read(other) == imported_metrics.read(three)
    other.close()
