from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import row

from curation.balancing import export_plan
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.formats import registry
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace

Write = Callable[..., Path]


def _export(workspace: Workspace, out: Path, form: Form) -> dict[str, Any]:
    snapshot = build(workspace)
    chosen = export_plan.complete_recipe(workspace, snapshot, Recipe(name="split"))
    return export.write(workspace, export_plan.replay(workspace, chosen), out, approved=False, form=form)


def _files(folder: Path, pattern: str) -> list[Any]:
    (path,) = (folder / "data").glob(pattern)
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def photos(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Two samples on photos, one in a folder, and one without."""
    photo("a.png", seed=1)
    photo("more/b.png", seed=2)
    rows = [
        row("<image>\nWhat?", "Blocks.", image="a.png"),
        row("<image>\nWhere?", "Here.", image="more/b.png"),
        row("Who?", "Nobody."),
    ]
    import_file(workspace, llava(rows))
    return workspace


@pytest.mark.parametrize("dataset_format", registry.formats().values(), ids=registry.formats().keys())
def test_export__file_of_any_format_that_nobody_touched__is_equal_row_for_row(
    dataset_format: Any, workspace: Workspace, tmp_path: Path
) -> None:
    ending = ".json" if dataset_format.example.lstrip().startswith("[") else ".jsonl"
    path = tmp_path / f"set{ending}"
    path.write_text(dataset_format.example, encoding="utf-8")
    report = import_file(workspace, path)
    assert report.rejected == 0
    _export(workspace, tmp_path / "out", Form())
    (written,) = (tmp_path / "out" / "data").glob("train.*")
    text = written.read_text(encoding="utf-8")
    if ending == ".jsonl" and written.suffix == ".jsonl":
        assert [json.loads(line) for line in text.splitlines()] == [
            json.loads(x) for x in dataset_format.example.splitlines()
        ]
    else:
        keep_pairs = list if dataset_format.name == "coco_arc" else dict
        assert json.loads(text, object_pairs_hook=keep_pairs) == json.loads(
            dataset_format.example, object_pairs_hook=keep_pairs
        )


def test_export__two_datasets_that_came_differently__two_files(
    workspace: Workspace, llava: Write, tmp_path: Path
) -> None:
    import_file(workspace, llava([row("q", "a")]), ImportOptions(name="one"))
    lines = tmp_path / "two.jsonl"
    lines.write_text(registry.named("swift").example)
    import_file(workspace, lines, ImportOptions(name="two"))
    manifest = _export(workspace, tmp_path / "out", Form())
    assert manifest["rows"] == {"train-one": 1, "train-two": 2}
    assert {"data/train-one.json", "data/train-two.jsonl"} <= set(manifest["files"])


def test_export__converted__all_datasets_in_one_file(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    import_file(workspace, llava([row("q", "a")]), ImportOptions(name="one"))
    lines = tmp_path / "two.jsonl"
    lines.write_text(registry.named("swift").example)
    import_file(workspace, lines, ImportOptions(name="two"))
    _export(workspace, tmp_path / "out", Form("swift"))
    rows = _files(tmp_path / "out", "train.jsonl")
    assert [one["messages"][-1]["content"] for one in rows] == ["a", "A dog.", "Hello!"]


def test_export__images_copied__they_lie_where_the_rows_say(photos: Workspace, tmp_path: Path) -> None:
    _export(photos, tmp_path / "out", Form("swift", images="copy"))
    rows = _files(tmp_path / "out", "train.jsonl")
    assert [one["images"] for one in rows] == [["images/a.png"], ["images/more/b.png"], []]
    for one in rows:
        for name in one["images"]:
            assert (tmp_path / "out" / "data" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_export__images_packed__they_are_in_the_rows(photos: Workspace, tmp_path: Path) -> None:
    _export(photos, tmp_path / "out", Form("openai", images="pack"))
    rows = _files(tmp_path / "out", "train.jsonl")
    url = rows[0]["messages"][0]["content"][0]["image_url"]["url"]
    head, _, body = url.partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == (tmp_path / "images" / "a.png").read_bytes()


def test_export__llama_factory__set_is_named_beside_it(photos: Workspace, tmp_path: Path) -> None:
    _export(photos, tmp_path / "out", Form("llamafactory"))
    info = json.loads((tmp_path / "out" / "data" / "dataset_info.json").read_text())["train"]
    rows = json.loads((tmp_path / "out" / "data" / info["file_name"]).read_text())
    columns = info["columns"]
    assert len(rows) == 3
    for one in rows:
        marks = sum(message["content"].count("<image>") for message in one[columns["messages"]])
        assert marks == len(one[columns["images"]])
        roles = [message[info["tags"]["role_tag"]] for message in one[columns["messages"]]]
        assert roles == ["user", "assistant"] * (len(roles) // 2)


def test_export__internvl__meta_has_the_length_after_filtering(photos: Workspace, tmp_path: Path) -> None:
    decision_log.decide(photos, "ann", "sample", build(photos).samples["key"][0], "reject")
    _export(photos, tmp_path / "out", Form("internvl", images="copy"))
    meta = json.loads((tmp_path / "out" / "data" / "meta.json").read_text())["train"]
    assert (meta["length"], meta["root"]) == (2, "")
    assert len(_files(tmp_path / "out", meta["annotation"])) == 2


def test_export__edited_response__is_a_preference_pair(photos: Workspace, tmp_path: Path) -> None:
    key = build(photos).samples["key"][0]
    decision_log.decide(photos, "ann", "turn", decision_keys.turn(key, 0), "edit", {"response": "Coloured blocks."})
    _export(photos, tmp_path / "out", Form("swift", preferences=("dpo",)))
    (pair,) = _files(tmp_path / "out", "train-dpo.jsonl")
    assert pair["messages"][-1] == {"role": "assistant", "content": "Coloured blocks."}
    assert (pair["rejected_response"], pair["images"]) == ("Blocks.", ["a.png"])


def test_export__verdicts_of_people__are_labels(photos: Workspace, tmp_path: Path) -> None:
    keys = build(photos).samples["key"]
    decision_log.decide(photos, "ann", "sample", keys[0], "approve")
    decision_log.decide(photos, "ann", "sample", keys[2], "reject")
    _export(photos, tmp_path / "out", Form("llamafactory", preferences=("kto",)))
    rows = json.loads((tmp_path / "out" / "data" / "train-kto.json").read_text())
    assert [(one["messages"][-1]["content"], one["kto_tag"]) for one in rows] == [("Blocks.", True), ("Nobody.", False)]


def test_export__verdicts_on_spans__go_out_as_annotations(photos: Workspace, tmp_path: Path) -> None:
    key = build(photos).samples["key"][0]
    decision_log.decide(photos, "ann", "span", decision_keys.span(key, 0, 0, 6), "inaccurate")
    _export(photos, tmp_path / "out", Form("mhaldetect"))
    rows = json.loads((tmp_path / "out" / "data" / "train.json").read_text())
    assert rows[0]["annotations"] == [{"start": 0, "end": 6, "text": "Blocks", "label": "INACCURATE"}]
    assert rows[0]["question"] == "What?"


def test_export__related_rows_that_stay_behind__are_not_named(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "mimic.json"
    path.write_text(registry.named("mimic_it").example)
    import_file(workspace, path)
    second = build(workspace).samples["key"][1]
    decision_log.decide(workspace, "ann", "sample", second, "reject")
    _export(workspace, tmp_path / "out", Form())
    written = json.loads((tmp_path / "out" / "data" / "train.json").read_text())
    assert written["meta"] == json.loads(registry.named("mimic_it").example)["meta"]
    assert {name: one["rel_ins_ids"] for name, one in written["data"].items()} == {"LA_INS_000001": []}


def test_export__format_that_cannot_be_written__one_sentence(photos: Workspace, tmp_path: Path) -> None:
    with pytest.raises(registry.UnknownFormatError, match="cannot be written"):
        _export(photos, tmp_path / "out", Form("columns"))


def test_export__same_recipe_and_form__same_bytes(photos: Workspace, tmp_path: Path) -> None:
    form = Form("internvl", images="copy", preferences=("kto",))
    for name in ("one", "two"):
        _export(photos, tmp_path / name, form)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(files) > 6
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_export__two_datasets_with_different_images_of_one_name__both_are_copied(
    workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    for seed, name in enumerate(("one", "two")):
        (tmp_path / name).mkdir()
        photo("a.png", seed=seed).rename(tmp_path / name / "a.png")
        (tmp_path / name / "set.json").write_text(json.dumps([row("<image>\nWhat?", name, image="a.png")]))
        import_file(workspace, tmp_path / name / "set.json", ImportOptions(name=name))
    pictures = [(tmp_path / name / "a.png").read_bytes() for name in ("one", "two")]
    _export(workspace, tmp_path / "swift", Form("swift", images="copy"))
    named = [one["images"][0] for one in _files(tmp_path / "swift", "train.jsonl")]
    assert [(tmp_path / "swift" / "data" / name).read_bytes() for name in named] == pictures
    _export(workspace, tmp_path / "same", Form(images="copy"))
    for name, picture in zip(("one", "two"), pictures, strict=True):
        (read,) = json.loads((tmp_path / "same" / "data" / f"train-{name}.json").read_text())
        assert (tmp_path / "same" / "data" / "images" / name / read["image"]).read_bytes() == picture


def test_export__span_verdicts_that_came_with_the_rows__go_out_once(workspace: Workspace, tmp_path: Path) -> None:
    example = registry.named("mhaldetect").example
    (tmp_path / "hal.json").write_text(example)
    import_file(workspace, tmp_path / "hal.json")
    _export(workspace, tmp_path / "out", Form("mhaldetect"))
    (written,) = json.loads((tmp_path / "out" / "data" / "train.json").read_text())
    assert written["annotations"] == json.loads(example)[0]["annotations"]
