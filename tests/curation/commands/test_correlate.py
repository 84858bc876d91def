"""The correlate command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation.__main__ import main
from curation.reporting import correlation


def test_correlate__without_arguments__is_the_papers_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["correlate"]) == 0
    out = capsys.readouterr().out
    assert "Pearson r (p) over 4 datasets: LLaVA, MIMIC-IT, Ours, Ours(QC)" in out
    line = next(line for line in out.splitlines() if line.startswith("MD"))
    assert line.split()[1:3] == ["0.952", "(0.048**)"]
    assert next(line for line in out.splitlines() if line.startswith("LLaVA")).split()[-2:] == ["0.8083", "0.9267"]


def test_correlate__files_and_datasets__json(capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--indicators", str(correlation.INDICATORS), "--performance", str(correlation.PERFORMANCE)]
    assert main(["correlate", *files, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["datasets"]) == 8
    assert main(["correlate", *files, "--datasets", "LLaVA, MIMIC-IT,Ours,Ours(QC)", "--as-printed", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["pairs"][10] | {"r": 0, "p": 0, "p_holm": 0, "p_bh": 0} == {
        "indicator": "MD", "score": "Overall", "r": 0, "p": 0, "p_holm": 0, "p_bh": 0, "n": 4, "why": "", "stars": "**",
    }  # fmt: skip
    assert found["pairs"][10]["r"] == pytest.approx(0.952, abs=0.0005)
    assert found["pairs"][10]["p_holm"] == pytest.approx(1)


def test_correlate__bad_file__a_sentence_and_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "two.csv").write_text("dataset,x\nLLaVA,1\nOurs,many\n")
    assert main(["correlate", "--indicators", str(tmp_path / "two.csv")]) == 1
    assert "error: two.csv, line 3, column x: 'many' is no number." in capsys.readouterr().err
