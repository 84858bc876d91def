"""The commands that do something with a dataset after its import."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.__main__ import main

Write = Callable[..., Path]
Winnow = Callable[..., tuple[int, str, str]]


@pytest.fixture
def winnow(tmp_path: Path, capsys: pytest.CaptureFixture[str], llava: Write, photo: Write) -> Winnow:
    """Runs a command on a workspace with one dataset of three photos."""

    def run(command: str, *arguments: object) -> tuple[int, str, str]:
        code = main([command, "--workspace", str(tmp_path / "w"), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    for number in range(3):
        photo(f"{number}.png", seed=number)
    rows = [row(f"What is {n}?", f"It is {n}.", image=f"{n}.png", id=str(n)) for n in range(3)]
    run("import", llava(rows))
    return run


def test_relink__moved_images__exports_work_again(winnow: Winnow, tmp_path: Path) -> None:
    shutil.move(tmp_path / "images", tmp_path / "moved")
    winnow("recipe", "init", "--out", tmp_path / "r.json")
    copy = ("export", "--recipe", tmp_path / "r.json", "--out", tmp_path / "out", "--images", "copy")
    for command in (copy, (*copy[:-1], "pack", "--format", "swift")):
        code, _, error = winnow(*command)
        assert (code, "relink DATASET --images FOLDER" in error) == (1, True), error
    code, out, _ = winnow("relink", "set", "--images", tmp_path / "moved", "--who", "ann")
    assert (code, "3 images are where they are looked for" in out) == (0, True)
    assert winnow(*copy)[0] == 0
    assert len(list((tmp_path / "out").rglob("*.png"))) == 3
    assert winnow("check", "--thorough")[0] == 0


def test_relink__what_is_missing_is_named_and_ends_with_1(winnow: Winnow, tmp_path: Path) -> None:
    shutil.move(tmp_path / "images", tmp_path / "moved")
    (tmp_path / "moved" / "1.png").unlink()
    code, out, _ = winnow("relink", "set", "--images", tmp_path / "moved", "--json")
    report = json.loads(out)
    assert (code, report["matched"], report["missing"], report["changed"]) == (1, 2, ["1.png"], True)
    code, out, _ = winnow("relink", "set", "--images", tmp_path / "moved")
    assert "not there: 1.png" in out


def test_relink__unknown_dataset__is_one_sentence(winnow: Winnow, tmp_path: Path) -> None:
    code, _, error = winnow("relink", "sets", "--images", tmp_path)
    assert (code, "Did you mean 'set'?" in error) == (2, True)


def test_rename__status_shows_the_new_name(winnow: Winnow) -> None:
    assert winnow("rename", "set", "other")[:2] == (0, "set is called other now.\n")
    assert json.loads(winnow("status", "--json")[1])["datasets"][0]["name"] == "other"
    assert winnow("rename", "set", "other")[0] == 2
