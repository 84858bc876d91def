"""Fields that a conversion leaves behind are named and counted, and nothing that goes along is."""

import numpy as np
import orjson
import pytest

from curation.exporting import field_loss
from curation.exporting.field_loss import Shape
from curation.exporting.form import Form
from curation.formats import registry
from curation.importing.importer import import_file

SAID = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A dog."}]


def _rows(folder, name, rows):
    path = folder / f"{name}.json"
    path.write_bytes(orjson.dumps(rows))
    return path


@pytest.fixture
def imported(workspace, tmp_path):
    one = [{"id": str(at), "image": "a.png", "conversations": SAID, "source": "web", "empty": ""} for at in range(3)]
    one.append({"id": "x", "conversations": [{**SAID[0], "loss": 0.5}, SAID[1]], "width_of": 3})
    two = [{"image_id": "7", "question": "Q?", "answer": "A.", "task": "negative"}]
    import_file(workspace, _rows(tmp_path, "one", one))
    import_file(workspace, _rows(tmp_path, "two", two))
    return field_loss.shapes(workspace, range(5))


def test_not_carried__counts_fields_by_dataset(imported):
    assert field_loss.not_carried(imported, Form("swift")) == {
        "one": {"source": 3, "(image marks without an image)": 1, "conversations.loss": 1, "width_of": 1},
        "two": {"task": 1},
    }


def test_not_carried__only_among_the_given(imported):
    among = np.array([True, False, False, False, False])
    assert field_loss.not_carried(imported, Form("swift"), among) == {"one": {"source": 1}}


def test_shapes__of_rows_under_their_own_names_are_those_of_what_they_hold():
    dataset_format = registry.named("mimic_it")
    row = orjson.dumps({"LA_1": {"instruction": "Q?", "answer": "A.", "image_ids": ["i"], "rel_ins_ids": ["LA_2"]}})
    fields = field_loss._fields(orjson.loads(row))
    assert fields == {"instruction", "answer", "image_ids", "rel_ins_ids"}
    assert field_loss.lost(Shape("d", dataset_format.name, fields, row.decode()), Form("llava")) == ("rel_ins_ids",)


def test_shapes__more_kinds_of_rows_than_are_tried__count_as_the_first(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(field_loss, "MOST_SHAPES", 2)
    rows = [{"id": str(at), "conversations": SAID, f"extra{at}": 1} for at in range(4)]
    import_file(workspace, _rows(tmp_path, "odd", rows))
    found = field_loss.shapes(workspace, range(4))
    assert found.codes.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("target", registry.writers())
def test_lost__texts_and_images_never_are_and_boxes_only_without_a_place(target):
    said = [{"role": "user", "content": "<image>Describe the image."}, {"role": "assistant", "content": "A"}]
    raw = orjson.dumps({"messages": said, "images": ["a.jpg"], "objects": {"bbox": [[1, 2, 3, 4]]}})
    lost = field_loss.lost(Shape("d", "swift", field_loss._fields(orjson.loads(raw)), raw.decode()), Form(target))
    assert ("objects" in lost) == (target not in ("swift", "multiinstruct"))
    assert not {"messages", "images", "messages.content"} & set(lost)
