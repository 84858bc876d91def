from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_server import KEY, FakeLLM, data_of, serve
from support import finish, row

from curation.importing.importer import import_file
from curation.runs import status
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace, score_columns
from curation.workspace.score_columns import Column
from scoring.judge import cost

Write = Callable[..., Path]


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLLM]:
    """Says yes to every response but "wrong"."""
    with serve(lambda request: "no" if data_of(request)["response"] == "wrong" else "yes") as fake:
        monkeypatch.setenv("WINNOW_LLM_BASE_URL", fake.url)
        monkeypatch.setenv("WINNOW_LLM_MODEL", "judge-7b")
        monkeypatch.setenv("WINNOW_LLM_API_KEY", KEY)
        yield fake


def _import(workspace: Workspace, llava: Write, photo: Write) -> None:
    for number in range(4):
        photo(f"{number}.png", seed=number)
    texts = ["right", "wrong", "right", "right"]
    import_file(workspace, llava([row("q", text, "more?", text, image=f"{n}.png") for n, text in enumerate(texts)]))


def _columns(**params: Any) -> dict[str, Column]:
    return {"correctness": score_columns.columns({"correctness": {"params": params}})["correctness"]}


def _values(workspace: Workspace) -> list[tuple[int, float]]:
    return workspace.store.rows("SELECT subject_no, value FROM score ORDER BY subject_no")


def test_run__votes_are_stored_flagged_and_kept_in_the_workspace_without_the_key(
    workspace: Workspace, llava: Write, photo: Write, endpoint: FakeLLM
) -> None:
    _import(workspace, llava, photo)
    progress = finish(ScoringRun(workspace, _columns(), jobs=2))
    assert (progress.state, progress.failed, progress.unavailable) == ("done", 0, {})
    assert [value for _, value in _values(workspace)] == [1, 1, 0, 0, 1, 1, 1, 1]
    assert workspace.store.rows("SELECT DISTINCT kind, turn_index FROM flag ORDER BY 2") == [
        ("incorrect", 0),
        ("incorrect", 1),
    ]
    assert endpoint.count == cost.spent(workspace.answers).requests == 8 * 3
    assert endpoint.keys == {KEY}
    for path in workspace.folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_run__budget_used_up__leaves_whole_samples_to_the_next_run_which_pays_nothing_twice(
    workspace: Workspace, llava: Write, photo: Write, endpoint: FakeLLM
) -> None:
    _import(workspace, llava, photo)
    first = finish(ScoringRun(workspace, _columns(requests=10), jobs=2))
    assert (first.state, first.failed, endpoint.count) == ("done", 0, 10)
    assert "The budget of 10 requests is used up" in first.unavailable["correctness"]
    stored = len(_values(workspace))
    assert stored < 8
    assert stored % 2 == 0  # samples of two turns
    (told,) = (one for one in status.metric_states(workspace) if one.name == "correctness")
    assert (told.missing, told.failed) == (8 - stored, 0)
    assert "budget" in told.why
    assert finish(ScoringRun(workspace, _columns(), jobs=2)).unavailable == {}
    assert len(_values(workspace)) == 8
    assert endpoint.count == 24


def test_run__another_model_is_another_version(
    workspace: Workspace, llava: Write, photo: Write, endpoint: FakeLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    _import(workspace, llava, photo)
    finish(ScoringRun(workspace, _columns(votes=1), jobs=1))
    assert finish(ScoringRun(workspace, _columns(votes=1, concurrency=2), jobs=1)).total == 0
    monkeypatch.setenv("WINNOW_LLM_MODEL", "judge-70b")
    finish(ScoringRun(workspace, _columns(votes=1), jobs=1))
    assert {request["model"] for request in endpoint.requests} == {"judge-7b", "judge-70b"}
    assert workspace.store.rows("SELECT count(DISTINCT version) FROM score") == [(2,)]


def test_run__no_endpoint__is_unavailable_with_the_reason(
    workspace: Workspace, llava: Write, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WINNOW_LLM_BASE_URL", "WINNOW_LLM_MODEL", "WINNOW_LLM_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    _import(workspace, llava, photo)
    progress = finish(ScoringRun(workspace, score_columns.named(["correctness", "task_discovery"]), jobs=1))
    assert progress.unavailable.keys() == {"correctness", "task_discovery"}
    assert all(reason.startswith("No language model is set up: set") for reason in progress.unavailable.values())
    assert _values(workspace) == []
