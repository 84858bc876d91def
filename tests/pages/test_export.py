"""The export page: quotas change what is taken; approval writes a split that can be downloaded."""

import time
import zipfile

import orjson
import pytest
from PIL import Image

from curation.app import board
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.exporting.export_folder import ExportError
from curation.importing import importer
from curation.recipes.recipe import Limit, Quota, Recipe, SampleSelection
from curation.views.export import export, exports
from pages.components import quota_table


def _approve(app, owner):
    """Presses the button and waits until the export is written."""
    app.button(key="approve").click().run()
    deadline = time.monotonic() + 60
    while any(job.is_open for job in exports.jobs(owner)) and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    return exports.jobs(owner)[0]


def test_quota__limits_what_is_taken(filled, visit):
    app = visit("export")
    app.number_input(key="quota_total").set_value(2).run()
    assert app.session_state["recipe"].quota.total == 2
    assert app.number_input(key="quota_percent").value == 66.67
    assert app.button(key="approve").label.startswith("Approve and write 2 samples as ")
    app.number_input(key="quota_percent").set_value(34).run()
    assert app.session_state["recipe"].quota.total == 1


def test_approve__quota_leaves_hardly_any__the_button_warns(filled, visit, monkeypatch):
    monkeypatch.setattr(export, "SMALL_SHARE", 0.4)
    app = visit("export")
    assert not app.button(key="approve").label.startswith("Approve and write only")
    app.number_input(key="quota_total").set_value(1).run()
    assert app.button(key="approve").label.startswith("Approve and write only 1 of 3 samples as ")
    assert app.button(key="approve").icon == ":material/warning:"


def test_approve__writes_split_manifest_card_and_recipe(filled, visit, seen):
    app = visit("export")
    app.text_input(key="person").set_value("ann").run()
    app.text_area(key="export_note").set_value("for <b>us</b>").run()
    assert app.button(key="approve").label == "Approve and write 3 samples as ann"
    job = _approve(app, filled)
    assert (job.state, job.rows) == ("done", 3)
    assert 'href="/download/1"' in seen(app)
    assert "for &lt;b&gt;us&lt;/b&gt;" in seen(app)
    with zipfile.ZipFile(exports.archive(filled, 1)) as archive:
        names = sorted(name.removeprefix("curated/") for name in archive.namelist())
        assert names == [
            "README.md",
            "croissant.json",
            "data/train.json",
            "winnow/accounting.csv",
            "winnow/images.txt",
            "winnow/manifest.json",
            "winnow/recipe.json",
            "winnow/samples.txt",
        ]
        manifest = orjson.loads(archive.read("curated/winnow/manifest.json"))
        rows = orjson.loads(archive.read("curated/data/train.json"))
    assert manifest["status"] == "approved"
    assert manifest["samples"] == len(rows)
    assert manifest["approval"] == {"who": "ann", "note": "for <b>us</b>"}


def test_approve__without_a_name_is_not_possible(filled, visit):
    app = visit("export")
    app.text_input(key="person").set_value(" ").run()
    assert app.button(key="approve").disabled
    assert app.button(key="approve").label == "Give your name to approve"


def test_approve__while_a_metric_of_the_recipe_is_scored__is_refused_until_confirmed(scored, visit, monkeypatch):
    monkeypatch.setattr(exports, "unfinished", lambda *_: ["Response length"])
    app = visit("export")
    app.button(key="approve").click().run()
    assert "Response length is still being scored" in app.error[0].value
    assert exports.jobs(scored) == []
    app.checkbox(key="export_anyway").check().run()
    assert _approve(app, scored).state == "done"


def test_unfinished__names_metrics_of_the_recipe_only_while_scoring(filled):
    recipe = board.default(filled)
    assert exports.unfinished(filled, recipe) == []


def test_approve__into_a_folder__inside_the_workspace_or_with_other_things_is_refused(filled, visit, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "manifest.json").write_text("{}")
    (tmp_path / "thesis" / "thesis.txt").write_text("years of work")
    app = visit("export")
    for folder, why in (
        ("relative/path", "Give the whole path"),
        (str(filled.workspace.folder / "mine"), "inside the workspace"),
        (str(tmp_path), "holds it"),
        (str(tmp_path / "thesis"), "not an export of Winnow"),
    ):
        app.text_input(key="export_folder").set_value(folder).run()
        app.button(key="approve").click().run()
        assert why in app.error[0].value.replace("\\", ""), folder
    assert exports.jobs(filled) == []
    assert (tmp_path / "thesis" / "thesis.txt").read_text() == "years of work"
    app.text_input(key="export_folder").set_value(str(tmp_path / "out")).run()
    assert _approve(app, filled).state == "done"
    assert (tmp_path / "out" / "data" / "train.json").is_file()
    assert exports.archive(filled, 1).parent == filled.workspace.exports
    assert str(tmp_path / "out") in [code.value for code in app.code]


def test_past__folder_that_now_holds_another_export__is_said(filled, visit, seen, tmp_path):
    app = visit("export")
    app.text_input(key="export_folder").set_value(str(tmp_path / "out")).run()
    _approve(app, filled)
    app.number_input(key="quota_total").set_value(2).run()
    _approve(app, filled)
    past = [(one.export_no, one.samples, one.folder_present) for one in exports.past(filled)]
    assert past == [(2, 2, True), (1, 3, False)]
    assert "holds another" in seen(app)
    with pytest.raises(ExportError, match="no longer in its folder"):
        exports.compare(filled, 1, 2)


def test_compare__rows_added_and_removed(filled, visit):
    app = visit("export")
    app.number_input(key="quota_total").set_value(2).run()
    _approve(app, filled)
    app.number_input(key="quota_total").set_value(None).run()
    _approve(app, filled)
    found = exports.compare(filled, 1, 2)
    assert (found.added, found.removed, found.same) == (1, 0, 2)
    assert found.tasks["added"].sum() == 1
    assert any(line.startswith("quota: ") for line in found.recipes)
    app.run()
    assert any("**1** rows added, **0** removed, 2 in both" in one.value for one in app.markdown)


def test_floors__that_cannot_be_met__are_lowered_by_a_button(filled, visit):
    app = visit("export")
    task = board.current(filled).snapshot.tasks[0]
    board.keep(filled, Recipe(quota=Quota(limits=(Limit("task", task, at_least=50),))))
    app.run()
    assert any("1 floor cannot be met" in one.value for one in app.markdown)
    assert any("50 wanted" in one.value for one in app.markdown)
    app.button(key="relax_0_0").click().run()
    assert app.session_state["recipe"].quota.limits == (Limit("task", task, at_least=6),)
    assert not any("cannot be met" in one.value for one in app.markdown)


def test_preview__left_out_samples_carry_their_reasons(filled, visit, seen):
    app = visit("export")
    app.button_group(key="export_view").set_value("In and out").run()
    app.button_group(key="preview_side").set_value("Left out").run()
    assert "✕ empty response" in seen(app)
    assert "&lt;script&gt;" in seen(app) or "alert" not in seen(app)
    assert any(option.startswith("empty response") for option in _plain(app.selectbox(key="preview_cause").options))


def _plain(options):
    return [option.replace("\\", "") for option in options]


def test_edits__are_counted_and_shown(filled, visit, seen):
    key = board.current(filled).snapshot.samples["key"][5]
    decision_log.decide(
        filled.workspace, "ann", "turn", decision_keys.turn(key, 0), "edit", {"response": "A <i>blue</i> cup."}
    )
    app = visit("export")
    app.button_group(key="export_view").set_value("Edits").run()
    assert any("1 row leaves with edits by people" in one.value for one in app.markdown)
    assert "&lt;" in seen(app).split('<ins class="w-new">', 1)[1]
    assert "<i>blue" not in seen(app)


def test_axes__with_complexity_and_a_map_that_is_not_there(scored, visit, seen):
    app = visit("export")
    app.button_group(key="quota_axes").set_value(["task", "cluster", "complexity"]).run()
    assert app.session_state["recipe"].quota.axes == ("task", "cluster", "complexity")
    assert any("not computed" in one.value for one in app.warning)
    assert "Complexity" in seen(app)
    assert app.selectbox(key="quota_complexity").value == "visual_complexity"


def test_table__takes_numbers_that_belong_to_an_axis_and_no_message_twice():
    said = [
        {"id": 1, "axis": "task", "value": "counting", "side": "floor", "number": 20},
        {"id": 2, "axis": "task", "value": "counting", "side": "cap", "number": 30},
        {"id": 3, "axis": "dataset", "value": "", "side": "cap", "number": 99},
        {"id": 4, "axis": "colour", "value": "red", "side": "cap", "number": 1},
        {"id": 5, "axis": "task", "value": "counting", "side": "cap", "number": -1},
        {"id": 6, "axis": "task", "value": "counting", "side": "cap", "number": "7"},
        "nonsense",
    ]
    recipe, heard = quota_table.with_edits(Recipe(), said, 0)
    assert heard == 6
    assert recipe.quota.caps == {"counting": 30}
    assert recipe.quota.limits == (Limit("task", "counting", at_least=20), Limit("dataset", "", at_most=99))
    assert quota_table.with_edits(recipe, said, heard) == (recipe, 6)
    assert quota_table.with_edits(recipe, None, 0) == (recipe, 0)


def test_name__that_cannot_be_a_file_is_refused(filled, visit):
    app = visit("export")
    app.text_input(key="export_name").set_value("../../etc").run()
    assert "is no name for a split" in app.error[0].value.replace("\\", "")
    assert app.session_state["recipe"].name == "curated"


def test_archive__of_an_unknown_export_is_none(filled):
    assert exports.archive(filled, 7) is None


def test_indicators__diversity_is_computed_on_demand_only(scored, visit):
    app = visit("export")
    app.button_group(key="export_view").set_value("Indicators").run()
    kept = "SELECT count(*) FROM indicator"
    assert scored.workspace.store.one(kept) == 0
    app.button(key="all_indicators").click().run()
    assert scored.workspace.store.one(kept) > 0
    app.run()
    assert not [button for button in app.button if button.key == "all_indicators"]


def _lrv(owner, tmp_path):
    path = tmp_path / "lrv.json"
    Image.new("RGB", (8, 8), "red").save(tmp_path / "7.jpg")
    path.write_bytes(orjson.dumps([{"image_id": "7", "question": "Q <b>?", "answer": "A.", "task": "negative"}]))
    importer.import_file(owner.workspace, path)


def test_form__mixed_formats__one_for_all_is_suggested_and_taken(filled, visit, tmp_path):
    _lrv(filled, tmp_path)
    app = visit("export")
    assert any("came in 2 formats: LLaVA conversations (3), LRV" in one.value.replace("\\", "") for one in app.info)
    app.button(key="form_suggested").click().run()
    assert app.selectbox(key="form_format").value == "llava"
    assert not app.info


def test_form__preview__shows_files_rows_as_text_and_fields_that_are_left_behind(filled, visit, seen, tmp_path):
    _lrv(filled, tmp_path)
    app = visit("export")
    app.button_group(key="export_view").set_value("Files").run()
    assert "data/train-lrv.json" in app.code[0].value
    assert any("Nothing is left behind" in one.value for one in app.caption)
    app.selectbox(key="form_format").set_value("swift").run()
    app.radio(key="form_images").set_value("copy").run()
    files = app.code[0].value
    assert files.splitlines() == ["data/train.jsonl", "data/images/"]
    assert any('"messages"' in one.value and "Q <b>?" in one.value for one in app.code)
    assert "Q &lt;b&gt;?" in seen(app)
    assert 'alt="images/1.jpg"><figcaption' in seen(app)
    assert "<code>task</code>" in seen(app)


def test_form__chosen__is_what_is_approved_and_said_of_past_exports(filled, visit, seen):
    key = board.current(filled).snapshot.samples["key"][0]
    decision_log.decide(filled.workspace, "ann", "sample", key, "approve")
    app = visit("export")
    assert app.checkbox(key="form_pairs_dpo").disabled
    app.selectbox(key="form_format").set_value("swift").run()
    app.radio(key="form_images").set_value("copy").run()
    app.checkbox(key="form_pairs_kto").check().run()
    assert _approve(app, filled).state == "done"
    with zipfile.ZipFile(exports.archive(filled, 1)) as archive:
        manifest = orjson.loads(archive.read("curated/winnow/manifest.json"))
        names = {name.removeprefix("curated/") for name in archive.namelist()}
        card = archive.read("curated/README.md").decode()
    assert names >= {"data/train.jsonl", "data/train-kto.jsonl", "data/images/0.jpg"}
    assert (manifest["format"], manifest["images"]["form"], manifest["not_carried"]) == ("swift", "copy", {})
    assert "ms-swift messages, images copied beside the rows" in card
    assert "ms-swift messages, images copied beside the rows" in seen(app)


def test_splits__chosen__are_in_the_recipe_and_in_the_files(filled, visit):
    app = visit("export")
    app.selectbox(key="split_by").set_value("image").run()
    assert app.session_state["recipe"].splits.shares == {"train": 0.9, "validation": 0.05, "test": 0.05}
    app.number_input(key="split_validation").set_value(0).run()
    app.number_input(key="split_test").set_value(40).run()
    assert app.session_state["recipe"].splits.shares == {"train": 0.6, "test": 0.4}
    app.number_input(key="split_validation").set_value(60).run()
    assert "The share of the split train" in app.error[0].value
    assert app.session_state["recipe"].splits.shares == {"train": 0.6, "test": 0.4}
    assert _approve(app, filled).state == "done"
    with zipfile.ZipFile(exports.archive(filled, 1)) as archive:
        counts = [len(orjson.loads(archive.read(f"curated/data/{name}.json"))) for name in ("train", "test")]
    assert sum(counts) == 3
    assert min(counts) > 0
    app.selectbox(key="split_by").set_value("none").run()
    assert app.session_state["recipe"].splits.shares == {}


def test_approve__reviewers_differ__is_refused_until_confirmed(filled, visit):
    key = board.current(filled).snapshot.samples["key"][0]
    decision_log.decide(filled.workspace, "bob", "sample", key, "reject")
    decision_log.decide(filled.workspace, "ann", "sample", key, "approve")
    app = visit("export")
    app.button(key="approve").click().run()
    assert "reviewers differ about 1 sample" in app.error[0].value
    assert exports.jobs(filled) == []
    app.checkbox(key="only_approved").check().run()
    assert app.button(key="approve").label.startswith("Approve and write 1 sample as")
    app.checkbox(key="export_anyway").check().run()
    assert _approve(app, filled).state == "done"


def test_selection__of_a_tag__is_what_may_go_out_and_can_be_taken_back(filled, visit, seen):
    keys = board.current(filled).snapshot.samples["key"].to_list()
    for key in keys[1:3]:
        decision_log.decide(filled.workspace, "ann", "tag", decision_keys.tag(key, "kitchen"), "add")
    app = visit("export")
    app.selectbox(key="selection_kind").set_value("tag").run()
    app.selectbox(key="selection_choice_tag").set_value("kitchen").run()
    assert app.button(key="selection_take").label == "Only these 2 samples"
    app.button(key="selection_take").click().run()
    assert app.session_state["recipe"].selection.keys == tuple(keys[1:3])
    assert f"Only **2 samples** may go out: tag “kitchen”. {len(keys) - 2} are outside." in seen(app)
    assert "outside the selection" in seen(app)
    decision_log.decide(filled.workspace, "ann", "tag", decision_keys.tag(keys[1], "kitchen"), "remove")
    app.run()
    assert app.button(key="approve").label.startswith("Approve and write 2 samples")
    assert _approve(app, filled).rows == 2
    app.button(key="selection_clear").click().run()
    assert app.session_state["recipe"].selection is None


def test_selection__queues_that_there_are__can_be_taken(filled, visit, seen):
    key = board.current(filled).snapshot.samples["key"][1]
    for who, verdict in (("ann", "approve"), ("bob", "reject")):
        decision_log.decide(filled.workspace, who, "sample", key, verdict)
    app = visit("export")
    app.selectbox(key="selection_kind").set_value("queue").run()
    app.selectbox(key="selection_choice_queue").set_value("disagreed").run()
    app.button(key="selection_take").click().run()
    assert app.session_state["recipe"].selection == SampleSelection("queue “Reviewers disagree”", (key,))


def test_other_tools__what_would_go_out__is_written_in_the_background(filled, visit, tmp_path):
    app = visit("export")
    app.button_group(key="export_view").set_value("Other tools").run()
    app.selectbox(key="hand_tool").set_value("label_studio").run()
    app.text_input(key="hand_folder").set_value("relative").run()
    app.button(key="hand_over").click().run()
    assert "Give the whole path" in app.error[0].value
    app.text_input(key="hand_folder").set_value(str(tmp_path / "tasks")).run()
    assert app.button(key="hand_over").label == "Write 3 samples for Label Studio"
    app.button(key="hand_over").click().run()
    deadline = time.monotonic() + 60
    while any(job.is_open for job in exports.jobs(filled)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert exports.jobs(filled)[0].message.startswith(f"3 samples for Label Studio are in {tmp_path / 'tasks'}.")
    assert len(orjson.loads((tmp_path / "tasks" / "tasks.json").read_bytes())) == 3
