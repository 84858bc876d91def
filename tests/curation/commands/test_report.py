"""The report command, on a small workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.__main__ import main

Write = Callable[..., Path]


@pytest.fixture
def winnow(tmp_path: Path, capsys: pytest.CaptureFixture[str], llava: Write) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on a workspace with two datasets, of two tasks and of one."""

    def run(command: str, *arguments: object) -> tuple[int, str, str]:
        code = main([command, "--workspace", str(tmp_path / "w"), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    asked = [row("Is there a dog?", "No, there is no dog."), row("Describe it in one sentence.", "A photo of a kite.")]
    run("import", llava(asked * 3, "both.json"), "--name", "both")
    run("import", llava([row("Is there a cat?", f"Yes, {n} cats.") for n in range(4)], "one.json"), "--name", "one")
    run("score", "--metrics", "task,text_readability,response_words")
    return run


def _values(side: dict) -> dict[str, float | None]:
    return {one["name"]: one["value"] for one in side["indicators"]}


def test_report__one_row_per_dataset_and_what_is_missing(winnow: Callable) -> None:
    code, out, error = winnow("report")
    assert code == 0
    head, _, *lines = out.splitlines()
    assert head.split()[:4] == ["dataset", "n", "IR", "TR"]
    assert [line.split()[:2] for line in lines] == [["both", "6"], ["one", "4"]]
    assert "MD  Matching degree (MD): not computed: run matching_degree" in error


def test_report__json__says_value_unit_and_source(winnow: Callable) -> None:
    sets = json.loads(winnow("report", "--json")[1])["sets"]
    assert [one["set"] for one in sets] == ["both", "one"]
    first = {one["name"]: one for one in sets[0]["indicators"]}
    assert first["text_readability"]["detail"] == "from text_readability"
    assert first["text_readability"]["n"] == 6
    assert first["matching_degree"]["value"] is None
    only = json.loads(winnow("report", "--json", "--dataset", "one")[1])["sets"]
    assert [one["set"] for one in only] == ["one"]


def test_report__recipe__before_and_after(winnow: Callable, tmp_path: Path) -> None:
    winnow("recipe", "init", "--out", tmp_path / "r.json", "--cap", 2)
    code, out, _ = winnow("report", "--recipe", tmp_path / "r.json", "--json")
    assert code == 0
    before, after = json.loads(out)["sets"]
    assert (before["set"], after["set"]) == ("before", "after")
    assert _values(before)["samples"] == 10
    assert _values(after)["samples"] < 10
    again = winnow("report", "--recipe", tmp_path / "r.json")[1]
    assert again.splitlines()[0].split() == ["indicator", "before", "after", "unit", "better"]


def test_report__nothing_here_or_no_such_dataset__says_so(
    winnow: Callable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--workspace", str(tmp_path / "empty")]) == 0
    assert "python -m curation demo" in capsys.readouterr().out
    code, _, error = winnow("report", "--dataset", "none")
    assert code == 2
    assert "There is no dataset 'none'" in error


def test_report__ablations__six_rows_of_equal_size(winnow: Callable, tmp_path: Path) -> None:
    winnow("recipe", "init", "--out", tmp_path / "r.json", "--cap", 2)
    code, out, error = winnow("report", "--ablations", "--recipe", tmp_path / "r.json")
    assert code == 0
    names = [line.rsplit("  ", 20)[0].strip() for line in out.splitlines()[2:]]
    wanted = ["raw", "filtered", *(f"without {group}" for group in ("usability", "diversity", "complexity", "balance"))]
    assert [name.split("  ")[0] for name in names] == wanted
    assert "without balance: left out: the quota" in error
    assert "Every row rests on" in error
    sides = json.loads(winnow("report", "--ablations", "--recipe", tmp_path / "r.json", "--json")[1])["sets"]
    assert [one["set"] for one in sides] == wanted
    assert (sides[0]["samples"], len({one["drawn"] for one in sides})) == (10, 1)
    assert sides[5]["samples"] > sides[1]["samples"]
    whole = json.loads(winnow("report", "--ablations", "--no-equal-size", "--json")[1])["sets"]
    assert [one["drawn"] for one in whole] == [one["samples"] for one in whole]


def test_report__equal_size__datasets_are_drawn_by_the_seed(winnow: Callable) -> None:
    sets = json.loads(winnow("report", "--equal-size", "--seed", "3", "--json")[1])["sets"]
    assert [(one["set"], one["samples"], one["drawn"]) for one in sets] == [("both", 6, 4), ("one", 4, 4)]
    assert _values(sets[0])["samples"] == 4


def test_report__ablations__of_nothing__says_where_to_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--ablations", "--workspace", str(tmp_path / "empty")]) == 0
    assert "python -m curation demo" in capsys.readouterr().out


def test_report__tiny_dataset_beside_a_large_one__is_left_out_by_name_until_it_is_asked_for(
    winnow: Callable, llava: Write
) -> None:
    winnow("import", llava([row("What is it?", f"{n} kites.") for n in range(100)], "large.json"), "--name", "large")
    code, out, error = winnow("report")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["large"]
    assert "one has 4 samples and is left out, since every row would rest on as few; --small-sets" in error
    whole = json.loads(winnow("report", "--small-sets", "--json")[1])
    assert [one["set"] for one in whole["sets"]] == ["both", "one", "large"]
    assert whole["left_out"] == []
