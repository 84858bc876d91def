"""The ingest page: imports by path, uploads, outcomes that add up, and clear errors."""

import io
import shutil
import threading
import time
import zipfile
from pathlib import Path

import orjson
from PIL import Image

from curation.evaluation_sets import named
from curation.filtering import snapshot as snapshots
from curation.formats import registry
from curation.importing import importer
from curation.maintenance import history
from curation.views.ingest import ingest
from curation.workspace import open_workspace
from storage import datasets, samples


def _import(app):
    next(button for button in app.button if button.label == "Import").click().run()


def _finished(owner):
    deadline = time.monotonic() + 30
    while any(job.is_open for job in owner.jobs) and time.monotonic() < deadline:
        time.sleep(0.05)
    return owner.jobs[-1]


def test_import_by_path__shows_an_outcome_for_every_row(owner, dataset, visit, seen):
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(dataset))
    _import(app)
    assert _finished(owner).state == "done"
    app.run()
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures == {"Rows in the file": "7", "Imported": "6", "Rejected": "1"}
    assert "Total" in seen(app)
    assert app.dataframe[0].value["row_index"].to_list() == [6]


def test_wrong_path__is_said_in_a_sentence(owner, tmp_path, visit):
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(tmp_path / "no_such *file*.json"))
    _import(app)
    assert "There is no dataset at" in app.error[0].value
    assert r"\*file\*" in app.error[0].value
    assert owner.jobs == []


def test_a_file_that_is_no_dataset__fails_with_the_reason(owner, tmp_path, visit):
    path = tmp_path / "notes.json"
    path.write_text("hello")
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(path))
    _import(app)
    assert _finished(owner).state == "failed"
    app.run()
    assert "it isn't one of" in app.error[0].value


def test_uploaded_zip__brings_its_pictures(owner, dataset):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(dataset.parent.rglob("*.*")):
            archive.write(path, path.relative_to(dataset.parent))
    buffer.seek(0)
    ingest.start_upload(owner, "tiny.zip", buffer)
    assert _finished(owner).message.startswith("tiny: 6 of 7 rows imported")
    assert ("At the path the row names", 4) in ingest.dataset(owner, "tiny").found_by.rows()


def _swift(path, *rows):
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


def _messages(question, answer, **more):
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}], **more}


def _start(visit, path, **fields):
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(path))
    for key, value in fields.items():
        found = [one for one in (*app.text_input, *app.text_area, *app.toggle, *app.selectbox) if one.key == key]
        found[0].set_value(value)
    _import(app)
    return app


def test_formats__are_listed_from_the_code_with_who_uses_them_and_an_example(visit, seen):
    app = visit("ingest")
    text = seen(app)
    for dataset_format in registry.formats().values():
        assert dataset_format.title in text
    assert "WebDataset tar shards" in text
    assert "zip files" in text
    assert not app.code
    app.selectbox(key="format_example").set_value("swift").run()
    assert app.code[0].value.startswith('{"messages"')


def test_two_formats_fit__the_page_asks_and_goes_on_with_the_chosen_one(owner, tmp_path, visit):
    path = _swift(tmp_path / "plain.jsonl", _messages("Hello", "Hello!", objects={"bbox": [[1, 2, 3, 4]]}))
    app = _start(visit, path)
    job = _finished(owner)
    assert job.state == "asks"
    assert set(job.choices) >= {"swift", "openai"}
    app.run()
    assert not app.error
    assert any("which format are its rows in" in one.value for one in app.markdown)
    app.button(key=f"answer_{job.number}_swift").click().run()
    assert _finished(owner).message == "plain: 1 of 1 row imported."
    assert job.state == "answered"
    assert owner.answer(job, "openai") is None
    assert datasets.by_name(owner.workspace.store, "plain")["format"] == "swift"


def test_meta_file__brings_every_set_that_it_names_in_one_job(owner, tmp_path, visit, seen):
    (tmp_path / "pics").mkdir()
    Image.new("RGB", (8, 8), "red").save(tmp_path / "pics" / "1.png")
    row = {"id": 1, "image": "1.png", "width": 8, "height": 8}
    said = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "Red."}]
    for name in ("one", "two"):
        _swift(tmp_path / f"{name}.jsonl", row | {"id": name, "conversations": said})
    meta = {name: {"root": "pics", "annotation": f"{name}.jsonl", "length": 1} for name in ("one", "two")}
    (tmp_path / "meta.json").write_bytes(orjson.dumps(meta))
    app = _start(visit, tmp_path / "meta.json")
    job = _finished(owner)
    assert [report.dataset for report in job.reports] == ["one", "two"]
    app.run()
    assert app.success[0].value.replace("\\", "") == "one: 1 of 1 row imported. two: 1 of 1 row imported."


def test_folder_of_pictures__comes_in_by_its_path_and_links_out_of_it_only_when_asked(owner, tmp_path, visit):
    home = tmp_path / "folder"
    home.mkdir()
    Image.new("RGB", (8, 8), "red").save(tmp_path / "elsewhere.png")
    (home / "a.png").symlink_to(tmp_path / "elsewhere.png")
    (home / "metadata.csv").write_text("file_name,text\na.png,A red field.\n")
    _start(visit, home)
    assert _finished(owner).reports[0].found_by == {"linked_outside": 1}
    _start(visit, home, import_name="followed", import_images=str(home), import_links=True)
    assert _finished(owner).state == "done"


def test_images__come_from_an_archive_that_the_form_names(owner, dataset, tmp_path, visit):
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        for path in sorted((dataset.parent / "images").iterdir()):
            archive.write(path, path.name)
    _start(visit, dataset, import_images=str(tmp_path / "pictures.zip"))
    assert _finished(owner).reports[0].found_by["exact"] == 4


def test_path_that_is_none__is_said(owner, visit):
    app = _start(visit, "~nobody-at-all/x.json")
    assert "is no path" in app.error[0].value
    app = _start(visit, "\0")
    assert "There is no dataset at" in app.error[0].value
    assert owner.jobs == []


def test_rejected_rows__are_said_in_plain_words(owner, dataset, visit):
    app = _start(visit, dataset)
    _finished(owner)
    app.run()
    assert app.dataframe[0].value["outcome"].to_list() == ["No conversation in the row"]


def _pressed(app, label):
    (button,) = [button for button in app.button if button.label == label]
    button.click().run()


def test_datasets__rename__is_listed_with_its_author(owner, dataset, visit, seen):
    ingest.start(owner, str(dataset))
    _finished(owner)
    app = visit("ingest")
    app.text_input(key="rename_to").set_value("other *name*")
    _pressed(app, "Rename")
    assert _finished(owner).message == "tiny is called other *name* now."
    app.run()
    assert [event.act for event in history.newest(owner.workspace)] == ["rename"]
    assert app.selectbox(key="act_dataset").options == ["other *name*"]


def test_datasets__a_name_that_is_taken__is_said(owner, dataset, visit):
    ingest.start(owner, str(dataset))
    _finished(owner)
    app = visit("ingest")
    _pressed(app, "Rename")
    assert app.error[0].value == "Enter a name for the dataset\\."


def test_datasets__moved_images__preview_then_relink(owner, dataset, visit):
    ingest.start(owner, str(dataset))
    _finished(owner)
    moved = (dataset.parent / "images").rename(dataset.parent / "moved")
    app = visit("ingest")
    app.text_input(key="relink_to").set_value(str(moved))
    _pressed(app, "Check first")
    message = _finished(owner).message
    assert "4 images are where they are looked for, 1 are not there." in message
    assert message.endswith("Not there: gone.jpg. A preview: nothing was changed.")
    app.run()
    _pressed(app, "Relink")
    assert "Nothing" not in _finished(owner).message
    assert {Path(path).parent for path in samples.images(owner.workspace.store)["path"]} == {moved}


def test_datasets__delete_restore_and_remove_for_good(owner, dataset, visit):
    ingest.start(owner, str(dataset))
    _finished(owner)
    app = visit("ingest")
    _pressed(app, "Delete")
    assert _finished(owner).message == "tiny is deleted: 6 samples. Restore brings them back."
    assert datasets.listing(owner.workspace.store).is_empty()
    app = visit("ingest")
    _pressed(app, "Restore")
    assert _finished(owner).message == "tiny is back: 6 samples."
    app = visit("ingest")
    _pressed(app, "Delete")
    _finished(owner)
    app = visit("ingest")
    app.button(key="compact").click().run()
    assert _finished(owner).message.startswith("6 samples, ")
    assert visit("ingest").button


def test_datasets__newer_file__compare_then_re_import(owner, dataset, visit):
    ingest.start(owner, str(dataset))
    _finished(owner)
    rows = orjson.loads(dataset.read_bytes())
    rows[1]["conversations"][1]["value"] = "Yes, there is one."
    newer = dataset.with_name("newer.json")
    newer.write_bytes(orjson.dumps(rows[:-2]))
    app = visit("ingest")
    app.text_input(key="reimport_from").set_value(str(newer))
    _pressed(app, "Compare")
    assert _finished(owner).message.startswith("tiny: 4 unchanged, 1 changed, 0 new, 1 gone")
    assert datasets.totals(owner.workspace.store)["samples"] == 6
    app.run()
    _pressed(app, "Re-import")
    assert "nothing was changed" not in _finished(owner).message
    assert datasets.totals(owner.workspace.store)["samples"] == 5


def test_datasets__scores_from_a_table__become_a_metric_of_the_thresholds(owner, dataset, visit, seen):
    ingest.start(owner, str(dataset))
    _finished(owner)
    table = dataset.with_name("influence.csv")
    table.write_text("id,influence\ns1,0.5\ns2,0.25\nnobody,1\n")
    app = visit("ingest")
    app.text_input(key="scores_from").set_value(str(table))
    app.selectbox(key="scores_bad_when").set_value("low")
    _pressed(app, "Import scores")
    assert _finished(owner).message == (
        "2 of 3 rows matched; metrics: influence. 1 row names no sample or turn here (nobody)."
    )
    assert snapshots.build(owner.workspace).values["influence"].histogram.sum() == 2
    columns = seen(visit("runs"))
    assert "Influence" in columns
    assert "imported" in columns


def test_evaluation_set__is_compared__and_removed(owner, dataset, visit, seen):
    ingest.start(owner, str(dataset))
    _finished(owner)
    bench = dataset.with_name("bench.jsonl")
    bench.write_text('{"question": "Is there a cat?"}')
    app = visit("ingest")
    app.text_input(key="evaluation_set_from").set_value(str(bench))
    app.text_input(key="evaluation_set_name").set_value("Bench")
    _pressed(app, "Add evaluation set")
    assert _finished(owner).message == "Bench (0 pictures, 1 question) is compared with the samples."
    app = visit("ingest")
    (button,) = [button for button in app.button if str(button.key).startswith("remove_set_")]
    assert "Bench" in seen(app)
    button.click().run()
    assert not named.listing(owner.workspace)


def test_datasets__split_and_merge(owner, dataset, visit):
    ingest.start(owner, str(dataset))
    _finished(owner)
    app = visit("ingest")
    app.text_input(key="split_into").set_value("few")
    app.text_area(key="split_ids").set_value("s1\ns2")
    _pressed(app, "Split")
    assert _finished(owner).message == "tiny: 4 samples, few: 2 samples."
    app = visit("ingest")
    app.selectbox(key="act_dataset").set_value("tiny").run()
    _pressed(app, "Merge")
    assert _finished(owner).message == "tiny: 6 samples."


def test_datasets__merge_another_workspace(owner, dataset, visit, tmp_path):
    other = open_workspace(tmp_path / "other")
    importer.import_file(other, dataset)
    other.close()
    app = visit("ingest")
    app.text_input(key="merge_workspace").set_value(str(other.folder))
    _pressed(app, "Merge workspace")
    assert _finished(owner).message.startswith("0 samples matched, 6 are new in tiny (6)")


def _button(app, key):
    return next(button for button in app.button if button.key == key)


def test_import_button__is_disabled_while_its_import_waits_or_runs_and_another_file_can_follow(
    owner, dataset, tmp_path, visit
):
    may_end = threading.Event()
    owner.in_turn("Something before", "before", lambda _: str(may_end.wait(30)))
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(dataset)).run()
    assert not _button(app, "import_start").disabled
    _button(app, "import_start").click().run()
    _button(app, "import_demo").click().run()
    assert _button(app, "import_start").disabled
    assert _button(app, "import_start").label == "Importing …"
    assert _button(app, "import_demo").disabled
    other = shutil.copy(dataset, tmp_path / "other.json")
    app.text_input(key="import_file").set_value(str(other)).run()
    assert not _button(app, "import_start").disabled
    app.text_input(key="import_file").set_value(str(dataset)).run()
    assert _button(app, "import_start").disabled
    assert [job.title for job in owner.jobs] == ["Something before", "Import tiny.json", "Import the demo set"]
    may_end.set()
    _finished(owner)
    app.run()
    assert not _button(app, "import_start").disabled
    assert _button(app, "import_start").label == "Import"
