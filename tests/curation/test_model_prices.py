"""The table of what models cost: it fills in columns and generation, and sums what was spent by model."""

from __future__ import annotations

import time

import pytest

from curation.generation import plan
from curation.generation.plan import GenerationPlan
from curation.runs import costs
from curation.workspace import Workspace, metric_settings, model_prices
from curation.workspace.model_prices import PriceError
from scoring.judge.cache import Answer, AnswerCache, key_of


def answer(workspace: Workspace, model: str, sent: int, received: int) -> None:
    AnswerCache(workspace.answers).write(key_of([model, sent]), Answer("yes", model, sent, received, time.time()))


def test_prices__are_those_of_the_columns_model_and_change_no_version(workspace):
    metric_settings.set_params(workspace, "correctness", {"model": "m1"})
    before = metric_settings.columns(workspace)["correctness"]
    model_prices.write(workspace, {"m1": (2.0, 8.0)})
    after = metric_settings.columns(workspace)["correctness"]
    assert (after.params["price_in"], after.params["price_out"]) == (2.0, 8.0)
    assert after.version == before.version
    metric_settings.set_params(workspace, "correctness", {"model": "m1", "price_in": 5.0})
    assert metric_settings.columns(workspace)["correctness"].params["price_out"] == 0.0


def test_spent__each_model_at_its_own_price(workspace):
    answer(workspace, "m1", 1_000_000, 500_000)
    answer(workspace, "m2", 2_000_000, 0)
    answer(workspace, "free", 10, 10)
    columns = metric_settings.columns(workspace)
    assert costs.spent(workspace, columns).money is None
    model_prices.write(workspace, {"m1": (2.0, 8.0), "m2": (1.0, 0.0)})
    spent = costs.spent(workspace, columns)
    assert (spent.requests, spent.money) == (3, pytest.approx(2 + 4 + 2))


def test_priced__a_plan_takes_the_table_where_it_has_no_prices(workspace):
    model_prices.write(workspace, {"m1": (2.0, 8.0)})
    assert plan.priced(workspace, GenerationPlan(), "m1").prices == {"price_in": 2.0, "price_out": 8.0}
    assert plan.priced(workspace, GenerationPlan(price_in=1.0), "m1").price_in == 1.0
    assert plan.priced(workspace, GenerationPlan(), "other").price_in == 0.0


@pytest.mark.parametrize("table", [{"": (1.0, 1.0)}, {"m": (-1.0, 0.0)}, {"m": (float("nan"), 0.0)}])
def test_write__what_is_no_price_is_refused(workspace, table):
    with pytest.raises(PriceError):
        model_prices.write(workspace, table)
    assert model_prices.read(workspace) == {}
