"""One choice of what a task is: snapshot, report and replayed recipes follow it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from support import row

from curation.balancing import export_plan
from curation.common.names import UnknownNameError
from curation.filtering import snapshot as snapshots
from curation.importing import importer
from curation.recipes.recipe import Quota, Recipe
from curation.reporting import report
from curation.workspace import Workspace, metric_settings, task_axis
from storage import runs, scores


def label(workspace: Workspace, column: str, subject: str, labels: list[str]) -> None:
    version = metric_settings.columns(workspace)[column].version
    run_no = runs.create(workspace.store, len(labels))
    rows = [(subject, number, column, version, 1.0, name, None, run_no) for number, name in enumerate(labels)]
    table = pl.DataFrame(rows, schema=list(scores.COLUMNS), orient="row").with_columns(pl.col("error").cast(pl.String))
    assert runs.ingest(workspace.store, f"run-{run_no}", run_no, {"scores": table})
    runs.finish(workspace.store, run_no, "done", "", {})


@pytest.fixture
def labelled(workspace: Workspace, llava) -> Workspace:
    """Six samples of one turn: three tasks by rules, two by the nearest description, one found in the data."""
    importer.import_file(workspace, llava([row("q", f"answer {number}") for number in range(6)]))
    label(workspace, "task", "turn", ["a", "a", "b", "b", "c", "c"])
    label(workspace, "task_nearest", "turn", ["x", "x", "x", "x", "x", "y"])
    label(workspace, "task_discovery", "sample", ["found"] * 6)
    return workspace


@pytest.mark.parametrize(
    ("column", "tasks"), [("task", ["a", "b", "c"]), ("task_nearest", ["x", "y"]), ("task_discovery", ["found"])]
)
def test_choose__snapshot_and_indicators_have_the_tasks_of_the_chosen_column(labelled, column, tasks):
    task_axis.choose(labelled, column)
    snapshot = snapshots.build(labelled)
    assert snapshot.tasks == tasks
    (rows,) = report.rows(labelled, snapshot, [np.ones(6, dtype=bool)], intervals=False)
    by_name = {line.name: line.value for line in rows}
    assert by_name["task_count"] == len(tasks)


def test_replay__a_recipe_keeps_the_tasks_that_it_was_balanced_by(labelled):
    task_axis.choose(labelled, "task_nearest")
    recipe = Recipe(quota=Quota(cap=1))
    complete = export_plan.complete_recipe(labelled, snapshots.build(labelled), recipe)
    assert "task_nearest" in complete.scorers
    task_axis.choose(labelled, "task")
    plan = export_plan.replay(labelled, complete)
    assert plan.outcome.snapshot.tasks == ["x", "y"]
    assert plan.size == 2


def test_choose__what_has_no_tasks_is_refused(workspace):
    with pytest.raises(UnknownNameError, match="task axis"):
        task_axis.choose(workspace, "sharpness")
    assert task_axis.read(workspace) == "task"
