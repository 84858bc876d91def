"""The degrade command: four sets of equal size that come in again and differ in what they are meant to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import row

from curation.__main__ import main

Write = Callable[..., Path]
FLAT = {f"{number}.png" for number in range(20)}


@pytest.fixture
def winnow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], llava: Write, photo: Write
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on a workspace of 30 photos: flat ones of two colours and patterned ones, and one text."""

    def run(command: str, *arguments: object, workspace: str = "w") -> tuple[int, str, str]:
        code = main([command, "--workspace", str(tmp_path / workspace), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    rows = [row("What is two and two?", "Four.")]
    for number in range(30):
        if number < 20:
            flat = photo(f"{number}.png", seed=number)
            Image.new("RGB", (320, 240), (200 + number % 5, 30, 30 + number % 3)).save(flat)
        else:
            photo(f"{number}.png", seed=number)
        rows.append(row("Describe it.", f"A picture with the number {number}.", image=f"{number}.png"))
    run("import", llava(rows), "--name", "mine")
    assert run("decide", "--dataset", "mine", "--row", 3, "reject")[0] == 0
    return run


def _rows(folder: Path) -> list[dict]:
    return json.loads((folder / "data" / "train.json").read_text())


def _pixels(folder: Path, image: str) -> np.ndarray:
    return np.asarray(Image.open(folder / "data" / "images" / image).convert("RGB"))


def test_degrade__four_sets_of_equal_size__that_differ_as_meant(winnow: Callable, tmp_path: Path) -> None:
    winnow("score", "--metrics", "visual_complexity,image_descriptor")
    code, out, error = winnow("degrade", "--out", tmp_path / "sets", "--size", 10)
    assert code == 0, error
    names = ("original", "readability", "diversity", "complexity")
    assert [line.split()[:2] for line in out.splitlines()[2:6]] == [[name, "10"] for name in names]
    rows = {name: _rows(tmp_path / "sets" / name) for name in names}
    assert {len(of_set) for of_set in rows.values()} == {10}
    assert rows["original"] == rows["readability"]
    for one in rows["original"]:
        pair = [_pixels(tmp_path / "sets" / name, one["image"]) for name in names[:2]]
        assert pair[0].shape == pair[1].shape
        is_flat = one["image"] in FLAT  # a blurred flat picture is the same again
        assert is_flat or (pair[0] != pair[1]).any()
    for name in ("diversity", "complexity"):
        assert {Path(one["image"]).name for one in rows[name]} <= FLAT
    assert not (tmp_path / "sets" / "readability" / "winnow").exists()
    record = json.loads((tmp_path / "sets" / "degraded.json").read_text())
    assert sum(record["sets"][1]["distorted"].values()) == 10
    for name in names:
        assert winnow("import", tmp_path / "sets" / name, "--name", name, workspace="again")[0] == 0
    listed = json.loads(winnow("report", "--json", workspace="again")[1])["sets"]
    assert [(one["set"], one["samples"]) for one in listed] == [(name, 10) for name in names]


def test_degrade__without_scores__the_sets_that_need_them_are_named(winnow: Callable, tmp_path: Path) -> None:
    code, out, _ = winnow("degrade", "--out", tmp_path / "sets")
    assert code == 1
    assert "not made: no vectors of pictures; score one of clip_image, image_content, image_descriptor" in out
    assert "not made: too few samples have a value; score one of icnet_complexity, visual_complexity" in out
    assert sorted(path.name for path in (tmp_path / "sets").iterdir()) == ["degraded.json", "original", "readability"]


def test_degrade__same_seed__same_bytes(winnow: Callable, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        winnow("degrade", "--out", tmp_path / name, "--seed", seed)
    contents = {
        name: {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.png")}
        for name in "abc"
    }
    assert contents["a"] == contents["b"] != contents["c"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--size", 31), "30 samples have a picture that can be shown; sets of 31 cannot be made"),
        (("--dataset", "none"), "none"),
    ],
)
def test_degrade__what_cannot_be_made__one_sentence(
    winnow: Callable, tmp_path: Path, options: tuple, sentence: str
) -> None:
    code, _, error = winnow("degrade", "--out", tmp_path / "sets", *options)
    assert code != 0
    assert sentence in error
    assert not (tmp_path / "sets").exists()


def test_degrade__a_folder_that_holds_something__is_refused(winnow: Callable, tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "mine.txt").write_text("mine")
    code, _, error = winnow("degrade", "--out", tmp_path / "sets")
    assert code != 0
    assert "holds something already" in error
    assert (tmp_path / "sets" / "mine.txt").read_text() == "mine"
