"""Instruction-following difficulty: the loss after the instruction over the loss alone."""

from __future__ import annotations

import pytest

from scoring.item import Sample, Turn, TurnItem
from scoring.metric import Batch
from scoring.metrics import instruction_following, perplexity


def _items(pairs: list[tuple[str, str]]) -> Batch:
    turns = [Turn(number, number, *pair) for number, pair in enumerate(pairs)]
    return Batch([TurnItem(Sample(0, tuple(turns), ()), turn) for turn in turns])


def _values(module, batch: Batch, **params) -> list[float | None]:
    return [result.value for result in module.score(batch, module.load({**module.METRIC.params, **params}))]


def test_instruction_following__is_the_ratio_of_the_losses(tiny_gpt) -> None:
    batch = _items([("<image>\nWhat is it?", "A dog."), ("Where?", "Two cats sit on a mat.")])
    after = _values(perplexity, batch, model=tiny_gpt, conditional=True)
    alone = _values(perplexity, batch, model=tiny_gpt)
    expected = [given / by_itself for given, by_itself in zip(after, alone, strict=True)]
    assert _values(instruction_following, batch, model=tiny_gpt) == pytest.approx(expected, abs=1e-5)
    assert all(value != 1 for value in expected)


def test_instruction_following__nothing_to_compare__has_no_value(tiny_gpt) -> None:
    batch = _items([("<image>", "A dog."), ("Where?", "  "), ("Where?", "Here.")])
    values = _values(instruction_following, batch, model=tiny_gpt)
    assert values[:2] == [None, None]
    assert values[2] is not None
