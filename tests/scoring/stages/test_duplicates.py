from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from PIL import ImageOps

from benchmarks import _altered
from scoring.stage import StageResult
from scoring.stages import duplicates


@pytest.fixture
def find(tmp_path: Path):
    """Runs the stage over (instruction, response, images) triples; images are (content hash, perceptual hash)."""

    def run(
        *rows: tuple[str, str, list[tuple[str, int]]], unread: list[list[str]] | None = None, **params: Any
    ) -> StageResult:
        table: list[dict[str, Any]] = [
            {
                "sample_no": number,
                "dataset_no": 1,
                "row_index": number,
                "turns": [{"turn_no": number, "index": 0, "instruction": instruction, "response": response}],
                "images": [
                    {"image_no": ord(c), "path": str(tmp_path / f"{c}.png"), "content_hash": c, "phash": p}
                    for c, p in images
                ]
                or None,
                "unread": unread[number] if unread else None,
            }
            for number, (instruction, response, images) in enumerate(rows)
        ]
        pl.DataFrame(table, schema_overrides={"images": pl.List(_IMAGE), "unread": pl.List(pl.String)}).write_parquet(
            tmp_path / "work.parquet"
        )
        without_vectors = {**duplicates.STAGE.params, "vectors": ""}
        return duplicates.run(tmp_path / "work.parquet", {**without_vectors, **params}, lambda _: None)

    return run


_IMAGE = pl.Struct({"image_no": pl.Int32, "path": pl.String, "content_hash": pl.String, "phash": pl.UInt64})
ONE, OTHER = [("x", 0b1011)], [("y", 0xFF00FF00FF00FF00)]


def _groups(result: StageResult) -> list[tuple[int, bool, str]]:
    return [(member.sample_no, member.keep, member.relation) for member in result.members]


def test_duplicates__same_words_in_other_case_and_spacing__exact(find) -> None:
    result = find(("<image>\nWhat is it?", "A dog.", ONE), ("what is it ? <image>", "a DOG", ONE))
    assert _groups(result) == [(0, True, "exact"), (1, False, "exact")]
    assert [(number, flag.verdict) for number, flag in result.flags] == [(0, "keep"), (1, "copy")]
    assert "row 0" in result.flags[1][1].reason


def test_duplicates__same_image_with_another_question__is_none(find) -> None:
    result = find(("Is there a dog?", "Yes, there is a dog.", ONE), ("Is there a cat?", "Yes, there is a cat.", ONE))
    assert result.members == ()
    assert result.values == {0: 0.0, 1: 0.0}


def test_duplicates__same_words_about_another_image__is_none(find) -> None:
    assert find(("What is it?", "A dog.", ONE), ("What is it?", "A dog.", OTHER)).members == ()


def test_duplicates__other_number_or_a_denial__is_none(find) -> None:
    long = "A brown dog and a white cat lie side by side on a red sofa near the old window with 2 lamps"
    assert find(("Describe.", long, ONE), ("Describe.", long.replace("2", "3"), ONE)).members == ()
    assert find(("Is it a dog?", "It is a dog.", ONE), ("Is it a dog?", "It is not a dog.", ONE)).members == ()


def test_duplicates__nearly_the_same_words_and_picture__near(find) -> None:
    long = "A brown dog and a white cat lie side by side on a red sofa near the old window of the house"
    result = find(("Describe it.", long, ONE), ("Describe it.", f"{long} today", [("z", 0b1010)]))
    alike = "alike by its hash, reworded"  # the pictures themselves cannot be read
    assert _groups(result) == [(0, True, alike), (1, False, alike)]


def test_duplicates__text_only(find) -> None:
    assert len(find(("What is 2 + 2?", "4", []), ("What is 2+2", "4.", [])).members) == 2
    assert find(("What is 2 + 2?", "4", []), ("What is 2 + 3?", "5", [])).members == ()


def test_duplicates__empty_responses__are_no_duplicates(find) -> None:
    assert find(("What is it?", "", ONE), ("What is it?", " ", ONE)).members == ()


def test_duplicates__of_pictures_that_are_missing__only_where_they_are_the_same(find) -> None:
    rows = [("<image>\nWhat is it?", "A dog on a sofa in a room.", [])] * 3
    assert _groups(find(*rows, unread=[["a.jpg"], ["b.jpg"], ["c.jpg"]])) == []
    same = find(*rows, unread=[["a.jpg"], ["b.jpg"], ["a.jpg"]])
    assert _groups(same) == [(0, True, "exact"), (2, False, "exact")]


def test_duplicates__three_copies__one_group(find) -> None:
    result = find(*[("What is it?", "A dog.", ONE)] * 3)
    assert result.values == {0: 2.0, 1: 2.0, 2: 2.0}
    assert [member.keep for member in result.members] == [True, False, False]


def test_duplicates__crop_that_only_vectors_suggest__found_by_its_pixels__another_picture_is_none(
    find, tmp_path: Path
) -> None:
    _altered.drawn_scene(1).save(tmp_path / "x.png")
    _altered.cropped(0.15, _altered.drawn_scene(1)).save(tmp_path / "y.png")
    _altered.drawn_scene(2).save(tmp_path / "z.png")
    rows = (
        ("What is it?", "A dog.", ONE),
        ("What is it?", "A dog.", OTHER),
        ("What is it?", "A dog.", [("z", 0x0F0F)]),
        ("What is it?", "A cat.", OTHER),
    )
    vectors = pl.DataFrame(
        {"subject_no": [ord("x"), ord("y"), ord("z")], "vector": [[1.0, 0.0], [0.999, 0.01], [0.99, 0.1]]},
        schema={"subject_no": pl.Int32, "vector": pl.List(pl.Float32)},
    )
    vectors.write_parquet(tmp_path / "feature-clip_image.parquet")
    assert find(*rows).members == ()
    result = find(*rows, vectors="clip_image")
    assert _groups(result) == [(0, True, "cropped"), (1, False, "cropped")]
    assert result.flags[1][1].reason == "Near duplicate (cropped) of row 0, which is kept."


def test_duplicates__mirrored_picture__when_asked_for(find, tmp_path: Path) -> None:
    _altered.drawn_scene(3).save(tmp_path / "x.png")
    ImageOps.mirror(_altered.drawn_scene(3)).save(tmp_path / "y.png")
    rows = (("What is it?", "A dog.", ONE), ("What is it?", "A dog.", [("y", 0b1011)]))
    assert find(*rows).members == ()
    assert [member.relation for member in find(*rows, mirrored=True).members] == ["mirrored"] * 2


def test_duplicates__question_and_answer_in_other_words__reworded(find) -> None:
    result = find(
        ("What is the dog doing?", "A dog is lying on the sofa.", ONE),
        ("What activity is the dog engaged in?", "The dog lies on the couch.", ONE),
        ("What is the cat doing?", "A dog is lying on the sofa.", ONE),
        ("What is the dog doing?", "Two dogs are lying on the sofa.", ONE),
    )
    assert _groups(result) == [(0, True, "reworded"), (1, False, "reworded")]


def test_duplicates__many_samples_without_images__minhash_finds_the_pair(find) -> None:
    draw = random.Random(0)
    words = "dog cat tree house river bridge mountain kettle violin garden window engine".split()
    texts = [" ".join(draw.choices(words, k=30)) for _ in range(600)]
    rows = [(f"Continue story {n}", text, []) for n, text in enumerate(texts)]
    rows.append(("Continue story 17", f"{texts[17]} indeed", []))
    assert [member.sample_no for member in find(*rows).members] == [17, 600]


def test_duplicates__other_thoughts_before_the_same_answer__exact(find) -> None:
    result = find(("What is it?", "<think>Fur?</think>A dog.", ONE), ("What is it?", "<think>Paws.</think>A dog.", ONE))
    assert _groups(result) == [(0, True, "exact"), (1, False, "exact")]
