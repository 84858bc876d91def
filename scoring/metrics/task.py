"""The task that an instruction sets."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import tasks

METRIC = Metric(
    name="task",
    version="3",
    title="Task",
    principle="task diversity",
    subject="turn",
    range=(0.0, 1.0),
    unit="confidence",
    bad_when="never",
    labels=True,
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Labels each turn with a task from the list of the paper's Table 10, by rules on the instruction.

    The value says how sure the rules are, 0 to 1; what none of them knows is "unclear". A turn of a sample without
    images is "text only"; "describe this" without a word on length is told by the length of the response. The rules
    know English and some Chinese. Li et al., TMLR 2024, section 3.3.3 and Table 10.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One label per turn.
    """
    return [_result(tasks.label(item)) for item in batch.items if isinstance(item, TurnItem)]


def _result(task: tasks.TaskLabel) -> Result:
    return Result(task.confidence, label=task.name)
