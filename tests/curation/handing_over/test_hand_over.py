"""Samples for other tools: every flag stands on its own words, every picture is there, nothing foreign is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import orjson
import polars as pl
import pytest
from support import lay_out, row

from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.filtering.snapshot import build
from curation.handing_over import hand_over, registry
from curation.handing_over.contract import HandOverError
from curation.importing.importer import import_file
from curation.workspace import Workspace
from storage import flags

Write = Callable[..., Path]
WORDS = "a dog"


@pytest.fixture
def judged(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Three samples: one of two turns with a flag on words of the second, one without its picture, one text only."""
    photo("a b.png")
    rows = [
        row("What is it?", "A cup.", "And there?", "I see a dog — 狗.", image="a b.png"),
        row("What is it?", "A cat.", image="gone.png"),
        row("Who are you?", "Nobody."),
    ]
    import_file(workspace, llava(rows))
    key = build(workspace).samples["key"][0]
    decision_log.decide(workspace, "ann", "sample", key, "reject")
    decision_log.decide(workspace, "ann", "tag", decision_keys.tag(key, "kitchen"), "add")
    on_words = (0, "sample", 0, 1, 6, 11, WORDS, "hallucination", "unsupported", 0.9, "{}", "No dog.", "m", "1", 0)
    whole = (2, "sample", 2, None, None, None, "", "duplicate", "unsure", None, "{}", "Twice.", "m", "1", 0)
    with workspace.store.transaction("samples", "scores") as cursor:
        flags.append(cursor, pl.DataFrame([on_words, whole], schema=list(flags.COLUMNS), orient="row"))
    lay_out(workspace, "map_images", [(0.5, 1.0), (2.0, 3.0), (4.0, 5.0)], [0, 0, -1], {0: "kitchen, stove"})
    return workspace


def _handed(workspace: Workspace, tool: str, folder: Path) -> hand_over.HandedOver:
    snapshot, members = hand_over.members_of(workspace, None, None)
    return hand_over.write(workspace, snapshot, members, registry.named(tool), folder)


@pytest.mark.parametrize("tool", registry.targets())
def test_hand_over__says_how_many_and_how_the_tool_opens_it(judged: Workspace, tmp_path: Path, tool: str) -> None:
    handed = _handed(judged, tool, tmp_path / "out")
    assert handed.samples == 3
    assert "FOLDER" not in handed.lines
    assert handed.lines in (tmp_path / "out" / "README.md").read_text()
    assert _handed(judged, tool, tmp_path / "out").samples == 3, "an earlier one is replaced"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(HandOverError, match="already holds something else"):
        _handed(judged, tool, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_label_studio__flags_stand_on_their_words_and_pictures_are_there(judged: Workspace, tmp_path: Path) -> None:
    handed = _handed(judged, "label_studio", tmp_path / "out")
    assert handed.missing_images == 1
    first, second, third = orjson.loads((tmp_path / "out" / "tasks.json").read_bytes())
    span, verdict = first["predictions"][0]["result"]
    value = span["value"]
    assert (value["text"], value["labels"]) == (WORDS, ["hallucination"])
    assert first["data"]["text"][value["start"] : value["end"]] == WORDS
    assert verdict["value"] == {"choices": ["reject"]}
    assert first["data"]["images"] == ["/data/local-files/?d=images/a%20b.png"]
    assert (tmp_path / "out" / "images" / "a b.png").is_file()
    assert (second["data"]["images"], third["data"]["images"]) == ([], [])
    assert "duplicate" in str(third["predictions"])
    controls = {one.get("name") for one in ElementTree.parse(tmp_path / "out" / "interface.xml").iter()}
    used = {
        one["from_name"] for task in (first, second, third) for some in task["predictions"] for one in some["result"]
    }
    assert used <= controls


def test_argilla__suggestions_answer_questions_that_there_are(judged: Workspace, tmp_path: Path) -> None:
    _handed(judged, "argilla", tmp_path / "out")
    settings = orjson.loads((tmp_path / "out" / ".argilla" / "settings.json").read_bytes())
    records = orjson.loads((tmp_path / "out" / "records.json").read_bytes())
    names = {one["name"] for part in ("fields", "questions", "metadata") for one in settings[part]}
    for record in records:
        assert {*record["fields"], *record["suggestions"], *record["metadata"]} <= names
    (span,) = records[0]["suggestions"]["flags"]["value"]
    assert records[0]["fields"]["text"][span["start"] : span["end"]] == WORDS
    assert records[0]["suggestions"]["verdict"]["value"] == "reject"


def test_fiftyone__a_sample_for_every_picture(judged: Workspace, tmp_path: Path) -> None:
    _handed(judged, "fiftyone", tmp_path / "out")
    dataset = orjson.loads((tmp_path / "out" / "samples.json").read_bytes())
    (sample,) = dataset["samples"]
    assert (tmp_path / "out" / sample["filepath"]).is_file()
    assert (sample["tags"], sample["verdict"]["label"]) == (["kitchen"], "reject")
    assert [one["label"] for one in sample["flags"]["classifications"] if one["reason"] == "No dog."] == [
        "hallucination"
    ]
    assert set(sample) - {"filepath", "tags", "metadata"} <= set(dataset["sample_fields"])


def test_embedding_atlas__has_text_and_places(judged: Workspace, tmp_path: Path) -> None:
    handed = _handed(judged, "embedding_atlas", tmp_path / "out")
    table = pl.read_parquet(tmp_path / "out" / "samples.parquet")
    assert table["map_images_x"].to_list() == [0.5, 2.0, 4.0]
    assert table["map_images_cluster"][0] == "kitchen, stove"
    assert "I see a dog" in table["text"][0]
    assert handed.lines.endswith("--text text --x map_images_x --y map_images_y")


def test_table__has_a_row_for_every_sample_with_decisions_and_flags(judged: Workspace, tmp_path: Path) -> None:
    _handed(judged, "table", tmp_path / "out")
    table = pl.read_parquet(tmp_path / "out" / "samples.parquet")
    assert table["key"].to_list() == build(judged).samples["key"].to_list()
    assert table.row(0, named=True)["verdict"] == "reject"
    assert (table["tags"].to_list()[0], table["verdict_by"][0]) == (["kitchen"], "ann")
    assert (table["flag_hallucination"].to_list(), table["flag_duplicate"].to_list()) == ([1, 0, 0], [0, 0, 1])


def test_hand_over__of_nothing__is_refused(judged: Workspace, tmp_path: Path) -> None:
    snapshot = build(judged)
    with pytest.raises(HandOverError, match="no sample"):
        hand_over.write(judged, snapshot, np.zeros(3, dtype=bool), registry.named("table"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
