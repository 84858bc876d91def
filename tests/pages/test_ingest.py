"""The ingest page: imports by path, uploads, outcomes that add up, and clear errors."""

import io
import time
import zipfile

import pytest

from curation.views import ingest


def _finished(owner):
    deadline = time.monotonic() + 30
    while any(job.state == "running" for job in owner.jobs) and time.monotonic() < deadline:
        time.sleep(0.05)
    return owner.jobs[-1]


def test_import_by_path__shows_an_outcome_for_every_row(owner, dataset, visit, seen):
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(dataset))
    app.button[0].click().run()
    assert _finished(owner).state == "done"
    app.run()
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures == {"Rows in the file": "7", "Imported": "6", "Rejected": "1"}
    assert "Together" in seen(app)
    assert app.dataframe[0].value["row_index"].to_list() == [6]


def test_wrong_path__is_said_in_a_sentence(owner, tmp_path, visit):
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(tmp_path / "no_such *file*.json"))
    app.button[0].click().run()
    assert "There is no dataset file at" in app.error[0].value
    assert r"\*file\*" in app.error[0].value
    assert owner.jobs == []


def test_a_file_that_is_no_dataset__fails_with_the_reason(owner, tmp_path, visit):
    path = tmp_path / "notes.json"
    path.write_text("hello")
    app = visit("ingest")
    app.text_input(key="import_file").set_value(str(path))
    app.button[0].click().run()
    assert _finished(owner).state == "failed"
    app.run()
    assert "no dataset that Winnow can read" in app.error[0].value


def test_uploaded_zip__brings_its_pictures(owner, dataset):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(dataset.parent.rglob("*.*")):
            archive.write(path, path.relative_to(dataset.parent))
    buffer.seek(0)
    ingest.start_upload(owner, "tiny.zip", buffer)
    assert _finished(owner).message.startswith("tiny: 6 of 7 rows imported")
    assert ("At the path the row names", 4) in ingest.dataset(owner, "tiny").found_by.rows()


@pytest.mark.parametrize("name", ["../out.json", "/elsewhere/out.json"])
def test_uploaded_zip__that_leaves_its_folder_is_refused(owner, name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "[]")
    buffer.seek(0)
    with pytest.raises(ingest.RequestError, match="leave it"):
        ingest.start_upload(owner, "bad.zip", buffer)
