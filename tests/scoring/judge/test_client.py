from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from llm_server import KEY, FakeLLM, Reply, replies

from scoring.judge import answers, cost
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion
from scoring.judge.trouble import JudgeError
from scoring.metric import Postponed, Result, Unavailable

Start = Callable[..., FakeLLM]
Make = Callable[..., Judge]


def test_ask__request_has_model_rules_data_sampling_and_key(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies("yes"))
    assert judge().ask(question, answers.yes_no).yes
    assert fake.requests == [
        {
            "model": "judge-7b",
            "messages": [
                {"role": "system", "content": "Answer yes or no."},
                {"role": "user", "content": "<data>\n{}\n</data>"},
            ],
            "temperature": 0.7,
            "max_tokens": 300,
            "seed": 0,
        }
    ]
    assert fake.keys == {KEY}


def test_ask__sampling_that_is_switched_off_is_not_sent(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies("yes"))
    judge(temperature=None, max_tokens=0, seed=None).ask(question, answers.yes_no)
    assert fake.requests[0].keys() == {"model", "messages"}


def test_ask__429_with_retry_after__waits_as_long_and_succeeds(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies(Reply(status=429, headers={"Retry-After": "0.6"}, body={"error": {"message": "slow"}}), "no"))
    assert not judge().ask(question, answers.yes_no).yes
    assert fake.count == 2
    assert fake.times[1] - fake.times[0] >= 0.6


def test_ask__retry_after_as_a_date__waits_until_then(llm: Start, judge: Make, question: ChatQuestion) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    fake = llm(replies(Reply(status=503, headers={"Retry-After": when}, body={}), "no"))
    judge(longest_pause=0.4).ask(question, answers.yes_no)
    assert 0.4 <= fake.times[1] - fake.times[0] < 1.9


def test_ask__500_for_ever__fails_after_bounded_tries(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies(Reply(status=500, body={"error": {"message": "broken inside"}})))
    with pytest.raises(JudgeError, match=r"answered 500: broken inside Tried 3 times"):
        judge().ask(question, answers.yes_no)
    assert fake.count == 3


def test_ask__400__is_not_tried_again(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies(Reply(status=400, body={"error": {"message": "no images here"}})))
    with pytest.raises(JudgeError, match="answered 400: no images here"):
        judge().ask(question, answers.yes_no)
    assert fake.count == 1


def test_ask__malformed_then_good__asks_again_with_a_reminder(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies("Perhaps.", '{"answer": "no", "reason": "no dog"}'))
    assert judge().ask(question, answers.yes_no) == answers.YesNoAnswer(False, "no dog")
    assert [message["role"] for message in fake.requests[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert fake.requests[1]["messages"][2]["content"] == "Perhaps."


@pytest.mark.parametrize("text", ["Perhaps.", "", None])
def test_ask__malformed_twice__fails_is_asked_anew_and_counts_as_paid(
    llm: Start, judge: Make, question: ChatQuestion, tmp_path: Path, text: str | None
) -> None:
    fake = llm(replies(Reply(text=text)))
    for _ in range(2):
        with pytest.raises(JudgeError, match="had not the form asked for"):
            judge().ask(question, answers.yes_no)
    assert fake.count == 4
    assert cost.spent(tmp_path / "cache") == cost.Cost(4, 400, 28)


def test_ask__malformed_then_good__both_count_as_paid(
    llm: Start, judge: Make, question: ChatQuestion, tmp_path: Path
) -> None:
    fake = llm(replies("Perhaps.", "no"))
    for _ in range(2):
        judge().ask(question, answers.yes_no)
    assert fake.count == 2
    assert cost.spent(tmp_path / "cache").requests == 2


def test_ask__kept_answer_that_is_read_no_more__is_asked_anew_and_still_counts(
    llm: Start, judge: Make, question: ChatQuestion, tmp_path: Path
) -> None:
    llm(replies("perhaps", "no"))
    judge().ask(question, str)
    assert not judge().ask(question, answers.yes_no).yes
    assert cost.spent(tmp_path / "cache").requests == 2


def test_ask__requests_that_fail__count_against_the_budget(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies(Reply(status=500, body={})))
    with pytest.raises(Postponed, match="budget of 2 requests"):
        judge(requests=2, retries=9).ask(question, answers.yes_no)
    assert fake.count == 2


@pytest.mark.parametrize("body", ["hello", {"no": "choices"}, {"choices": []}, []])
def test_ask__answer_without_a_message__fails_as_a_judge_error(
    llm: Start, judge: Make, question: ChatQuestion, body: Any
) -> None:
    llm(replies(Reply(body=body)))
    with pytest.raises(JudgeError):
        judge().ask(question, answers.yes_no)


def test_ask__timeout__is_tried_again_then_fails(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies(Reply(delay=1.0)))
    with pytest.raises(JudgeError, match=r"did not answer in time. Tried 2 times"):
        judge(timeout=0.15, retries=1).ask(question, answers.yes_no)
    assert fake.count == 2


def test_ask__second_time__comes_from_the_cache(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(replies("yes", "no"))
    assert [judge().ask(question, answers.yes_no).yes for _ in range(3)] == [True, True, True]
    assert fake.count == 1


@pytest.mark.parametrize("other", [{"temperature": 0.1}, {"model": "judge-70b"}, {"max_tokens": 7}])
def test_ask__another_request__is_not_answered_from_the_cache(
    llm: Start, judge: Make, question: ChatQuestion, other: dict[str, Any]
) -> None:
    fake = llm(replies("yes"))
    judge().ask(question, answers.yes_no)
    judge(**other).ask(question, answers.yes_no)
    judge().ask(question, answers.yes_no, vote=1)
    assert fake.count == 3


def test_ask__damaged_cache_file__is_asked_again_and_mended(
    llm: Start, judge: Make, question: ChatQuestion, tmp_path: Path
) -> None:
    fake = llm(replies("yes"))
    judge().ask(question, answers.yes_no)
    (kept,) = tmp_path.glob("cache/??/??/*.json")
    kept.write_bytes(b'{"text": "ye')
    assert judge().ask(question, answers.yes_no).yes
    assert judge().ask(question, answers.yes_no).yes
    assert fake.count == 2


def test_ask__budget_of_requests__stops_exactly_and_for_all_who_share_it(
    llm: Start, judge: Make, question: ChatQuestion, tmp_path: Path
) -> None:
    fake = llm(replies("yes"))
    shared = {"requests": 3, "budget": str(tmp_path / "run" / "budget")}
    one, two = judge(**shared), judge(**shared)
    for vote in range(3):
        (one, two)[vote % 2].ask(question, answers.yes_no, vote)
    with pytest.raises(Postponed, match="budget of 3 requests is used up"):
        one.ask(question, answers.yes_no, 3)
    assert two.ask(question, answers.yes_no, 0).yes  # what is kept costs nothing
    assert fake.count == 3


def test_ask__budget_of_requests__holds_among_threads(llm: Start, judge: Make, tmp_path: Path) -> None:
    fake = llm(replies("yes"))
    asking = judge(requests=5, budget=str(tmp_path / "budget"), concurrency=8)

    def score(number: int) -> Result:
        try:
            asking.ask(ChatQuestion("q", str(number)), answers.yes_no)
        except Postponed:
            return Result(0.0)
        return Result(1.0)

    assert sum(result.value or 0.0 for result in asking.each(range(20), score)) == 5
    assert fake.count == 5


def test_ask__budget_of_tokens__stops_after_the_answer_that_used_it_up(
    llm: Start, judge: Make, question: ChatQuestion
) -> None:
    fake = llm(replies("yes"))  # 107 tokens each
    asking = judge(tokens=200)
    with pytest.raises(Postponed, match="budget of 200 tokens"):
        [asking.ask(question, answers.yes_no, vote) for vote in range(9)]
    assert fake.count == 2


@pytest.mark.parametrize("limit", [1, 3])
def test_each__never_more_requests_at_once_than_allowed(llm: Start, judge: Make, limit: int) -> None:
    together = threading.Barrier(limit)

    def answer(_request: dict[str, Any]) -> str:
        together.wait(timeout=10)  # answers only once as many are here as may be
        return "yes"

    fake = llm(answer)
    asking = judge(concurrency=limit)
    asking.each(range(6), lambda number: Result(asking.ask(ChatQuestion("q", str(number)), answers.yes_no).yes))
    assert (fake.count, fake.most_at_once) == (6, limit)


def test_each__item_that_fails__carries_its_error_and_the_others_their_values(llm: Start, judge: Make) -> None:
    llm(lambda request: "?" if "bad" in str(request) else "yes")
    asking = judge()
    results = asking.each(["a", "bad"], lambda name: Result(asking.ask(ChatQuestion("q", name), answers.yes_no).yes))
    assert results[0] == Result(True)
    assert "JudgeError: Twice" in (results[1].error or "")


@pytest.mark.parametrize(
    ("status", "error", "sentence"),
    [
        (401, {"message": f"Incorrect API key provided: {KEY}"}, "refuses the key"),
        (403, {"message": "no"}, "refuses the key"),
        (404, {"message": "model not found"}, 'knows no model "judge-7b"'),
        (429, {"message": "You exceeded your quota", "code": "insufficient_quota"}, "exceeded your quota"),
    ],
)
def test_ask__no_request_can_succeed__postpones_and_asks_no_more(
    llm: Start, judge: Make, question: ChatQuestion, status: int, error: dict[str, str], sentence: str
) -> None:
    fake = llm(replies(Reply(status=status, body={"error": error})))
    asking = judge()
    for vote in range(3):
        with pytest.raises(Postponed, match=sentence):
            asking.ask(question, answers.yes_no, vote)
    assert fake.count == 1


def test_ask__nobody_listens__postpones(
    llm: Start, judge: Make, question: ChatQuestion, monkeypatch: pytest.MonkeyPatch
) -> None:
    llm(replies("yes"))
    monkeypatch.setenv("WINNOW_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(Postponed, match=r"127\.0\.0\.1:9 cannot be reached"):
        judge(retries=1).ask(question, answers.yes_no)


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_key__is_in_no_log_exception_or_cache_file(
    llm: Start, judge: Make, question: ChatQuestion, tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    body = None if status == 200 else {"error": {"message": f"You sent {KEY} as Bearer {KEY}"}}
    fake = llm(replies(Reply(status=status, body=body)))
    asking = judge()
    told = repr(asking.endpoint) + str(asking.params)
    try:
        asking.ask(question, answers.yes_no)
    except (JudgeError, Postponed) as error:
        told += f"{error!r} {error.__cause__!r} {error.__context__!r}"
    if status != 401:
        told += asking.each([0], lambda _: Result(asking.ask(question, answers.yes_no, 9).yes))[0].error or ""
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert fake.keys == {KEY}  # it was sent
    assert caplog.text  # and something was logged
    assert bool(kept) == (status == 200)
    assert KEY not in told
    assert KEY not in caplog.text
    assert KEY.encode() not in kept


def test_judge__no_votes__is_unavailable(llm: Start, judge: Make) -> None:
    llm(replies("yes"))
    with pytest.raises(Unavailable, match="must be 1 or more, not 0"):
        judge(votes=0)


def _choices(request: dict[str, Any]) -> Reply:
    """As many different texts as were asked for."""
    return Reply("text 0", more=tuple(f"text {at}" for at in range(1, request.get("n", 1))))


def test_texts__several_come_with_one_request_and_are_paid_once(
    llm: Start, judge: Make, question: ChatQuestion
) -> None:
    fake = llm(_choices)
    assert judge().texts(question, 3) == ["text 0", "text 1", "text 2"]
    assert judge().texts(question, 3) == ["text 0", "text 1", "text 2"]
    assert [request["n"] for request in fake.requests] == [3]


def test_texts__endpoint_that_ignores_n__is_asked_until_there_are_enough(
    llm: Start, judge: Make, question: ChatQuestion
) -> None:
    fake = llm(replies("a", "b", "c"))
    assert judge().texts(question, 3) == ["a", "b", "c"]
    assert [request.get("n", 1) for request in fake.requests] == [3, 2, 1]
    assert judge().texts(question, 2) == ["a", "b"]
    assert fake.count == 3


def test_texts__endpoint_that_refuses_n__is_asked_one_by_one(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(lambda request: Reply(status=400, body={"error": {"message": "n"}}) if "n" in request else "one")
    assert judge().texts(question, 2) == ["one", "one"]
    assert ["n" in request for request in fake.requests] == [True, False, False]


def test_money__budget_by_prices__stops_the_run(llm: Start, judge: Make, question: ChatQuestion) -> None:
    fake = llm(_choices)
    asking = judge(money=0.0001, price_in=1.0, price_out=1.0)  # a request uses 107 tokens
    asking.texts(question, 1)
    with pytest.raises(Postponed, match=r"budget of 0\.0001 is used up"):
        asking.texts(ChatQuestion("Another.", "{}"), 1)
    assert fake.count == 1
