"""What the views of single kinds of flags rest on: raw rows, sentences, distributions, detector boxes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import polars as pl
import pytest
from support import row

from curation.flags import mismatch
from curation.flags.claims import Claim
from curation.importing.importer import import_file
from curation.views.flags import inspection
from curation.views.sample import raw_row
from curation.views.thresholds import distribution
from curation.workspace import Workspace, metric_settings
from storage import scores
from storage.store import append_frame


@pytest.mark.parametrize(
    ("kind", "messages", "odd"),
    [
        (
            "role_order",
            [("gpt", "A."), ("human", "B?")],
            ["the conversation starts here, not with the user", "not answered"],
        ),
        (
            "role_order",
            [("human", "A?"), ("human", "B?"), ("gpt", "C.")],
            ["", "the same role as the message before", ""],
        ),
        ("empty_response", [("human", "A?"), ("gpt", " ")], ["", "empty"]),
        ("empty_instruction", [("human", "<image>"), ("gpt", "B.")], ["empty", ""]),
        ("image_token_count", [("human", "<image> <image> A?"), ("gpt", "B.")], ["2 × <image>", ""]),
        ("leakage", [("human", ""), ("gpt", "B.")], ["", ""]),
    ],
)
def test_rawrow__marks_the_offending_messages(kind: str, messages: list[tuple[str, str]], odd: list[str]) -> None:
    raw = orjson.dumps({"id": 1, "conversations": [{"from": who, "value": text} for who, text in messages]}).decode()
    found = raw_row.read(raw, "llava", kind)
    assert found is not None
    assert [one.odd for one in found.messages] == odd


def test_rawrow__of_an_unknown_format_or_damaged__is_none() -> None:
    assert raw_row.read("{}", "no such format", "role_order") is None
    assert raw_row.read("{", "llava", "role_order") is None


FLAG = {"turn_index": 0, "start_char": None, "end_char": None, "score": None}
RESPONSE = "A dog sits here. A cat and a cow stand there."


def test_worst_sentence__is_the_one_with_the_smallest_share_of_known_objects() -> None:
    said = [
        Claim(0, 2, 5, "dog", "supported"),
        Claim(0, 19, 22, "cat", "unsupported"),
        Claim(0, 29, 32, "cow", "supported"),
    ]
    found = mismatch.worst_sentence(RESPONSE, FLAG, said)
    assert found is not None
    assert (found.text, found.why) == ("A cat and a cow stand there.", "1 of 2 objects that it names are known.")


def test_worst_sentence__is_where_the_flag_points__or_none() -> None:
    found = mismatch.worst_sentence(RESPONSE, FLAG | {"start_char": 0, "end_char": 16, "score": 12.34}, [])
    assert found is not None
    assert found.text == "A dog sits here."
    assert "12.3" in found.why
    assert mismatch.worst_sentence(RESPONSE, FLAG, []) is None


@pytest.fixture
def owner(workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path]) -> Any:
    """Five samples with a picture of 320 by 240 pixels each."""
    for number in range(5):
        photo(f"{number}.png", number)
    import_file(workspace, llava([row(f"What is {number}?", "A dog.", image=f"{number}.png") for number in range(5)]))
    return SimpleNamespace(workspace=workspace)


def test_distribution__place_of_a_value_and_its_neighbours(owner: Any) -> None:
    store = owner.workspace.store
    column = metric_settings.columns(owner.workspace)["image_readability"]
    rows = [
        ("image", no, column.name, column.version, value, None, None, 1)
        for no, value in enumerate((0.9, 0.2, 0.5, 0.8))
    ]
    frame = pl.DataFrame(
        rows, schema=list(scores.COLUMNS), orient="row", schema_overrides={"label": pl.String, "error": pl.String}
    )
    with store.transaction("scores") as cursor:
        scores.append(cursor, frame)
    found = distribution.of(owner, "image_readability", 2)
    assert found is not None
    assert (found.value, found.lower, found.higher, sum(found.counts)) == (0.5, 0.25, 0.5, 4)
    assert [(one.sample_no, one.value, one.row) for one in found.neighbours] == [(1, 0.2, 1), (3, 0.8, 3), (0, 0.9, 0)]
    assert [one.image_no for one in found.neighbours] == [1, 3, 0]
    assert distribution.of(owner, "image_readability", 4) is None
    assert distribution.of(owner, "no such metric", 2) is None


def test_detector_boxes__as_shares_and_believed_from_the_threshold_on(owner: Any) -> None:
    objects = [
        {"name": "dog", "confidence": 0.8, "box": [32, 24, 160, 120], "always": True},
        {"name": "cat", "confidence": 0.06, "box": [0, 0, 320, 240], "always": False},
    ]
    value = orjson.dumps({"mentioned": ["dog"], "images": [{"image_no": 1, "objects": objects}]}).decode()
    schema = {
        "feature": pl.String,
        "version": pl.String,
        "subject_no": pl.Int32,
        "value": pl.String,
        "run_no": pl.Int32,
    }
    with owner.workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "feature_value", pl.DataFrame([("detections", "2", 1, value, 1)], schema, orient="row"))
    inspected = inspection.inspected_samples(owner, [1])[1]
    dog, cat = inspected.boxes
    assert (dog.x, dog.y, dog.width, dog.height, dog.by, dog.sure) == (0.1, 0.1, 0.4, 0.4, "detector", True)
    assert (cat.label, cat.sure) == ("cat", False)
    assert inspection.touching(inspected, Claim(0, 2, 5, "puppy", "unsure", names=("dog", "puppy"))) == [0]
