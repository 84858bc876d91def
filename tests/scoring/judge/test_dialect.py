"""Endpoints that refuse options: models that reason, servers of other makers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from llm_server import FakeLLM, Reply, replies

from scoring.judge import answers, client, cost
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion
from scoring.judge.trouble import JudgeError
from scoring.metric import Postponed, Result

Start = Callable[..., FakeLLM]
Make = Callable[..., Judge]


def _refusal(message: str, parameter: str | None = None, status: int = 400) -> Reply:
    error = {"message": message, "type": "invalid_request_error", "param": parameter, "code": "unsupported_parameter"}
    return Reply(status=status, body={"error": error})


def _reasoning(request: dict[str, Any]) -> Reply | str:
    """A model that reasons, as OpenAI serves it."""
    if "max_tokens" in request:
        message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
        return _refusal(message, "max_tokens")
    if "temperature" in request:
        message = "Unsupported value: 'temperature' does not support 0.7. Only the default (1) value is supported."
        return _refusal(message, "temperature")
    return "yes"


def _of(number: int) -> ChatQuestion:
    return ChatQuestion("Answer yes or no.", str(number)).answered_by(answers.YES_NO)


def _poll(judge: Judge, count: int) -> list[Result]:
    return judge.each(range(count), lambda number: Result(float(judge.ask(_of(number), answers.yes_no).yes)))


def test_reasoning_model__is_asked_as_it_wants_after_one_refusal_of_each_option(llm: Start, judge: Make) -> None:
    fake = llm(_reasoning)
    assert [result.value for result in _poll(judge(concurrency=1), 20)] == [1.0] * 20
    assert fake.count == 22
    assert fake.requests[-1].keys() == {"model", "messages", "max_completion_tokens", "seed", "response_format"}
    assert fake.requests[-1]["max_completion_tokens"] == 300
    _poll(judge(concurrency=1, cache=""), 5)  # another metric of the same run
    assert fake.count == 27


def test_structured_output__is_asked_for_by_a_strict_schema(llm: Start, judge: Make) -> None:
    fake = llm(replies('{"answer": "no"}'))
    assert not judge().ask(_of(0), answers.yes_no).yes
    form = fake.requests[0]["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["strict"]
    schema = form["json_schema"]["schema"]
    assert schema["required"] == ["answer"]
    assert schema["properties"]["answer"]["enum"] == ["yes", "no"]


@pytest.mark.parametrize(
    "refusal",
    [
        _refusal("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
        Reply(status=400, body={"object": "error", "message": "guided decoding is off", "code": 400, "param": None}),
        Reply(status=422, body={"detail": [{"type": "extra_forbidden", "loc": ["body", "response_format"]}]}),
        Reply(status=400, body="Bad Request"),
    ],
)
def test_structured_output__that_is_refused_gives_way_to_plain_text(llm: Start, judge: Make, refusal: Reply) -> None:
    fake = llm(lambda request: refusal if "response_format" in request else "no")
    asking = judge(concurrency=1)
    assert [result.value for result in _poll(asking, 4)] == [0.0] * 4
    assert ["response_format" in request for request in fake.requests] == [True, False, False, False, False]


def test_seed__differs_by_vote_and_goes_where_it_is_refused(llm: Start, judge: Make) -> None:
    fake = llm(replies("yes"))
    judge(seed=7).poll(_of(0), answers.yes_no)
    assert [request["seed"] for request in fake.requests] == [7, 8, 9]
    strict = llm(
        lambda request: Reply(status=422, body={"detail": [{"loc": ["body", "seed"]}]}) if "seed" in request else "no"
    )
    judge().poll(_of(0), answers.yes_no)
    assert ["seed" in request for request in strict.requests] == [True, False, False, False]


def test_seed__another_one_is_another_answer(llm: Start, judge: Make) -> None:
    fake = llm(replies("yes"))
    for seed in (0, 1, 1):
        judge(seed=seed).ask(_of(0), answers.yes_no)
    assert fake.count == 2


def test_refusal_of_one_item__changes_nothing_for_the_others(llm: Start, judge: Make) -> None:
    message = "max_tokens is too large: 300. This model's maximum context length is 4096 tokens."

    def answer(request: dict[str, Any]) -> Reply | str:
        return _refusal(message) if request["messages"][1]["content"] == "1" else "yes"

    fake = llm(answer)
    results = _poll(judge(concurrency=1), 3)
    assert [result.value for result in results] == [1.0, None, 1.0]
    assert "maximum context length" in (results[1].error or "")
    assert all("max_tokens" in request and "response_format" in request for request in fake.requests)


def test_identical_refusals__end_the_run_in_one_sentence(llm: Start, judge: Make) -> None:
    def answer(request: dict[str, Any]) -> Reply:
        return _refusal(f"Images are not possible (request req_{request['messages'][1]['content'] * 9}a1b2c3).")

    fake = llm(answer)
    asking = judge(concurrency=1)
    with pytest.raises(
        Postponed, match=r"5 requests in a row ended alike, so no more are sent. .* Images are not possible"
    ):
        _poll(asking, 1002)
    assert fake.count <= 2 * client.REFUSALS
    with pytest.raises(Postponed, match="in a row ended alike"):
        asking.ask(_of(2000), answers.yes_no)


def test_refusals_between_answers__do_not_end_the_run(llm: Start, judge: Make) -> None:
    def answer(request: dict[str, Any]) -> Reply | str:
        return "yes" if int(request["messages"][1]["content"]) % 4 == 0 else _refusal("The picture is not allowed.")

    llm(answer)
    results = _poll(judge(concurrency=1), 40)
    assert sum(result.value == 1 for result in results) == 10


def test_answer_that_is_cut_off__is_unreadable_with_its_reason_and_counts(
    llm: Start, judge: Make, tmp_path: Path
) -> None:
    fake = llm(replies(Reply("Yes, because", finish="length")))
    with pytest.raises(JudgeError, match=r"cut off \(finish_reason length, 7 tokens\): set max_tokens higher"):
        judge().ask(_of(0), answers.yes_no)
    assert fake.count == 1
    assert cost.spent(tmp_path / "cache").completion_tokens == 7


def test_answers_that_are_all_cut_off__end_the_run(llm: Start, judge: Make) -> None:
    fake = llm(replies(Reply("", finish="length")))
    with pytest.raises(Postponed, match=r"ended alike.*cut off"):
        _poll(judge(concurrency=1), 100)
    assert fake.count == client.REFUSALS
