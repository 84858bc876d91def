"""The task that an instruction sets."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import tasks

METRIC = Metric(
    name="task",
    version="2",
    title="Task",
    principle="task diversity",
    subject="turn",
    range=(None, None),
    unit="task",
    bad_when="never",
    labels=True,
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Labels each turn with a task from the list of the paper's Table 10, by rules on the instruction.

    No value, always a label. A turn of a sample without images is "text only"; "describe this" without a
    word on length is told by the length of the response. Li et al., TMLR 2024, section 3.3.3 and Table 10.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One label per turn.
    """
    return [Result(label=tasks.label(item)) for item in batch.items if isinstance(item, TurnItem)]
