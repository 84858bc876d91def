"""Every annotation source reads its own example: a new file is checked by being there, with its row in EXPECTED."""

from __future__ import annotations

import json
import random
from importlib import import_module
from pathlib import Path

import pytest

from curation.annotations import (
    AnnotatedImage,
    Annotations,
    AnnotationsError,
    Box,
    Question,
    Text,
    load,
    load_each,
    registry,
)
from curation.annotations.document import open_document

SOURCES = registry.kinds()
NINE = "000000000009.jpg"
NINE_2014 = "COCO_train2014_000000000009.jpg"
DOG, COUCH = (10.0, 20.0, 200.0, 100.0), (0.0, 0.0, 640.0, 400.5)

EXPECTED: dict[str, tuple[list[AnnotatedImage], list[str]]] = {
    "simple": (
        [AnnotatedImage("a.jpg", ("dog", "sofa"), ("A dog on a sofa.",), (Box("dog", DOG),))],
        ["cat", "dog", "sofa"],
    ),
    "coco_captions": ([AnnotatedImage(NINE, captions=("A dog on a sofa.", "A brown dog sleeps."))], []),
    "coco_instances": (
        [AnnotatedImage(NINE, ("dog", "couch"), (), (Box("dog", DOG, "animal"), Box("couch", COUCH, "furniture")))],
        ["couch", "dog", "person"],
    ),
    "vqa": (
        [AnnotatedImage(NINE_2014, questions=(Question("What is on the sofa?", {"dog": 2, "a puppy": 1}),))],
        [],
    ),
    "aokvqa": (
        [
            AnnotatedImage(
                NINE,
                questions=(
                    Question(
                        "What is the dog doing?",
                        {"sleeping": 2, "resting": 1},
                        ("eating", "sleeping", "running", "swimming"),
                        "Its eyes are closed.",
                        "sleeping",
                    ),
                ),
            )
        ],
        [],
    ),
    "textcaps": (
        [AnnotatedImage("train/0054c91397f2fe05.jpg", captions=("A sign that says STOP.", "A red stop sign."))],
        [],
    ),
    "visual_genome": (
        [
            AnnotatedImage(
                "9.jpg",
                ("dog", "sofa"),
                boxes=(
                    Box("dog", DOG, attributes=("brown", "furry")),
                    Box("sofa", (0.0, 0.0, 640.0, 400.0)),
                ),
            )
        ],
        [],
    ),
    "coco_text": ([AnnotatedImage(NINE_2014, texts=(Text("STOP", (5.0, 6.0, 40.5, 12.0)),))], []),
    "coco_attributes": (
        [AnnotatedImage(NINE_2014, ("dog",), boxes=(Box("dog", DOG, "animal", ("sleeping", "furry")),))],
        [],
    ),
    "llava_boxes": (
        [
            AnnotatedImage(NINE, ("dog",), ("A dog on a sofa.",), (Box("dog", (0.25, 0.5, 0.5, 0.5)),)),
            AnnotatedImage("000000000025.jpg"),
        ],
        ["dog"],
    ),
}


def _write(folder: Path, name: str) -> list[Path]:
    paths = []
    for file, content in SOURCES[name].example.items():
        (folder / file).write_text(content, encoding="utf-8")
        paths.append(folder / file)
    return paths


def _read(paths: list[Path], name: str) -> Annotations:
    """The annotations of this source among those that the files give."""
    return next(one for one in load_each(paths) if one.format == name)


@pytest.mark.parametrize("name", SOURCES)
def test_source__says_what_it_is(name: str) -> None:
    source = SOURCES[name]
    assert len((import_module(f"curation.annotations.sources.{name}").__doc__ or "").splitlines()[0]) > 12
    assert source.title
    assert source.about
    assert source.files in ("alone", "together")
    assert set(source.companions) <= SOURCES.keys()


@pytest.mark.parametrize("name", SOURCES)
def test_source__example__is_recognised_by_it_and_what_it_is_read_beside(name: str, tmp_path: Path) -> None:
    known = [registry.recognise(open_document(path)) for path in _write(tmp_path, name)]
    assert all(len(one) == 1 for one in known), known
    assert {one[0] for one in known} == {name, *SOURCES[name].companions}


@pytest.mark.parametrize("name", SOURCES)
def test_source__example__read_gives_plain_data(name: str, tmp_path: Path) -> None:
    found = _read(_write(tmp_path, name), name)
    assert (found.images, found.vocabulary) == EXPECTED[name]
    assert found.left_out == {}


@pytest.mark.parametrize("name", SOURCES)
def test_source__file_arranged_another_way__reads_the_same(name: str, tmp_path: Path) -> None:
    paths = _write(tmp_path, name)
    for path in paths:
        if path.suffix == ".json":
            data = json.loads(path.read_text())
            path.write_bytes(b"\xef\xbb\xbf\n" + json.dumps(data, indent=3).encode())
    assert _read(paths, name).images == EXPECTED[name][0]


@pytest.mark.parametrize("name", SOURCES)
def test_source__cut_off_or_damaged_anywhere__one_sentence_or_a_count(name: str, tmp_path: Path) -> None:
    paths = _write(tmp_path, name)
    draw = random.Random(name)
    for path in paths:
        whole = path.read_bytes()
        for _ in range(150):
            place = draw.randrange(len(whole))
            instead = draw.choice([b"", b"[", b"}", b'"', b"\\", b"\0", b"\xff", b"-", b"null"])
            path.write_bytes(whole[:place] + (b"" if draw.random() < 0.3 else instead + whole[place + 1 :]))
            assert _outcome(paths)
        path.write_bytes(whole)


@pytest.mark.parametrize("name", SOURCES)
def test_source__values_of_wrong_types__never_a_traceback(name: str, tmp_path: Path) -> None:
    paths = [path for path in _write(tmp_path, name) if path.suffix == ".json"]
    draw = random.Random(name)
    for path in paths:
        whole = path.read_text()
        for _ in range(100):
            path.write_text(json.dumps(_spoiled(json.loads(whole), draw)))
            assert _outcome(paths, name)
        path.write_text(whole)


def _outcome(paths: list[Path], name: str | None = None) -> str:
    """The refusal's sentence, or that plain data came; any other exception is the test's failure."""
    try:
        found = load_each(paths, name)
    except AnnotationsError as error:
        return str(error)
    return "read" if all(isinstance(one, AnnotatedImage) for part in found for one in part.images) else ""


def _spoiled(value: object, draw: random.Random) -> object:
    """The value with one part somewhere in it replaced by something else."""
    if isinstance(value, dict) and value and draw.random() < 0.85:
        key = draw.choice(list(value))
        return {**value, key: _spoiled(value[key], draw)}
    if isinstance(value, list) and value and draw.random() < 0.85:
        place = draw.randrange(len(value))
        return [*value[:place], _spoiled(value[place], draw), *value[place + 1 :]]
    return draw.choice([None, True, -1, 1e300, "", "x\0y", [], [[]], {}, {"a": []}, [None], "9", [1, 2, 3, "4"]])


def test_load__examples_of_one_source__one_result(tmp_path: Path) -> None:
    assert load(*_write(tmp_path, "vqa")).source == "questions.json + answers.json"
