"""Failures in groups, and how they are tried again."""

import polars as pl
import pytest
from support import row

from curation.importing import importer
from curation.runs import failures
from curation.workspace import score_columns
from storage import scores

SCHEMA = dict(
    zip(
        scores.COLUMNS,
        (pl.String, pl.Int32, pl.String, pl.String, pl.Float64, pl.String, pl.String, pl.Int32),
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("FileNotFoundError: [Errno 2] No such file: '/data/a b.jpg'", "FileNotFoundError: [Errno …] No such file: …"),
        ("OSError: cannot open /data/coco/12.jpg", "OSError: cannot open …"),
        ("ValueError: 3 values for 1,024 items", "ValueError: … values for … items"),
        ("out of memory", "out of memory"),
    ],
)
def test_sentence__leaves_particulars_out(error, said):
    assert failures.sentence(error) == said


@pytest.fixture
def failed(workspace, llava):
    """Nine turns on three samples; seven failed in two ways, and one of them worked later."""
    rows = [row(*[text for turn in range(3) for text in (f"q {n} {turn}", "a")]) for n in range(3)]
    importer.import_file(workspace, llava(rows))
    version = score_columns.columns()["response_length"].version
    key = ("turn", "response_length", version)
    found = [(key[0], n, key[1], key[2], None, None, f"KeyError: '{n}'", 1) for n in range(6)]
    found += [(key[0], 7, key[1], key[2], None, None, "out of memory", 1), (key[0], 5, *key[1:], 4.0, None, None, 2)]
    with workspace.store.transaction("scores") as cursor:
        scores.append(cursor, pl.DataFrame(found, schema=SCHEMA, orient="row"))
    return workspace


def test_groups__by_what_went_wrong__most_first_with_their_samples(failed):
    found = failures.groups(failed)
    assert [(one.sentence, one.count) for one in found] == [("KeyError: …", 5), ("out of memory", 1)]
    assert [(item.sample_no, item.row, item.text) for item in found[0].items][:2] == [(0, 0, "q 0 0"), (0, 0, "q 0 1")]
    assert found[0].items[1].error == "KeyError: '1'"
    assert failures.count(failed) == 6


def test_again__names_the_samples_of_turns(failed):
    many, one = failures.groups(failed)
    assert failures.again(failed, many)["response_length"].tolist() == [0, 1]
    assert failures.again(failed, one)["response_length"].tolist() == [2]


def test_groups__of_a_version_that_is_not_in_use__are_left_out(failed):
    with failed.store.transaction("scores") as cursor:
        row = ("turn", 8, "response_length", "0", None, None, "an old one", 1)
        scores.append(cursor, pl.DataFrame([row], schema=SCHEMA, orient="row"))
    assert failures.count(failed) == 6
