"""What is in force before anybody chose keeps good data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import clean_sets
import numpy as np
import orjson
import polars as pl
from support import score_all, small_snapshot

from curation.balancing import cells, export_plan
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing.importer import import_file
from curation.recipes.recipe import Quota, Recipe
from curation.workspace import Workspace, score_columns
from scoring import registry


def test_default_filters__captions_whose_instruction_was_added__go_out(workspace: Workspace, tmp_path: Path) -> None:
    captions = [{"image": "a.png", "caption": f"Scene {number}."} for number in range(3)]
    (tmp_path / "captions.jsonl").write_bytes(b"\n".join(map(orjson.dumps, captions)))
    import_file(workspace, tmp_path / "captions.jsonl")
    snapshot = build(workspace)
    assert "instruction_added" in snapshot.flags["kind"].unique()
    recipe = export_plan.default_filters(snapshot)
    assert not set(recipe.drop_flags) & set(export_plan.NOTED_KINDS)
    assert "image_missing" in recipe.drop_flags


def test_default_filters__no_cut_is_in_force_and_errors_are_dropped() -> None:
    snapshot = small_snapshot({"response_length": [1, 9, 9]}, flagged=[(1, "refusal")], suggested=(2.0, 400.0))
    recipe = export_plan.default_filters(snapshot)
    assert (recipe.cuts, recipe.drop_flags) == ((), ("refusal",))
    assert Board(snapshot).evaluate(recipe).passing.tolist() == [True, False, True]


def test_default_filters__remarks_drop_nothing_until_a_person_chose_so() -> None:
    remarks = {kind for metric in registry.metrics().values() for kind in metric.remarks}
    flags = {kind for metric in registry.metrics().values() for kind in metric.flags}
    assert not remarks & flags


def test_default_filters__clean_sets_of_many_formats_and_languages__at_least_99_of_100_rows_stay(
    workspace: Workspace, tmp_path: Path
) -> None:
    for file in clean_sets.write(tmp_path / "sets"):
        import_file(workspace, file)
    raising = [name for name, metric in registry.metrics().items() if metric.builtin and metric.flags]
    score_all(workspace, *raising, "duplicates")
    snapshot = build(workspace)
    outcome = Board(snapshot).evaluate(export_plan.default_filters(snapshot))
    dropped = snapshot.samples.filter(pl.Series(outcome.dropped))
    reasons = {(name, index): outcome.reasons(number) for number, name, index in dropped.select(
        "sample_no", "dataset", "row_index").iter_rows()}  # fmt: skip
    assert outcome.total >= 180
    assert len(reasons) <= 0.01 * outcome.total, reasons


def test_plan__balanced_by_language__each_language_gives_as_many(workspace: Workspace) -> None:
    snapshot = replace(
        small_snapshot({"response_length": [1.0] * 10}),
        languages=["en", "zh"],
        language_codes=np.array([0] * 7 + [1] * 3, dtype=np.int32),
    )
    plan = export_plan.make_plan(workspace, Recipe(quota=Quota(axes=("language",), total=6)), Board(snapshot))
    assert dict(plan.by_axis("language").select("value", "taken").iter_rows()) == {"en": 3, "zh": 3}


def test_plan__informative__asks_a_metric_that_is_scored_without_anything_installed_beside() -> None:
    column = score_columns.columns()[cells.INFORMATION]
    assert column.by_default
    assert column.numeric
