"""What asking costs: estimated before a run, added up after it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from scoring import registry
from scoring.item import Item, TurnItem
from scoring.json_types import Params
from scoring.judge.cache import AnswerCache
from scoring.judge.client import RUNNING
from scoring.judge.question import ChatQuestion, ask, conversation
from scoring.metric import MetricModule

_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_ANSWER = 40
_TILE, _TOKENS_PER_TILE, _TOKENS_PER_IMAGE = 512, 170, 85
"""OpenAI's count for an image; other models differ by a factor of a few."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests, tokens, and the money they come to where prices are known (None: no prices given)."""

    requests: int
    prompt_tokens: int
    completion_tokens: int
    money: float | None = None


@runtime_checkable
class JudgedMetricModule(MetricModule, Protocol):
    """A judged metric's file."""

    def questions(self, item: Any, params: Params, /) -> list[ChatQuestion]:
        """Makes the questions about one item."""


def estimate(metric: str, seen: Sequence[Item], count: int, params: Params | None = None) -> Cost:
    """Estimates what a metric costs, as far as the questions about some items tell.

    Rough (tokens within a factor of two, images more), and for items none of which is cached yet.

    Args:
        metric: A judged metric.
        seen: The items whose questions are looked at; none estimates nothing.
        count: How many items are to be scored.
        params: Parameters that are not the default ones.

    Returns:
        Requests, tokens and money.

    Raises:
        ValueError: The metric asks no judge.
    """
    module = registry.metric_modules()[metric]
    if not isinstance(module, JudgedMetricModule):
        raise ValueError(f"{metric} asks no judge")
    all_params = {**module.METRIC.running, **module.METRIC.params, **(params or {})}
    questions = [question for item in seen for question in module.questions(item, all_params)]
    times = int(all_params["votes"]) * count / len(seen) if seen else 0.0
    requests = round(len(questions) * times)
    prompt = round(sum(_tokens(question) for question in questions) * times)
    return _priced(requests, prompt, requests * _TOKENS_PER_ANSWER, all_params)


def questions_of(name: str) -> Hashable:
    """Tells metrics apart by what they ask: equal for those that make the very same questions."""
    module = registry.metric_modules().get(name)
    return module.questions if isinstance(module, JudgedMetricModule) else name


def estimate_discovery(seen: Sequence[TurnItem], count: int, params: Params | None = None) -> Cost:
    """Estimates what the stage `task_discovery` costs, as far as some first turns tell.

    At most: with as many tags to choose from as the stage allows.

    Args:
        seen: First turns; none estimates nothing.
        count: How many samples there are.
        params: Parameters that are not the default ones.

    Returns:
        Requests, tokens and money.
    """
    stage = registry.stages()["task_discovery"]
    all_params = {**stage.running, **stage.params, **(params or {})}
    if not seen:
        return _priced(0, 0, 0, all_params)
    tags = "\n".join(["- three word tag"] * int(all_params["most"]))
    tagging = min(int(all_params["sampled"]), count) * int(all_params["generations"])
    assigning = count * int(all_params["votes"])
    tag = sum(_tokens(ask("tags", conversation(item))) for item in seen) / len(seen)
    assign = sum(_tokens(ask("assign", conversation(item), tags=tags)) for item in seen) / len(seen)
    requests = tagging + assigning
    return _priced(requests, round(tagging * tag + assigning * assign), requests * _TOKENS_PER_ANSWER, all_params)


def estimate_texts(seen: Sequence[ChatQuestion], count: int, texts: int, tokens_each: int, params: Params) -> Cost:
    """Estimates what it costs to ask for several texts in each request.

    Args:
        seen: Some of the questions; none estimates nothing.
        count: How many questions there are.
        texts: Texts per question.
        tokens_each: Tokens of a text.
        params: Parameters that are not the default ones.

    Returns:
        Requests, tokens and money.
    """
    if not seen:
        return _priced(0, 0, 0, {**RUNNING, **params})
    prompt = round(sum(map(_tokens, seen)) / len(seen) * count)
    return _priced(count, prompt, count * texts * tokens_each, {**RUNNING, **params})


def spent(
    cache: Path,
    params: Params | None = None,
    since: float = 0.0,
    prices: Mapping[str, tuple[float, float]] | None = None,
) -> Cost:
    """Sums what the answers in a cache folder cost, with those that could not be read.

    Args:
        cache: The folder.
        params: Parameters that are not the default ones, for the prices.
        since: Seconds since 1970; only answers from then on count.
        prices: By model, what a million tokens sent and received cost; those of `params` for other models.

    Returns:
        Requests, tokens and money; no money where none of the models has a price.
    """
    answers = [answer for answer in AnswerCache(cache).all() if answer.time >= since]
    others = {**RUNNING, **(params or {})}
    costs = []
    for model in sorted({answer.model for answer in answers}):
        of_model = [answer for answer in answers if answer.model == model]
        sent, received = (prices or {}).get(model, (float(others["price_in"]), float(others["price_out"])))
        prompt, completion = (
            sum(each.prompt_tokens for each in of_model),
            sum(each.completion_tokens for each in of_model),
        )
        costs.append(_priced(len(of_model), prompt, completion, {"price_in": sent, "price_out": received}))
    priced = [cost.money for cost in costs if cost.money is not None]
    return Cost(
        len(answers),
        sum(cost.prompt_tokens for cost in costs),
        sum(cost.completion_tokens for cost in costs),
        sum(priced) if priced else None,
    )


def _tokens(question: ChatQuestion) -> int:
    characters = len(question.rules) + len(question.data)
    tiles = [(-(-picture.side // _TILE)) ** 2 for picture in question.pictures]
    return characters // _CHARACTERS_PER_TOKEN + sum(_TOKENS_PER_IMAGE + _TOKENS_PER_TILE * each for each in tiles)


def _priced(requests: int, prompt: int, completion: int, params: Params) -> Cost:
    price_in, price_out = float(params["price_in"]), float(params["price_out"])
    money = (prompt * price_in + completion * price_out) / 1e6 if price_in or price_out else None
    return Cost(requests, prompt, completion, money)
