"""What judged metrics would cost: one question that several of them share is paid for once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.importing.importer import import_file
from curation.runs import costs
from curation.workspace import Workspace, score_columns


@pytest.fixture
def three(workspace: Workspace, llava: Callable[..., Path]) -> Workspace:
    """Three rows of one turn."""
    import_file(workspace, llava([row(f"What is {n}?", f"It is {n}.") for n in range(3)]))
    return workspace


def test_estimate__metrics_of_one_answer__count_it_once(three: Workspace) -> None:
    rubric = [name for name in score_columns.columns() if name.startswith("rubric_")]
    estimates = costs.estimate(three, score_columns.named(rubric))
    assert len(rubric) == 4
    assert sorted(cost.requests for cost in estimates.values()) == [0, 0, 0, 3]
    assert sum(cost.prompt_tokens for cost in estimates.values()) == max(
        cost.prompt_tokens for cost in estimates.values()
    )


def test_estimate__metrics_that_ask_other_questions__count_both(three: Workspace) -> None:
    estimates = costs.estimate(three, score_columns.named(["rubric_accuracy", "complexity_judged"]))
    assert all(cost.requests > 0 for cost in estimates.values())
    assert len(estimates) == 2
