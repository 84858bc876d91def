"""The runs page: what each metric has, failures with a retry, past runs."""

import polars as pl

from curation import catalog
from curation.views import runs
from storage import scores


def test_not_scored_yet__offers_to_score(filled, visit, seen):
    app = visit("runs")
    assert "Score what is missing" in [button.label for button in app.main.get("button")]
    assert "waiting" in seen(app)


def test_scored__every_metric_is_done(scored, visit, seen):
    text = seen(visit("runs"))
    for column in catalog.columns().values():
        assert column.kind == "feature" or column.title in text
    assert "Past runs" in text
    assert "done" in text


def test_failures__are_listed_and_can_be_tried_again(filled, visit, monkeypatch):
    column = next(iter(catalog.columns().values()))
    row = (column.subject, 0, column.name, column.version, None, None, "cannot decode", 1)
    with filled.workspace.store.transaction("scores") as cursor:
        scores.append(cursor, pl.DataFrame([row], schema=_SCHEMA, orient="row"))
    asked = []
    monkeypatch.setattr(type(filled), "score", lambda self, retry_failed=False: asked.append(retry_failed))
    app = visit("runs")
    assert app.dataframe[0].value["error"].to_list() == ["cannot decode"]
    next(button for button in app.button if button.label.startswith("Try the failed")).click().run()
    assert asked == [True]


_SCHEMA = dict(
    zip(
        scores.COLUMNS,
        (pl.String, pl.Int32, pl.String, pl.String, pl.Float64, pl.String, pl.String, pl.Int32),
        strict=True,
    )
)


def test_switch__turns_a_metric_on_and_scores_it(filled, monkeypatch):
    asked = []
    monkeypatch.setattr(type(filled), "score", lambda self, retry_failed=False: asked.append(retry_failed))
    runs.switch(filled, "sharpness", False)
    states = dict(runs.view(filled).columns.select("name", "state").iter_rows())
    assert (states["sharpness"], asked) == ("off", [])
    runs.switch(filled, "sharpness", True)
    assert asked == [False]
