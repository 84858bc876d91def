"""What asking costs: estimated before a run, added up after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring import registry
from scoring.item import Item, TurnItem
from scoring.judge.cache import AnswerCache
from scoring.judge.client import RUNNING
from scoring.judge.question import Question, ask, conversation

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


def estimate(metric: str, seen: Sequence[Item], count: int, params: Mapping[str, Any] | None = None) -> Cost:
    """Cost of a metric on `count` items, as far as the questions about the items `seen` tell.

    Rough (tokens within a factor of two, images more), and for items none of which is cached yet.
    """
    module = registry.metric_modules()[metric]
    known = {**module.METRIC.running, **module.METRIC.params, **(params or {})}
    asked = [question for item in seen for question in module.questions(item, known)]
    times = int(known["votes"]) * count / len(seen) if seen else 0.0
    requests = round(len(asked) * times)
    prompt = round(sum(_tokens(question) for question in asked) * times)
    return _priced(requests, prompt, requests * _TOKENS_PER_ANSWER, known)


def estimate_discovery(seen: Sequence[TurnItem], count: int, params: Mapping[str, Any] | None = None) -> Cost:
    """Cost of the stage `task_discovery` on `count` samples, as far as the first turns `seen` tell.

    At most: with as many tags to choose from as the stage allows.
    """
    stage = registry.stages()["task_discovery"]
    known = {**stage.running, **stage.params, **(params or {})}
    if not seen:
        return _priced(0, 0, 0, known)
    tags = "\n".join(["- three word tag"] * int(known["most"]))
    tagging = min(int(known["sampled"]), count) * int(known["generations"])
    assigning = count * int(known["votes"])
    tag = sum(_tokens(ask("tags", conversation(item))) for item in seen) / len(seen)
    assign = sum(_tokens(ask("assign", conversation(item), tags=tags)) for item in seen) / len(seen)
    requests = tagging + assigning
    return _priced(requests, round(tagging * tag + assigning * assign), requests * _TOKENS_PER_ANSWER, known)


def estimate_texts(
    seen: Sequence[Question], count: int, texts: int, tokens_each: int, params: Mapping[str, Any]
) -> Cost:
    """Cost of `count` questions like those seen, each asked for so many texts of `tokens_each` in one request."""
    if not seen:
        return _priced(0, 0, 0, {**RUNNING, **params})
    prompt = round(sum(map(_tokens, seen)) / len(seen) * count)
    return _priced(count, prompt, count * texts * tokens_each, {**RUNNING, **params})


def spent(cache: Path, params: Mapping[str, Any] | None = None, since: float = 0.0) -> Cost:
    """What the answers kept in a cache folder cost, those after `since` (seconds since 1970).

    Answers that could not be read were paid as well but are not kept.
    """
    answers = [answer for answer in AnswerCache(cache).all() if answer.time >= since]
    prompt = sum(answer.prompt_tokens for answer in answers)
    completion = sum(answer.completion_tokens for answer in answers)
    return _priced(len(answers), prompt, completion, {**RUNNING, **(params or {})})


def _tokens(question: Question) -> int:
    characters = len(question.rules) + len(question.data)
    tiles = [(-(-picture.side // _TILE)) ** 2 for picture in question.pictures]
    return characters // _CHARACTERS_PER_TOKEN + sum(_TOKENS_PER_IMAGE + _TOKENS_PER_TILE * each for each in tiles)


def _priced(requests: int, prompt: int, completion: int, params: Mapping[str, Any]) -> Cost:
    price_in, price_out = float(params["price_in"]), float(params["price_out"])
    money = (prompt * price_in + completion * price_out) / 1e6 if price_in or price_out else None
    return Cost(requests, prompt, completion, money)
