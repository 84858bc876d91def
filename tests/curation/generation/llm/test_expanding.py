from __future__ import annotations

import json
from pathlib import Path

import pytest
from llm_server import FakeLLM, data_of, serve
from PIL import Image

from curation.__main__ import main
from scoring.judge import endpoint


def _answer(request: object) -> str:
    said = data_of(request)
    sentences = {"red": "The cup is red.", "two": "There are many cups in the large and sunny kitchen."}
    return json.dumps({"sentence": sentences[said["answer"]]})


def test_generate__expand__answers_become_sentences_that_hold_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "SECRETS", tmp_path / "secrets.toml")
    (tmp_path / "images").mkdir()
    Image.new("RGB", (64, 48), "red").save(tmp_path / "images" / "1.jpg")
    asked = [("What colour is the cup?", "red"), ("How many cups are there?", "two")]
    notes = {
        "questions": [{"image_id": 1, "question": text, "question_id": n} for n, (text, _) in enumerate(asked)],
        "annotations": [
            {"image_id": 1, "question_id": n, "answers": [{"answer": answer}] * 10, "multiple_choice_answer": answer}
            for n, (_, answer) in enumerate(asked)
        ],
    }
    for name, listed in notes.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"data_subtype": "val2014", name: listed}))
    (tmp_path / "images" / "1.jpg").rename(tmp_path / "images" / "COCO_val2014_000000000001.jpg")
    with serve(_answer) as fake:
        words = [
            "generate", "--workspace", str(tmp_path / "workspace"), "--images", str(tmp_path / "images"),
            "--annotations", str(tmp_path / "questions.json"), str(tmp_path / "annotations.json"),
            "--tasks", "vqa", "--brief", "0", "--per-image", "9", "--out", str(tmp_path / "out.jsonl"), "--expand",
        ]  # fmt: skip
        assert main([*words, "--endpoint", fake.url, "--model", "writer-7b"]) == 0
        assert_asked(fake)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    answers = {row["conversations"][1]["value"] for row in rows}
    assert any("The cup is red." in answer for answer in answers)
    assert not any("sunny" in answer for answer in answers)
    assert all(row["winnow"]["settings"]["expand"]["model"] == "writer-7b" for row in rows)


def assert_asked(fake: FakeLLM) -> None:
    """Each question was asked once."""
    assert len(fake.requests) == 2


def test_generate__expand_without_an_endpoint__one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(endpoint, "SECRETS", tmp_path / "secrets.toml")
    monkeypatch.delenv("WINNOW_LLM_BASE_URL", raising=False)
    (tmp_path / "a.json").write_text(json.dumps({"images": [{"file_name": "1.jpg", "captions": ["A dog."]}]}))
    Image.new("RGB", (64, 48), "red").save(tmp_path / "1.jpg")
    words = ["generate", "--workspace", str(tmp_path / "workspace"), "--images", str(tmp_path)]
    assert main([*words, "--annotations", str(tmp_path / "a.json"), "--expand"]) == 1
    assert "--endpoint and --model" in capsys.readouterr().err
