"""Models and parameters on the runs page."""

from curation.workspace import metric_settings


def test_settings__changed_parameter__is_kept_and_scored_under_another_version(scored, visit):
    before = metric_settings.columns(scored.workspace)["duplicates"].version
    app = visit("runs")
    app.selectbox(key="settings_of").set_value("duplicates").run()
    app.number_input(key="setting-duplicates-similarity").set_value(0.5)
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    column = metric_settings.columns(scored.workspace)["duplicates"]
    assert column.params["similarity"] == 0.5
    assert column.version != before
    assert scored.scoring


def test_settings__versions_that_have_values_are_listed(scored, visit, seen):
    app = visit("runs")
    app.selectbox(key="settings_of").set_value("duplicates").run()
    assert "(in use)" in seen(app)
