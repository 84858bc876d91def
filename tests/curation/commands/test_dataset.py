"""Datasets on the command line: tags, overlap, weights of a mix, duplicates kept by dataset."""

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
    """Runs a command on a workspace of two datasets: nine rows, and three of which one is in the other too."""

    def run(command: str, *arguments: object) -> tuple[int, str, str]:
        code = main([command, "--workspace", str(tmp_path / "w"), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    run("import", llava([row(f"What is {n}?", f"The number {n}.") for n in range(9)], "large.json"))
    rows = [row("what is 3", "the number 3", id="x"), row("Who?", "Nobody at all."), row("Where?", "Here."), {"id": 1}]
    run("import", llava(rows, "llavar.json"), "--name", "small")
    return run


def test_dataset__lists_sets_and_suggests(winnow: Callable) -> None:
    code, out, _ = winnow("dataset", "--json")
    large, small = json.loads(out)
    assert code == 0
    assert (large["samples"], large["turns"], large["suggestion"]) == (9, "single", None)
    assert (small["construction"], small["suggestion"]["tendency"]) == ([], ["text-rich"])
    assert "Self-Instruct · text-rich? its name is that of LLaVAR" in winnow("dataset")[1]

    said = ("--construction", "adaption, mixing", "--tendency", "domain:street signs,region", "--who", "ann", "--json")
    one = json.loads(winnow("dataset", "small", *said)[1])
    assert (one["construction"], one["tendency"], one["domain"]) == (
        ["adaption", "mixing"],
        ["domain", "region"],
        "street signs",
    )
    assert (one["who"], one["suggestion"]) == ("ann", None)
    assert json.loads(winnow("dataset", "small", "--construction", "mixing", "--json")[1])["domain"] == "street signs"
    for wrong, expected in ((("nowhere",), 2), (("small", "--tendency", "loud"), 2), (("--construction", "mixing"), 1)):
        code, _, err = winnow("dataset", *wrong)
        assert code == expected
        assert err.startswith("error: ")


def test_overlap_and_duplicates__kept_by_dataset(winnow: Callable) -> None:
    assert "as far as duplicates were looked for" in winnow("dataset", "--overlap")[1]
    winnow("score", "--metrics", "duplicates")
    assert winnow("dataset", "--overlap")[1] == "1 of large are also in small\n1 of small are also in large\n"
    overlap = json.loads(winnow("status", "--json")[1])["overlap"]
    assert overlap[0] == {"dataset": "large", "also_in": "small", "samples": 1, "of": 9}
    code, _, err = winnow("decide", "duplicates", "--prefer", "small", "--who", "ann")
    assert (code, err) == (0, "2 flags of duplicates decided\n")
    assert winnow("decide", "duplicates", "--keep", "luck")[0] == 2


def test_weights__make_the_mix_and_the_accounting(winnow: Callable, tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    assert winnow("recipe", "init", "--out", path, "--weight", "large=2")[0] == 0
    code, out, _ = winnow("export", "--recipe", path, "--out", tmp_path / "out", "--json")
    accounts = {one["dataset"]: one for one in json.loads(out)["accounting"]}
    assert code == 0
    assert (accounts["large"]["exported"], accounts["small"]["exported"]) == (6, 3)
    assert accounts["large"]["parts"][0] == {
        "fate": "over_quota",
        "reason": "over the share of large by weight",
        "rows": 3,
    }
    assert (accounts["small"]["rows"], accounts["small"]["rejected"], accounts["small"]["imported"]) == (4, 1, 3)
    assert "left over by the quota" in winnow("export", "--recipe", path, "--out", tmp_path / "out")[1]
    for wrong, expected in (("large", 1), ("large=-1", 1), ("=2", 1), ("large=nan", 1), ("nowhere=1", 2)):
        code, _, err = winnow("recipe", "init", "--out", path, "--weight", wrong)
        assert (code, err[:7]) == (expected, "error: "), wrong
