from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support import row

from curation import annotations
from curation.__main__ import main
from curation.annotations import AnnotatedImage, Annotations, AnnotationsError, Box, Question, Text, registry
from curation.commands import terminal
from curation.flags import spans
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace, score_columns
from scoring import work
from scoring.item import BoxCount, Sample
from storage import migrations, samples, worklist
from storage.store import open_store

Write = Callable[..., Path]
SIMPLE = {"images": [{"file_name": "a.jpg", "instances": ["dog", "cat"], "captions": ["A dog."]}]}
COCO = {
    "images": [{"id": 1, "file_name": "COCO_val2014_a.png"}],
    "categories": [{"id": 7, "name": "dog"}, {"id": 8, "name": "tree"}],
    "annotations": [
        {"image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4]},
        {"image_id": 1, "caption": "A dog."},
        {"image_id": 99, "category_id": 7},
    ],
}
BOXES = {"id": "a", "image": "a.jpg", "captions": [], "instances": [{"category": "dog", "bbox": [0, 0, 0.5, 1]}]}


@pytest.mark.parametrize(
    ("content", "objects", "vocabulary"),
    [
        (json.dumps(SIMPLE), ["dog", "cat"], ["cat", "dog"]),
        (json.dumps({**SIMPLE, "vocabulary": ["bird"]}), ["dog", "cat"], ["bird", "cat", "dog"]),
        (json.dumps(COCO), ["dog"], ["dog", "tree"]),
        (json.dumps(BOXES) + "\n" + json.dumps({**BOXES, "image": "b.jpg"}), ["dog"], ["dog"]),
    ],
)
def test_load__known_shapes(tmp_path: Path, content: str, objects: list[str], vocabulary: list[str]) -> None:
    (tmp_path / "n.json").write_text(content)
    found = annotations.load(tmp_path / "n.json")
    assert list(found.images[0].objects) == objects
    assert found.vocabulary == vocabulary


@pytest.mark.parametrize(
    ("content", "sentence"), [("nonsense", "neither JSON nor JSON Lines"), ('{"a": 1}', "no list of images")]
)
def test_load__anything_else__one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "n.json").write_text(content)
    with pytest.raises(AnnotationsError, match=sentence):
        annotations.load(tmp_path / "n.json")


def _import(workspace: Workspace, llava: Write, photo: Write, notes: Any, tmp_path: Path) -> int:
    photo("a.png")
    (tmp_path / "n.json").write_text(json.dumps(notes))
    path = llava([row("q", "a", image="a.png")])
    return import_file(workspace, path, ImportOptions(annotations=tmp_path / "n.json")).annotated_images


def test_attach__names_differ_by_prefix_and_extension__still_found(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    assert _import(workspace, llava, photo, COCO, tmp_path) == 1
    found = samples.one(workspace.store, 0)
    assert found is not None
    assert found["annotations"][0]["objects"] == ["dog"]
    assert json.loads(found["annotations"][0]["boxes"]) == [{"category": "dog", "bbox": [1, 2, 3, 4]}]
    assert worklist.vocabularies(workspace.store) == {1: ["dog", "tree"]}


def test_attach__same_file_again__replaces_itself(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    _import(workspace, llava, photo, SIMPLE, tmp_path)
    _import(workspace, llava, photo, SIMPLE, tmp_path)
    assert workspace.store.one("SELECT count(*) FROM annotation") == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("n.json", b"", "n.json is empty"),
        ("n.json", b"\xef\xbb\xbf \n", "n.json is empty"),
        ("n.jsonl", b" \n" * 40, "n.jsonl is empty"),
        ("n.json", b'{"images": [{"file_name": "a.jpg"', "cut off"),
        ("n.json", b'[{"file_name": "a.jpg", "instances": []}] [', "goes on after its end"),
        ("n.json", b'{"images": [], "images": []}', '"images" twice'),
        ("n.json", b'{"images" [], "a": 1}', "not valid JSON near"),
        ("n.json", b"\xff\xfe{\x00}\x00", "save it as UTF-8"),
        ("n.json", b"\x80\x04\x95", "never does; save its content as JSON"),
        ("n.jbl", b"x\x9cabc", "is a Python pickle"),
        ("n.json", b"x\x9cabc", "compressed; unpack it"),
        ("n.json", b"PK\x03\x04abc", "a zip; unpack it"),
        ("n.json", b"[" * 100_000 + b"]" * 100_000, "no list of images"),
        ("n.json", b'{"images": [{"file_name": "a\\u0000.jpg"}]}', "1 without a usable file_name"),
        ("n.json", b'{"images": [{"file_name": 3}, 4]}', "1 that are no objects, 1 without a usable file_name"),
    ],
)
def test_load__unusable_file__one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AnnotationsError, match=sentence):
        annotations.load(tmp_path / name)


def test_load__pickle__is_never_opened(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "ran",))

    for protocol in range(6):
        (tmp_path / "attributes.json").write_bytes(pickle.dumps({"ann_vecs": Bomb()}, protocol))
        with pytest.raises(AnnotationsError, match=r"pickle|neither JSON"):
            annotations.load(tmp_path / "attributes.json")
    assert not (tmp_path / "ran").exists()


def test_load__bad_records__are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [
        '{"file_name": "a.jpg", "instances": ["dog", 3, {"category": "cat", "bbox": [1, 2]}]}',
        '{"file_name": "b.jpg", "file_name": "c.jpg", "instances": []}',
        '{"file_name": "d.jpg", "instances": [}',
        '{"file_name": "e.jpg", "captions": "A dog."}',
        '{"file_name": "f.jpg", "captions": ["the \\"key\\": is a word"]}',
        '{"file_name": "g.jpg", "instances": [',
    ]
    (tmp_path / "n.jsonl").write_text("\n".join(rows))
    found = annotations.load(tmp_path / "n.jsonl")
    assert [image.file_name for image in found.images] == ["a.jpg", "f.jpg"]
    assert found.note == (
        "n.jsonl: 6 records were left out: 2 that are not valid JSON, 1 that name no object, "
        "1 whose captions are no list of texts, 1 with a box that is not four numbers, 1 with a key twice."
    )


def test_load__two_sources_fit__asks_which_and_takes_the_answer(tmp_path: Path) -> None:
    row = {"file_name": "a.jpg", "image": "b.jpg", "captions": ["A dog."]}
    (tmp_path / "n.json").write_text(json.dumps([row]))
    with pytest.raises(AnnotationsError, match=r"LLaVA captions and boxes \(`llava_boxes`\) or a simple list .*format"):
        annotations.load(tmp_path / "n.json")
    assert annotations.load(tmp_path / "n.json", format_name="simple").images[0].file_name == "a.jpg"
    with pytest.raises(AnnotationsError, match=r"n\.json is not COCO captions"):
        annotations.load(tmp_path / "n.json", format_name="coco_captions")
    with pytest.raises(AnnotationsError, match=r"no annotation format 'coco'\..*Known: aokvqa, "):
        annotations.load(tmp_path / "n.json", format_name="coco")


def test_load__attributes_without_instances__says_what_is_needed(tmp_path: Path) -> None:
    (tmp_path / "n.json").write_text('{"attributes": [{"id": 1, "name": "wet"}], "ann_vecs": {"1": [1.0]}}')
    with pytest.raises(AnnotationsError, match="give the COCO instances file together with it"):
        annotations.load(tmp_path / "n.json")


def test_load__question_without_answers_and_answers_without_question__counted(tmp_path: Path) -> None:
    asked = [{"question_id": n, "image_id": 1, "question": f"{n}?"} for n in (1, 1, 2)]
    said = [{"question_id": n, "image_id": 1, "answers": [{"answer": "yes"}]} for n in (1, 3, 3)]
    (tmp_path / "q.json").write_text(json.dumps({"questions": asked}))
    (tmp_path / "a.json").write_text(json.dumps({"annotations": said}))
    found = annotations.load(tmp_path)
    assert found.images == [AnnotatedImage("000000000001.jpg", questions=(Question("1?", {"yes": 1}),))]
    assert sum(found.left_out.values()) == 4


@pytest.fixture
def one_photo(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """A dataset "set" with one picture, a.png."""
    photo("a.png")
    import_file(workspace, llava([row("q", "a", image="a.png")]))
    return workspace


def test_add__several_sources__stand_side_by_side_and_come_back_as_they_were(
    one_photo: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "coco.json").write_text(json.dumps(COCO))
    boxes = [{"category": "dog", "bbox": [0.25, 0.5, 0.75, 1]}]
    (tmp_path / "boxes.jsonl").write_text(json.dumps({**BOXES, "instances": boxes}))
    (tmp_path / "text.json").write_text(
        '{"imgs": {"1": {"id": 1, "file_name": "a.jpg"}},'
        ' "anns": {"5": {"image_id": 1, "bbox": [1, 2, 3, 4], "utf8_string": "GO", "legibility": "legible"}}}'
    )
    asked = [{"question_id": "x", "image_id": "a", "question": "Is it?", "choices": ["no", "yes"]}]
    (tmp_path / "aok.json").write_text(json.dumps([{**asked[0], "correct_choice_idx": 1, "direct_answers": ["yes"]}]))
    paths = [tmp_path / name for name in ("coco.json", "boxes.jsonl", "text.json", "aok.json")]
    added = annotations.add(one_photo, "set", paths)
    assert {(one.format, one.matched) for one in added} == {
        ("coco_instances", 1), ("llava_boxes", 1), ("coco_text", 1), ("aokvqa", 1),
    }  # fmt: skip
    kept = {one.format: one for one in annotations.of_dataset(one_photo, 1)}
    assert kept["coco_text"].images[0].texts == (Text("GO", (1, 2, 3, 4)),)
    assert kept["aokvqa"].images[0].questions == (Question("Is it?", {"yes": 1}, ("no", "yes"), correct="yes"),)
    assert kept["llava_boxes"].images[0].boxes == (Box("dog", (0.25, 0.5, 0.5, 0.5)),)
    assert kept["coco_instances"].images[0].boxes == (Box("dog", (1, 2, 3, 4)),)
    assert (kept["coco_instances"].vocabulary, kept["coco_text"].vocabulary) == (["dog", "tree"], [])


def test_add__unknown_dataset__names_those_that_are_there(one_photo: Workspace, tmp_path: Path) -> None:
    with pytest.raises(AnnotationsError, match="no dataset 'other'; the workspace has: set"):
        annotations.add(one_photo, "other", [tmp_path / "n.json"])


def test_worklist__captions_only__no_class_counts_as_looked_for(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    for seed, name in enumerate(("a.png", "b.png", "c.png")):
        photo(name, seed)
    path = llava([row("q", "a", image=name) for name in ("a.png", "b.png", "c.png")])
    captions = {"images": [{"id": 1, "file_name": "b.jpg"}], "annotations": [{"image_id": 1, "caption": "A cat."}]}
    (tmp_path / "captions.json").write_text(json.dumps(captions))
    (tmp_path / "n.json").write_text(json.dumps(SIMPLE))
    (tmp_path / "vqa.json").write_text(
        '{"questions": [{"question_id": 1, "image_id": "c", "question": "?"}],'
        ' "annotations": [{"question_id": 1, "answers": [{"answer": "a"}]}]}'
    )
    import_file(
        workspace,
        path,
        ImportOptions(annotations=[tmp_path / name for name in ("captions.json", "n.json", "vqa.json")]),
    )
    worklist.write_samples(workspace.store, [0, 1, 2], tmp_path / "work.parquet")
    listed = pl.read_parquet(tmp_path / "work.parquet")
    assert listed["looked_for"].to_list() == [True, False, False]
    assert listed["objects"].to_list() == [["dog", "cat"], [], None]
    assert listed["captions"].to_list() == [["A dog."], ["A cat."], None]


def test_annotate__command__table_and_json(
    one_photo: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_photo.close()
    (tmp_path / "n.json").write_text(json.dumps({"images": [*SIMPLE["images"], 7]}))
    command = ["annotate", "set", str(tmp_path / "n.json"), "--workspace", str(one_photo.folder)]
    assert main(command) == 0
    assert "n.json: 1 record was left out: 1 that are no objects." in capsys.readouterr().out
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] | {"note": ""} == {
        "source": "n.json", "format": "simple", "images": 1, "matched": 1, "note": "",
    }  # fmt: skip
    assert main(["annotate", "other", str(tmp_path / "n.json"), "--workspace", str(one_photo.folder)]) == 2


def test_import__help__lists_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["import", "--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in registry.kinds())


def test_migration__annotations_of_an_older_workspace__are_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = migrations.available()
    monkeypatch.setattr(migrations, "available", lambda: steps[:5])
    store = open_store(tmp_path)
    with store.transaction() as cursor:
        cursor.execute("INSERT INTO image VALUES (0, 'h', '/x/a.jpg', 1, 1, 1, 0, 'ok', '')")
        cursor.execute(
            """INSERT INTO annotation VALUES (1, 0, 'n.json', ['dog'], ['A dog.'], '[{"category": "dog"}]')"""
        )
    store.close()
    monkeypatch.undo()
    store = open_store(tmp_path)
    (kept,) = annotations.of_dataset(Workspace(tmp_path, store), 1)
    assert kept.images == [AnnotatedImage("/x/a.jpg", ("dog",), ("A dog.",))]
    store.close()


def test_worklist__boxes_are_counted_by_class_with_their_crowds(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    several = {
        **COCO,
        "annotations": [
            {"image_id": 1, "category_id": number, "bbox": [1, 2, 3, 4], "iscrowd": crowd}
            for number, crowd in ((7, 0), (7, 0), (8, 1), (8, 0))
        ],
    }
    _import(workspace, llava, photo, several, tmp_path)
    worklist.write_samples(workspace.store, [0], tmp_path / "work.parquet")
    ((sample,),) = work.batches(tmp_path / "work.parquet", "samples", 10, work.ScoringPlan(1, (), {1: ("dog", "tree")}))
    assert isinstance(sample, Sample)
    assert sample.evidence is not None
    assert sample.evidence.counts == (
        BoxCount("n.json", "dog", 2, crowd=False),
        BoxCount("n.json", "tree", 2, crowd=True),
    )


def test_worklist__boxes_of_a_source_that_looked_for_no_classes_are_not_counted(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    genome = [{"image_id": "a", "attributes": [{"names": ["dog"], "x": 1, "y": 2, "w": 3, "h": 4}]}]
    assert _import(workspace, llava, photo, genome, tmp_path) == 1
    worklist.write_samples(workspace.store, [0], tmp_path / "work.parquet")
    assert pl.read_parquet(tmp_path / "work.parquet")["counts"].to_list() == [None]


def test_worklist__boxes_of_a_source_that_leaves_objects_out_are_not_counted(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    path = llava([row("Describe it.", "A dog.", image="a.png")])
    import_file(workspace, path, ImportOptions())
    boxes = (Box("dog", (1, 2, 3, 4)), Box("dog", (5, 6, 3, 4)))
    image = AnnotatedImage("a.png", ("dog",), boxes=boxes)
    for source, counts in (("coco_instances", [2]), ("llava_boxes", None)):
        annotations.attach(workspace, 1, Annotations("n.json", [image], ["dog", "cat"], source))
        worklist.write_samples(workspace.store, [0], tmp_path / "work.parquet")
        (stored,) = pl.read_parquet(tmp_path / "work.parquet")["counts"].to_list()
        assert (stored and [entry["boxes"] for entry in stored]) == counts


def test_worklist__attributes_and_read_texts_are_evidence(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    import_file(workspace, llava([row("Describe it.", "A bus.", image="a.png")]), ImportOptions())
    boxes = (Box("bus", (1, 2, 3, 4), attributes=("large", "red")), Box("dog", (5, 6, 3, 4)))
    image = AnnotatedImage("a.png", boxes=boxes, texts=(Text("STOP"), Text("12 Main St")))
    annotations.attach(workspace, 1, Annotations("n.json", [image], [], "visual_genome"))
    worklist.write_samples(workspace.store, [0], tmp_path / "work.parquet")
    ((sample,),) = work.batches(tmp_path / "work.parquet", "samples", 10, work.ScoringPlan(1, ()))
    assert isinstance(sample, Sample)
    assert sample.evidence is not None
    assert (sample.evidence.phrases, sample.evidence.texts) == (("large red bus",), ("STOP", "12 Main St"))


def test_score__a_count_and_a_yes_that_annotations_contradict_are_flagged(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    (tmp_path / "n.json").write_text(json.dumps(COCO))
    turns = [
        row("Describe it.", "There are three dogs.", image="a.png"),
        row("Is there a tree?", "Yes.", image="a.png"),
    ]
    import_file(workspace, llava(turns), ImportOptions(annotations=tmp_path / "n.json"))
    terminal.score(workspace, score_columns.named(["count", "existence"]))
    flags = spans.current(workspace.store).sort("kind")
    assert flags.select("kind", "text", "reason").rows() == [
        ("count", "three dogs", "3 said, 1 annotated: dog."),
        ("existence", "Yes", 'The answer is yes, but annotators looked for "tree" and marked none.'),
    ]
