from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from llm_server import FakeLLM, data_of, name_endpoint, serve
from support import row

from curation.__main__ import main
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.generation.llm import rewriting
from curation.importing.importer import import_file
from curation.workspace import Workspace, open_workspace
from scoring.judge import endpoint
from storage import flags

BEFORE = "A red cup and a dog stand on the table."
AFTER = "A red cup stands on the table."


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeLLM]:
    """Corrects the one sentence that it knows."""
    monkeypatch.setattr(endpoint, "SECRETS", tmp_path / "secrets.toml")
    with serve(lambda _: json.dumps({"response": AFTER})) as fake:
        name_endpoint(monkeypatch, fake, "writer-7b")
        yield fake


@pytest.fixture
def folder(tmp_path: Path, llava: Callable[..., Path]) -> Path:
    """A workspace with three turns, two of them flagged."""
    workspace = open_workspace(tmp_path / "workspace")
    import_file(workspace, llava([row("What is there?", BEFORE, "Sure?", "Yes."), row("Is it?", "A dog.")]))
    evidence = '{"annotations": {"objects": ["cup"]}}'
    rows = [
        (no, "turn", no, 0, start, start + 5, "a dog", "hallucination", "unsupported", 1.0, evidence, "", "m", "1", 0)
        for no, start in ((0, 14), (1, 0))
    ]  # fmt: skip
    with workspace.store.transaction("samples", "scores") as cursor:
        flags.append(cursor, pl.DataFrame(rows, schema=list(flags.COLUMNS), orient="row"))
    workspace.close()
    return tmp_path / "workspace"


def _edits(workspace: Workspace) -> list[dict[str, Any]]:
    return [orjson.loads(text) for text in decision_log.standing(workspace, "turn")["payload"]]


def test_rewrite__proposes_and_changes_nothing_until_accepted(
    llm: FakeLLM, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["rewrite", "--workspace", str(folder), "--dataset", "set", "--flag-kind", "hallucination", "--json"]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["outcome"] for line in lines] == ["proposed", "proposed"]
    sent = data_of(next(one for one in llm.requests if "red cup" in str(one["messages"])))
    assert (sent["response"], sent["doubtful"][0]["text"]) == (BEFORE, "a dog")
    assert sent["doubtful"][0]["evidence"]["annotations"]["said"] == {"objects": ["cup"]}
    workspace = open_workspace(folder)
    assert decision_log.standing(workspace).is_empty()
    workspace.close()

    (tmp_path / "wanted.jsonl").write_text(lines[0] + "\n")
    assert (
        main(["rewrite", "--workspace", str(folder), "--accept", str(tmp_path / "wanted.jsonl"), "--who", "ann"]) == 0
    )
    workspace = open_workspace(folder)
    (said,) = _edits(workspace)
    assert said["response"] == AFTER
    assert said["suggested"]["model"] == "writer-7b"
    assert said["suggested"]["prompt"].startswith("correct@")
    assert decision_log.standing(workspace, "flag")["verdict"].to_list() == ["confirm"]
    undone = decision_log.undo(workspace, "ann")
    assert undone is not None
    assert undone["count"] == 2
    assert decision_log.standing(workspace).is_empty()
    workspace.close()
    assert main(words) == 0
    assert llm.count == 2  # nothing is paid twice


def test_accept__what_people_decided_since_is_left_alone(llm: FakeLLM, folder: Path) -> None:
    workspace = open_workspace(folder)
    judge = rewriting.Judge({**rewriting.SAMPLING})
    proposals = list(rewriting.propose(rewriting.flagged(workspace, dataset="set"), "correct", judge))
    decision_log.decide(
        workspace, "bea", "turn", decision_keys.turn(proposals[0].key, 0), "edit", {"response": "Mine."}
    )
    _, counts = rewriting.accept(workspace, "ann", [*proposals, proposals[1]])
    assert counts == {"decided by people since, or another text": 2, "accepted": 1}
    assert {one["response"] for one in _edits(workspace)} == {"Mine.", AFTER}
    workspace.close()


def test_flagged__dismissed_flags_and_edited_turns_are_left_out(llm: FakeLLM, folder: Path) -> None:
    workspace = open_workspace(folder)
    first, second = rewriting.flagged(workspace)
    decision_log.decide(workspace, "ann", "flag", first.doubtful[0]["flag_id"], "dismiss")
    decision_log.decide(workspace, "ann", "turn", decision_keys.turn(second.key, 0), "drop")
    assert rewriting.flagged(workspace) == []
    assert [one.turn for one in rewriting.every(workspace, "set")] == [0, 1]
    workspace.close()


def test_accept__file_that_holds_no_proposals__is_an_error(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text('{"key": 1}\n')
    assert main(["rewrite", "--workspace", str(folder), "--accept", str(tmp_path / "odd.jsonl")]) == 1
    assert main(["rewrite", "--workspace", str(folder)]) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A red cup stands on the table.", ""),
        ("Yes.", ""),
        ("", "Nothing of the response is left."),
        ("Эта картина показывает красную чашку на столе.", "It is not in English."),
        ("A red cup ######## stands on the table.", "It has meaningless characters."),
        ("The cup is red and big. The table is old. The cup is red and big.", "It says a sentence twice."),
        ("A red cup stands on the table and behind it there", "Its last sentence breaks off."),
        ("The given description does not mention a dog.", "It speaks of a description instead of the image."),
    ],
)
def test_fault__rules_after_the_model(text: str, why: str) -> None:
    assert rewriting.fault(text) == why
