"""What judged metrics cost: an estimate before a run, the sum after it."""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Mapping
from pathlib import Path

import numpy as np
import orjson

from curation.common.counts import counted
from curation.runs.scoring_run import missing_now
from curation.workspace import Workspace, model_prices
from curation.workspace.score_columns import Column
from scoring import work
from scoring.arrays import Numbers
from scoring.compute import items_for
from scoring.item import Sample, TurnItem
from scoring.judge import cost
from scoring.judge.cost import Cost
from scoring.work import ScoringPlan
from storage import worklist

SEEN = 20
DISCOVERY = "task_discovery"


def judged(columns: Mapping[str, Column]) -> dict[str, Column]:
    """The columns that ask an endpoint, which may want money."""
    return {name: column for name, column in columns.items() if "price_in" in column.params}


def estimate(workspace: Workspace, columns: Mapping[str, Column]) -> dict[str, Cost]:
    """Estimates what scoring the missing items of each judged column would cost, from questions about a few of them.

    Args:
        workspace: Open workspace.
        columns: The columns that are to be scored; only judged ones cost anything.

    Returns:
        By name of the column, for those that have something to score. A question that several columns share is
        counted for the first of them only, since its answer is kept for the others.
    """
    asking = judged(columns)
    missing = missing_now(workspace, asking) if asking else {}
    estimates = {}
    counted_already: dict[Hashable, Numbers] = {}
    for name, every_number in missing.items():
        params = dict(asking[name].params)
        shared = (cost.questions_of(name), orjson.dumps(params, option=orjson.OPT_SORT_KEYS))
        numbers = np.setdiff1d(every_number, counted_already.get(shared, every_number[:0]))
        counted_already[shared] = np.union1d(counted_already.get(shared, every_number[:0]), every_number)
        seen = _samples(workspace, numbers[:SEEN])
        turns = [item for item in items_for("turn", seen) if isinstance(item, TurnItem)]
        if name == DISCOVERY:
            firsts = [item for item in turns if item.turn.index == 0]
            estimates[name] = cost.estimate_discovery(firsts, len(numbers), params)
        else:
            count = round(len(numbers) * len(turns) / max(len(seen), 1))
            estimates[name] = cost.estimate(name, turns, count, params)
    return estimates


def spent(workspace: Workspace, columns: Mapping[str, Column], since: float = 0.0) -> Cost:
    """Sums what the answers in the workspace's cache cost, at the prices of their models, else at those of the columns.

    Args:
        workspace: Open workspace.
        columns: Columns with their parameters; the first judged one has the prices.
        since: Seconds since 1970; only answers from then on count.

    Returns:
        Requests, tokens and money.
    """
    params = next((dict(column.params) for column in judged(columns).values()), {})
    return cost.spent(workspace.answers, params, since, model_prices.read(workspace))


def sentence(amount: Cost) -> str:
    """A cost in words: 1,200 requests, 340,000 tokens, about 0.12."""
    money = "" if amount.money is None else f", {amount.money:,.2f} at the prices that are set"
    return (
        f"{counted(amount.requests, 'request')}, "
        f"{counted(amount.prompt_tokens + amount.completion_tokens, 'token')}{money}"
    )


def _samples(workspace: Workspace, numbers: Numbers) -> list[Sample]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seen.parquet"
        worklist.write_samples(workspace.store, numbers, path)
        batches = work.batches(path, "samples", SEEN, ScoringPlan(0, ()))
        return [item for batch in batches for item in batch if isinstance(item, Sample)]
