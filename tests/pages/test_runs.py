"""The runs page: the present run, failures with a retry, what each metric has, switches, past runs."""

import time

import polars as pl
import pytest

from curation.runs.run_progress import ColumnProgress, RunProgress, WorkerSign
from curation.views.runs import runs, workspace_check
from curation.workspace import metric_settings, score_columns
from storage import runs as stored
from storage import scores


def test_empty_workspace__offers_the_demo_set(owner, visit, seen):
    assert "This workspace is empty" in seen(visit("runs"))


def test_not_scored_yet__offers_to_score(filled, visit, seen):
    app = visit("runs")
    assert "Score what is missing" in [button.label for button in app.main.get("button")]
    assert "waiting" in seen(app)
    assert "Every item that was tried has been scored." in seen(app)


def test_scored__every_metric_is_done(scored, visit, seen):
    text = seen(visit("runs"))
    for column in score_columns.columns().values():
        assert column.kind == "feature" or column.title in text
    assert "Past runs" in text
    assert "done" in text
    past = runs.view(scored).past.row(0, named=True)
    assert past["rate"] == pytest.approx(past["done"] / past["took"].total_seconds(), rel=0.01)


@pytest.fixture
def failed(filled):
    """The tiny set with a picture that could not be decoded by one metric."""
    column = score_columns.columns()["sharpness"]
    rows = [("image", n, "sharpness", column.version, None, None, f"cannot decode '{n}.jpg'", 0) for n in (0, 1)]
    with filled.workspace.store.transaction("scores") as cursor:
        scores.append(cursor, pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    return filled


def test_failures__are_grouped_with_items_and_can_be_tried_again(failed, visit, seen, monkeypatch):
    asked = []
    monkeypatch.setattr(type(failed), "score", lambda self, retry_failed=False: asked.append(retry_failed))
    monkeypatch.setattr(type(failed), "score_again", lambda self, which: asked.append(which["sharpness"].tolist()))
    app = visit("runs")
    text = seen(app).replace("\\", "")
    for words in ("cannot decode …", "2 images", "/thumb/0", "tiny, row 1"):
        assert words in text
    next(button for button in app.button if button.label == "Try again").click().run()
    next(button for button in app.button if button.label == "Try all 2 again").click().run()
    assert asked == [[0, 1], True]


def test_score_again__replaces_the_failure(failed):
    runs.try_again(failed, runs.view(failed).failures[0])
    deadline = time.monotonic() + 120
    while failed.scoring and time.monotonic() < deadline:
        time.sleep(0.1)
    shown = runs.view(failed)
    assert (shown.failed, shown.failures) == (0, [])


def test_present_run__columns_and_workers_are_shown(filled, visit, seen, monkeypatch):
    columns = (
        ColumnProgress("sharpness", "done", 4, 4, 1),
        ColumnProgress("exposure", "now", 1, 4, 0, 2.0, 1.5),
        ColumnProgress("task", "next", 0, 6, 0),
    )
    workers = (WorkerSign(0, "running", "exposure", 5, 1.0), WorkerSign(1, "running", "", 0, 45.0))
    now = RunProgress(3, "running", done=5, total=14, rate=2.5, eta_seconds=3.6, columns=columns, workers=workers)
    monkeypatch.setattr(type(filled), "progress", property(lambda _: now))
    monkeypatch.setattr(type(filled), "scoring", property(lambda _: True))
    app = visit("runs")
    text = seen(app)
    assert [button.label for button in app.main.get("button")][:2] == ["Pause", "Stop"]
    for words in ("Exposure", "being scored", "comes next", "last sign just now", "last sign 45 s ago"):
        assert words in text
    assert "Done in this run: Sharpness (1 failed)" in text.replace("\\", "")


def test_switch__turns_a_metric_on_and_scores_it(filled, monkeypatch):
    asked = []
    monkeypatch.setattr(type(filled), "score", lambda self, retry_failed=False: asked.append(retry_failed))
    runs.switch(filled, "sharpness", False)
    states = dict(runs.view(filled).columns.select("name", "state").iter_rows())
    assert (states["sharpness"], asked) == ("off", [])
    runs.switch(filled, "sharpness", True)
    assert asked == [False]


def test_switches__say_what_they_need_and_why_they_cannot_run(filled, visit, seen):
    metric_settings.activate(filled.workspace, "matching_degree", True)
    store = filled.workspace.store
    stored.finish(store, stored.create(store, 0), "done", "", {"clip_image": "The model is not on this machine."})
    shown = {one.name: one for one in runs.view(filled).optional}
    assert "first CLIP image vectors; the model ViT-B-32" in shown["matching_degree"].needs
    assert "endpoint" in shown["correctness"].needs
    assert shown["matching_degree"].why == "waits for clip_image: The model is not on this machine."
    assert "6 values cannot be computed here" in "".join(one.text for one in visit("runs").main.get("progress"))


def test_cost__is_said_when_asked_for(filled):
    assert "requests" in runs.cost(filled, "correctness")
    assert runs.cost(filled, "sharpness") == ""


_SCHEMA = dict(
    zip(
        scores.COLUMNS,
        (pl.String, pl.Int32, pl.String, pl.String, pl.Float64, pl.String, pl.String, pl.Int32),
        strict=True,
    )
)


def _wait_for_check(owner):
    deadline = time.monotonic() + 30
    while workspace_check.job(owner).is_open and time.monotonic() < deadline:
        time.sleep(0.05)


def test_check__finds_and_repairs_what_a_dead_program_left(filled, visit, seen):
    (filled.workspace.folder / "generated").mkdir()
    (filled.workspace.folder / "generated" / ".set.jsonl.abc.part").write_bytes(b"half")
    app = visit("runs")
    app.button(key="check_start").click().run()
    _wait_for_check(filled)
    app = visit("runs")
    assert "Files that were being written when a program ended: 1." in seen(app)
    app.button(key="check_repair").click().run()
    _wait_for_check(filled)
    text = seen(visit("runs"))
    assert "Repaired" in text
    assert "Nothing is wrong." in text
    assert not list(filled.workspace.folder.rglob("*.part"))
