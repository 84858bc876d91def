"""Whole files as sets are published in, which are not rows alone: what becomes of their rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation.importing.importer import ImportFailedError, import_file
from curation.workspace import Workspace
from storage import samples

CLEVR = {
    "info": {"split": "train"},
    "questions": [
        {"image_filename": f"{n}.png", "question": f"How many cubes in {n}?", "answer": str(n), "split": "train"}
        for n in range(3)
    ],
}
ROW_OF_QUESTIONS = {
    "id": "1",
    "questions": [{"question": "What is it?", "answer": "A dog."}, {"question": "Where?", "answer": "Here."}],
    "image": "1.png",
}
MESSAGES = [{"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "A dog."}]
DIALOGUE = [{"from": "human", "value": "What is it?"}, {"from": "gpt", "value": "A dog."}]
PAIR = {"question": "What is it?", "chosen": "A dog.", "rejected": "A cat."}
ONE_TURN = [("What is it?", "A dog.")]


def _turns(workspace: Workspace) -> list[tuple[str, str]]:
    return workspace.store.frame("SELECT instruction, response FROM turn ORDER BY turn_no").rows()


@pytest.mark.parametrize(
    ("name", "text", "turns"),
    [
        ("set.json", json.dumps(CLEVR), [(f"How many cubes in {n}?", str(n)) for n in range(3)]),
        ("set.jsonl", json.dumps(ROW_OF_QUESTIONS), [("What is it?", "A dog."), ("Where?", "Here.")]),
        ("set.json", json.dumps([MESSAGES, DIALOGUE]), ONE_TURN * 2),
        ("set.jsonl", f"{json.dumps(MESSAGES)}\n{json.dumps(DIALOGUE)}\n", ONE_TURN * 2),
        ("set.jsonl", json.dumps({"image": "1.png", "text": json.dumps(PAIR)}), ONE_TURN),
        ("set.csv", "image|question|answer\n1.png|What is it?|A dog.\n", ONE_TURN),
    ],
    ids=["CLEVR", "a row's own questions", "list of lists", "a list a line", "RLHF-V", "table with bars"],
)
def test_import__published_file__has_these_turns(
    workspace: Workspace, tmp_path: Path, name: str, text: str, turns: list[tuple[str, str]]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    import_file(workspace, tmp_path / name)
    assert _turns(workspace) == turns


def test_import__questions_of_vqa__says_that_they_are_annotations(workspace: Workspace, tmp_path: Path) -> None:
    questions = [{"image_id": n, "question": f"What is {n}?", "question_id": n} for n in range(3)]
    (tmp_path / "set.json").write_text(json.dumps({"info": {}, "questions": questions}), encoding="utf-8")
    with pytest.raises(ImportFailedError, match="annotation file"):
        import_file(workspace, tmp_path / "set.json")
    assert samples.count(workspace.store) == 0
