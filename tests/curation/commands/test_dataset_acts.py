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


def test_delete_and_restore__are_told_and_listed(winnow: Winnow) -> None:
    winnow("decide", "approve", "--dataset", "set", "--row", "0")
    assert winnow("delete", "set")[:2] == (0, "set is deleted: 3 samples. `restore` brings them back.\n")
    assert json.loads(winnow("status", "--json")[1])["datasets"] == []
    (listed,) = json.loads(winnow("restore", "--json")[1])
    assert (listed["dataset"], listed["why"], listed["samples"]) == ("set", "deleted", 3)
    assert winnow("restore", "set")[:2] == (0, "set is back: 3 samples.\n")
    assert winnow("restore")[1] == "Nothing was deleted that could be brought back.\n"
    assert winnow("check")[0] == 0


def test_compact__says_first_and_removes_with_yes(winnow: Winnow) -> None:
    winnow("delete", "set")
    code, out, error = winnow("compact")
    assert (code, out.startswith("3 samples, 3 turns"), "--yes" in error) == (0, True, True)
    assert json.loads(winnow("compact", "set", "--yes", "--json")[1])["samples"] == 3
    assert winnow("restore", "set")[0] == 2
    assert winnow("compact", "--yes")[1] == "Nothing was deleted that could be removed.\n"


def test_reimport__preview_then_for_good(winnow: Winnow, llava: Write) -> None:
    rows = [
        row(f"What is {n}?", "Corrected." if n == 1 else f"It is {n}.", image=f"{n}.png", id=str(n)) for n in (0, 1)
    ]
    newer = llava(rows, "v2.json")
    code, out, error = winnow("reimport", "set", newer, "--preview")
    assert (code, "1 unchanged, 1 changed, 0 new, 1 gone" in out, "nothing was changed" in error) == (0, True, True)
    report = json.loads(winnow("reimport", "set", newer, "--json")[1])
    assert (report["unchanged"], report["changed"], report["gone"], report["stored"]) == (1, 1, 1, True)
    assert winnow("restore", "set")[:2] == (0, "set is back: 1 sample.\n")
    assert winnow("check")[0] == 0


def test_split_and_merge__are_told(winnow: Winnow, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("1\n")
    assert winnow("split", "set", "--ids", tmp_path / "ids.txt", "--into", "few")[:2] == (
        0,
        "set: 2 samples, few: 1 sample.\n",
    )
    assert json.loads(winnow("merge", "set", "few", "--json")[1]) == {"set": 3}
    assert winnow("split", "set", "--into", "few")[0] == 1
    assert winnow("check")[0] == 0
