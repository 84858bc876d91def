from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from llm_server import FakeLLM, data_of, replies

from scoring import registry
from scoring.item import Evidence, Image, Sample, Turn, TurnItem
from scoring.judge import cost
from scoring.metric import Batch, Result, Unavailable

Start = Callable[..., FakeLLM]
JUDGED = [name for name, module in registry.metric_modules().items() if hasattr(module, "questions")]


@pytest.fixture
def ask_turn(photo: Callable[..., Path], running: dict[str, Any]) -> Callable[..., Result]:
    """Scores one turn with one photo (or as many as `images` says) with the metric of that name."""

    def score(
        name: str, response: str, instruction: str = "<image>\nWhat is there?", images: int = 1, **params: Any
    ) -> Result:
        module = registry.metric_modules()[name]
        batch = Batch([_item(photo, response, instruction, images)])
        (result,) = module.score(batch, module.load({**module.METRIC.params, **running, **params}))
        assert isinstance(result, Result)
        return result

    return score


def _item(photo: Callable[..., Path], response: str, instruction: str, images: int) -> TurnItem:
    turn = Turn(0, 3, instruction, response)
    pictures = tuple(Image(n, str(photo(f"{n}.png", seed=n)), 320, 240) for n in range(images))
    return TurnItem(Sample(0, (turn,), pictures, Evidence((), (), ())), turn)


@pytest.mark.parametrize("name", JUDGED)
def test_judged__no_endpoint__is_unavailable(name: str) -> None:
    module = registry.metric_modules()[name]
    with pytest.raises(Unavailable, match="WINNOW_LLM_BASE_URL"):
        module.load(dict(module.METRIC.params))


def test_correctness__two_of_three_votes_no__is_flagged(llm: Start, ask_turn: Callable[..., Result]) -> None:
    wrong = '{"answer": "no", "reason": "It is a cat."}'
    llm(replies(wrong, '{"answer": "yes", "reason": "fine"}', wrong))
    result = ask_turn("correctness", "A dog.")
    assert result.value == pytest.approx(1 / 3)
    (flag,) = result.flags
    assert (flag.kind, flag.turn, flag.score) == ("incorrect", 3, pytest.approx(2 / 3))
    assert flag.reason == '2 of 3 votes say that the response is not right. "It is a cat."'
    assert flag.evidence["llm"] == {
        "yes": 1, "no": 2, "confidence": pytest.approx(2 / 3), "model": "judge-7b", "reasons": ["It is a cat."],
    }  # fmt: skip


def test_correctness__two_of_three_votes_yes__is_not_flagged(llm: Start, ask_turn: Callable[..., Result]) -> None:
    fake = llm(replies("yes", "no", "yes"))
    assert ask_turn("correctness", "A dog.") == Result(pytest.approx(2 / 3))
    assert fake.count == 3


def test_correctness__images_arrive_as_data_uris_beside_the_conversation(
    llm: Start, ask_turn: Callable[..., Result]
) -> None:
    fake = llm(replies("yes"))
    ask_turn("correctness", "A dog.", images=2, votes=1)
    (request,) = fake.requests
    parts = request["messages"][1]["content"]
    assert [part["type"] for part in parts] == ["image_url", "image_url", "text"]
    assert all(part["image_url"]["url"].startswith("data:image/jpeg;base64,") for part in parts[:2])
    assert data_of(request) == {"instruction": "What is there?", "response": "A dog."}


@pytest.mark.parametrize("about", [{"images": 0}, {"response": "  "}])
def test_correctness__nothing_to_judge__asks_nothing(
    llm: Start, ask_turn: Callable[..., Result], about: dict[str, Any]
) -> None:
    fake = llm(replies("yes"))
    assert ask_turn("correctness", **{"response": "A dog.", **about}) == Result()
    assert fake.count == 0


def test_correctness__image_that_vanished__is_this_items_error(
    llm: Start, photo: Callable[..., Path], running: dict[str, Any]
) -> None:
    llm(replies("yes"))
    module = registry.metric_modules()["correctness"]
    good, bad = (_item(photo, "A dog.", "What?", 1) for _ in range(2))
    bad = TurnItem(Sample(1, bad.sample.turns, (Image(9, "/nowhere/9.png", 1, 1),)), bad.turn)
    results = module.score(Batch([bad, good]), module.load(running))
    assert "FileNotFoundError" in (results[0].error or "")
    assert results[1] == Result(1.0)


def test_correctness__even_votes__is_unavailable(llm: Start) -> None:
    llm(replies("yes"))
    with pytest.raises(Unavailable, match="odd number of votes"):
        registry.metric_modules()["correctness"].load({"votes": 2})


def test_hallucination_votes__denied_object_is_flagged_at_its_span_and_asked_once(
    llm: Start, ask_turn: Callable[..., Result]
) -> None:
    fake = llm(lambda request: "no" if "giraffe" in data_of(request)["question"] else "yes")
    response = "A dog sits beside a giraffe. The giraffe is tall."
    result = ask_turn("hallucination_votes", response)
    assert {data_of(request)["question"] for request in fake.requests} == {
        "Is there a dog in the image?", "Is there a giraffe in the image?",
    }  # fmt: skip
    assert fake.count == 6
    assert result.value == pytest.approx(2 / 3)
    assert [response[flag.start : flag.end] for flag in result.flags] == ["giraffe", "giraffe"]
    assert {(flag.kind, flag.verdict) for flag in result.flags} == {("hallucination", "unsupported")}
    assert result.flags[0].evidence == {"llm": {"yes": 0, "no": 3, "model": "judge-7b"}}
    assert [(vote.text, vote.source, vote.score) for vote in result.votes] == [
        ("dog", "llm", 1.0), ("giraffe", "llm", 0.0), ("giraffe", "llm", 0.0),
    ]  # fmt: skip


def test_hallucination_votes__tie__is_unsure_and_does_not_count(llm: Start, ask_turn: Callable[..., Result]) -> None:
    llm(replies("no", "yes"))
    result = ask_turn("hallucination_votes", "A dog.", votes=2)
    assert result.value == 0
    assert [flag.verdict for flag in result.flags] == ["unsure"]


def test_hallucination_votes__nothing_asserted_or_no_image__asks_nothing(
    llm: Start, ask_turn: Callable[..., Result]
) -> None:
    fake = llm(replies("no"))
    assert ask_turn("hallucination_votes", "There is no dog.") == Result()
    assert ask_turn("hallucination_votes", "A dog.", images=0) == Result()
    assert fake.count == 0


def test_complexity_judged__is_the_mean_of_the_scores(llm: Start, ask_turn: Callable[..., Result]) -> None:
    fake = llm(replies('{"score": 4}', "5", '{"score": 9}'))
    assert ask_turn("complexity_judged", "A dog.").value == 6
    assert isinstance(fake.requests[0]["messages"][1]["content"], str)  # images are not sent


def test_task_tagged__label_with_most_votes_wins(llm: Start, ask_turn: Callable[..., Result]) -> None:
    fake = llm(replies('{"task": "captioning"}', '{"task": "counting"}', '{"task": "counting"}'))
    result = ask_turn("task_tagged", "Two.", instruction="<image>\nHow many dogs?")
    assert (result.label, result.value) == ("counting", pytest.approx(2 / 3))
    assert "- counting: Count objects." in fake.requests[0]["messages"][0]["content"]
    assert data_of(fake.requests[0])["images"] == 1


def test_task_tagged__task_that_is_not_listed__fails(llm: Start, ask_turn: Callable[..., Result]) -> None:
    llm(replies('{"task": "singing"}'))
    assert "singing" in (ask_turn("task_tagged", "La.").error or "")


@pytest.mark.parametrize(("name", "per_item"), [("correctness", 3), ("hallucination_votes", 6), ("task_tagged", 3)])
def test_cost__estimate_counts_the_requests_that_a_run_then_sends(
    llm: Start, photo: Callable[..., Path], running: dict[str, Any], name: str, per_item: int
) -> None:
    fake = llm(lambda _: "counting" if name == "task_tagged" else "yes")
    module: ModuleType = registry.metric_modules()[name]
    items = [_item(photo, "A dog and a cat.", f"What is {n}?", 1) for n in range(2)]
    params = {**module.METRIC.params, **running, "price_in": 2.0, "price_out": 10.0}
    expected = cost.estimate(name, items[:1], 2, params)
    assert expected.requests == 2 * per_item
    assert expected.prompt_tokens > 500 * per_item / 3
    assert expected.money == pytest.approx((expected.prompt_tokens * 2 + expected.completion_tokens * 10) / 1e6)
    module.score(Batch(items), module.load({**params, "temperature": 0.5}))
    paid = cost.spent(Path(running["cache"]), params)
    assert (paid.requests, paid.prompt_tokens, paid.completion_tokens) == (fake.count, 100 * fake.count, 7 * fake.count)
    assert fake.count == (expected.requests if name != "hallucination_votes" else per_item)


def test_cost__no_prices__no_money(tmp_path: Path) -> None:
    assert cost.spent(tmp_path / "none") == cost.Cost(0, 0, 0, None)
    assert cost.estimate("task_tagged", [], 10) == cost.Cost(0, 0, 0, None)


_RUBRIC = '{"accuracy": 8, "completeness": 4, "grounding": null, "helpfulness": 6}'
_EVIAN = """{"description": {"consistency": 9, "coherence": 6, "accuracy": 3}, "inference": null,
"fact": {"consistency": 10, "coherence": 10, "accuracy": 10}}"""


def test_rubric__four_grades_of_one_answer_are_paid_for_once(
    llm: Start, ask_turn: Callable[..., Result], tmp_path: Path
) -> None:
    fake = llm(replies(_RUBRIC))
    parts = ("accuracy", "completeness", "grounding", "helpfulness")
    values = [ask_turn(f"rubric_{part}", "A dog.", cache=str(tmp_path / "answers")).value for part in parts]
    assert values == [8, 4, None, 6]
    assert fake.count == 1


def test_rubric__votes_are_averaged_and_images_may_be_absent(llm: Start, ask_turn: Callable[..., Result]) -> None:
    llm(replies(_RUBRIC, _RUBRIC.replace("8", "5")))
    assert ask_turn("rubric_accuracy", "4", "2 + 2?", images=0, votes=2).value == 6.5
    assert ask_turn("rubric_accuracy", "  ").value is None


def test_evian__aspects_of_each_kind_of_statement_are_averaged(llm: Start, ask_turn: Callable[..., Result]) -> None:
    llm(replies(_EVIAN))
    values = [ask_turn(f"evian_{part}", "A dog, maybe sad.").value for part in ("description", "inference", "fact")]
    assert values == [6, None, 10]
    assert ask_turn("evian_fact", "A dog.", images=0).value is None


@pytest.mark.parametrize(
    "answer", ['{"accuracy": 11}', '{"accuracy": "good"}', '{"completeness": 3}', "nothing", '{"accuracy": {"a": 3}}']
)
def test_rubric__an_answer_without_the_grade__is_an_error_of_the_turn(
    llm: Start, ask_turn: Callable[..., Result], answer: str
) -> None:
    llm(replies(answer))
    result = ask_turn("rubric_accuracy", "A dog.", attempts=1)
    assert result.value is None
    assert result.error is not None


def test_needs_image__guesses_without_the_image_are_compared_with_the_response(
    llm: Start, ask_turn: Callable[..., Result]
) -> None:
    guesses = iter(("dog", "cat", "dog"))

    def answer(request: dict[str, Any]) -> str:
        assert "image_url" not in str(request["messages"])
        data = data_of(request)
        if "guess" in data:
            return "yes" if data["guess"] == "dog" else "no"
        assert "response" not in data
        return f'{{"guess": "{next(guesses)}"}}'

    fake = llm(answer)
    assert ask_turn("needs_image", "A dog.").value == pytest.approx(2 / 3)
    assert fake.count == 5  # two guesses are the same
    assert ask_turn("needs_image", "A dog.", images=0).value is None


def test_caption_alignment__the_caption_comes_from_the_image_and_the_grade_from_the_caption(
    llm: Start, ask_turn: Callable[..., Result]
) -> None:
    def answer(request: dict[str, Any]) -> str:
        data = data_of(request)
        if "caption" not in data:
            assert "image_url" in str(request["messages"])
            assert "A dog." not in str(request["messages"])
            return '{"caption": "A cat on a mat."}'
        assert "image_url" not in str(request["messages"])
        assert data["caption"] == "A cat on a mat."
        return '{"score": 2}'

    llm(answer)
    assert ask_turn("caption_alignment", "A dog.").value == 2
    assert ask_turn("caption_alignment", "A dog.", images=0).value is None
