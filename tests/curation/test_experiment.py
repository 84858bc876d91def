"""The survey's experiment from annotations to the ablations of its Table 3; skipped without real annotations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation.__main__ import main

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.skipif(not (DATA / "coco_annotations").is_dir(), reason="needs COCO's annotations")
def test_experiment__adapt_score_and_leave_each_group_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = ["--workspace", str(tmp_path / "workspace")]
    files = sorted(str(path) for path in (DATA / "coco_annotations").glob("*.json"))
    images = str(DATA / "coco_vlit" / "images")
    assert main(["generate", *workspace, "--annotations", *files, "--images", images, "--limit", "60"]) == 0
    assert main(["score", *workspace]) == 0
    capsys.readouterr()
    assert main(["report", *workspace, "--ablations", "--json"]) == 0
    sets = {one["set"]: one for one in json.loads(capsys.readouterr().out)["sets"]}
    assert list(sets) == [
        "raw", "filtered", "without usability", "without diversity", "without complexity", "without balance",
    ]  # fmt: skip
    assert len({one["drawn"] for one in sets.values()}) == 1
    values = {name: {row["name"]: row["value"] for row in one["indicators"]} for name, one in sets.items()}
    assert values["filtered"]["balance"] < values["without balance"]["balance"]
    assert values["filtered"]["text_readability"] > values["without usability"]["text_readability"]
