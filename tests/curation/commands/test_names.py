"""A name that is not known, in any option of any command, ends with code 2, the nearest name and all that there are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import lay_out, row

from curation.__main__ import main
from curation.commands.parser import parser
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.evaluation_sets import named
from curation.filtering.snapshot import build
from curation.workspace import open_workspace

CASES: dict[tuple[str, ...], tuple[str, str]] = {
    ("flags", "--kind", "hallucinations"): ("hallucination", "image_missing"),
    ("flags", "--dataset", "mime"): ("mine", "mine"),
    ("flags", "--verdict", "unsur"): ("unsure", "supported"),
    ("scores", "--metric", "sharpnes"): ("sharpness", "exposure"),
    ("score", "--metrics", "sharpnes"): ("sharpness", "exposure"),
    ("score", "--set", "sharpnes.a=1"): ("sharpness", "exposure"),
    ("score", "--set", "image_quality.modle=x"): ("model", "device"),
    ("score", "--device", "cudda"): ("cuda", "mps"),
    ("score", "--engine", "locl"): ("local", "local"),
    ("score", "--tasks", "task_nearst"): ("task_nearest", "task_tagged"),
    ("import-scores", "scores.csv", "--dataset", "mime"): ("mine", "mine"),
    ("import-scores", "scores.csv", "--dataset", "mine", "--id", "rwo"): ("row", "icons"),
    ("import-scores", "scores.csv", "--dataset", "mine", "--metric", "icon"): ("icons", "row"),
    ("import-scores", "scores.csv", "--dataset", "mine", "--metric", "icons=hihg"): ("high", "low"),
    ("import-scores", "scores.csv", "--bad-when", "hihg"): ("high", "low"),
    ("contamination", "--remove", "POPPE"): ("POPE", "POPE"),
    ("report", "--dataset", "mime"): ("mine", "mine"),
    ("degrade", "--out", "sets", "--dataset", "mime"): ("mine", "mine"),
    ("dataset", "mime"): ("mine", "mine"),
    ("dataset", "mine", "--construction", "adaptation"): ("adaption", "mixing"),
    ("dataset", "mine", "--tendency", "txt-rich"): ("text-rich", "region"),
    ("decide", "aprove"): ("approve", "undo"),
    ("decide", "duplicates", "--keep", "longst"): ("longest", "first"),
    ("decide", "duplicates", "--prefer", "mime"): ("mine", "mine"),
    ("decide", "approve", "--dataset", "mime", "--row", "0"): ("mine", "mine"),
    ("annotate", "mime", "set.json"): ("mine", "mine"),
    ("annotate", "mine", "set.json", "--annotations-format", "coco_caption"): ("coco_captions", "vqa"),
    ("import", "set.json", "--format", "lava"): ("llava", "swift"),
    ("import", "set.json", "--annotations-format", "coco_caption"): ("coco_captions", "vqa"),
    ("generate", "--dataset", "mime"): ("mine", "mine"),
    ("generate", "--dataset", "mine", "--mode", "adept"): ("adapt", "instruct"),
    ("generate", "--dataset", "mine", "--tasks", "countin"): ("counting", "existence"),
    ("generate", "--dataset", "mine", "--negatives", "populer"): ("popular", "random"),
    ("generate", "--dataset", "mine", "--boxes", "shares"): ("share", "share"),
    ("generate", "--dataset", "mine", "--mode", "instruct", "--flavour", "globl"): ("global", "region"),
    ("generate", "--dataset", "mine", "--annotations-format", "coco_caption"): ("coco_captions", "vqa"),
    ("rewrite", "--dataset", "mime"): ("mine", "mine"),
    ("rewrite", "--dataset", "mine", "--way", "corect"): ("correct", "refine"),
    ("rewrite", "--dataset", "mine", "--flag-kind", "hallucinations"): ("hallucination", "refusal"),
    ("export", "--recipe", "r.json", "--out", "o", "--format", "swft"): ("swift", "llava"),
    ("export", "--recipe", "r.json", "--out", "o", "--images", "copie"): ("copy", "pack"),
    ("export", "--recipe", "r.json", "--out", "o", "--preferences", "ktoo"): ("kto", "dpo"),
    ("export", "--recipe", "r.json", "--out", "o", "--split-by", "imag"): ("image", "dataset"),
    ("export", "--recipe", "r.json", "--out", "o", "--cluster", "kitchn"): ("kitchen", "map_images:0"),
    ("export", "--recipe", "r.json", "--out", "o", "--queue", "disagred"): ("disagreed", "audit"),
    ("export", "--recipe", "r.json", "--out", "o", "--tag", "blury"): ("blurry", "blurry"),
    ("hand-over", "label_studo", "--out", "o"): ("label_studio", "argilla"),
    ("hand-over", "table", "--out", "o", "--cluster", "kitchn"): ("kitchen", "map_images:0"),
    ("hand-over", "table", "--out", "o", "--queue", "disagred"): ("disagreed", "audit"),
    ("hand-over", "table", "--out", "o", "--tag", "blury"): ("blurry", "blurry"),
    ("recipe", "init", "--cluster", "kitchn"): ("kitchen", "map_images:0"),
    ("recipe", "init", "--queue", "disagred"): ("disagreed", "audit"),
    ("recipe", "init", "--tag", "blury"): ("blurry", "blurry"),
    ("recipe", "init", "--split-by", "imag"): ("image", "dataset"),
    ("recipe", "init", "--by", "taks"): ("task", "cluster"),
    ("recipe", "init", "--cap", "datset=mine:5"): ("dataset", "cluster"),
    ("recipe", "init", "--cap", "dataset=mime:5"): ("mine", "mine"),
    ("recipe", "init", "--floor", "task=countin:5"): ("counting", "counting"),
    ("recipe", "init", "--floor", "complexity=hihg:5"): ("high", "low"),
    ("recipe", "init", "--weight", "mime=2"): ("mine", "mine"),
    ("recipe", "init", "--map", "map_image"): ("map_images", "map_responses"),
    ("recipe", "init", "--choose", "informativ"): ("informative", "random"),
    ("recipe", "init", "--complexity", "granularty"): ("granularity", "sharpness"),
    ("correlate", "--datasets", "LLaVa"): ("LLaVA", "MIMIC-IT"),
    ("recipe", "shaw", "r.json"): ("show", "init"),
    ("decisions", "exprt"): ("export", "import"),
    ("flgas",): ("flags", "import"),
}
FREE = {
    "--split",
    "--workspace",
    "--name",
    "--who",
    "--model",
    "--endpoint",
    "--flag",
    "--set",
    "--allow-host",
    "--address",
    "--push",
    "--into",
    "--field",
    "--value",
}
"""Options whose values are no names of a list."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one dataset, a map, a tag and a recipe."""
    home = tmp_path_factory.mktemp("names")
    import json

    (home / "set.json").write_text(json.dumps([row("What is it?", "A cup.")]))
    assert main(["import", str(home / "set.json"), "--name", "mine", "--workspace", str(home / "workspace")]) == 0
    place = ["--workspace", str(home / "workspace")]
    assert main(["recipe", "init", "--out", str(home / "r.json"), *place]) == 0
    workspace = open_workspace(home / "workspace")
    lay_out(workspace, "map_images", [(0.0, 0.0)], [0], {0: "kitchen"})
    tag = decision_keys.tag(build(workspace).samples["key"][0], "blurry")
    decision_log.decide(workspace, "ann", "tag", tag, "add")
    (home / "scores.csv").write_text("row,icons\n0,1\n")
    (home / "questions.json").write_text(json.dumps([{"question": "Is it sunny?"}]))
    named.add(workspace, home / "questions.json", "POPE")
    workspace.close()
    return home


def _code(line: tuple[str, ...]) -> int:
    try:
        return main(line)
    except SystemExit as ended:  # how argparse ends
        return int(ended.code or 0)


@pytest.mark.parametrize("line", CASES, ids=" ".join)
def test_unknown_name__code_2_the_nearest_and_the_others(
    line: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    near, other = CASES[line]
    assert _code(line) == 2
    printed = capsys.readouterr()
    assert f"Did you mean {near!r}?" in printed.err
    assert other in printed.err.rpartition("Known: ")[2]
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_flags__kind_that_no_flag_is_of__is_an_empty_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert main(["flags", "--kind", "hallucination", "--json"]) == 0
    assert main(["scores", "--metric", "sharpness", "--json"]) == 0
    assert capsys.readouterr().out == ""


def _options() -> Iterator[tuple[str, str]]:
    """Every option of every command that takes a text."""

    def walk(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for inner, sub in action.choices.items():
                    yield from walk(name or inner, sub)
            elif action.nargs != 0 and action.type is None and action.option_strings:
                yield name, action.option_strings[0]

    yield from walk("", parser(complete=True))


def test_every_option_that_takes_a_name__is_tried_above() -> None:
    tried = {(line[0], word) for line in CASES for word in line if word.startswith("--")}
    missing = {one for one in _options() if one not in tried and one[1] not in FREE}
    assert missing == set()
