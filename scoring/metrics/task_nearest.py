"""The task whose description an instruction is nearest to in the space of a sentence encoder."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import markup, nearest

METRIC = Metric(
    name="task_nearest",
    version="1",
    title="Nearest task",
    principle="task diversity",
    subject="turn",
    range=(-1.0, 1.0),
    unit="cosine",
    bad_when="never",
    labels=True,
    builtin=False,
    params={"model": "sentence-transformers/all-MiniLM-L6-v2"},
)


def load(params: Params) -> nearest.Tasks:
    """The encoder and the embedded task list. Raises Unavailable when the model is not on this machine."""
    return nearest.described(str(params["model"]))


def score(batch: Batch, model: nearest.Tasks) -> list[Result]:
    """Labels each turn with the task of `assets/tasks.json` nearest to the instruction; the value is the cosine.

    -1 to 1. "text only" for samples without images is left to `task`; None without an instruction. After
    Li et al., TMLR 2024, section 3.3.3 and Table 10; the descriptions are ours. A second opinion, weaker than
    the rules of `task`: MiniLM agrees with 62 % of the labels of coco_vlit (rules 98 %) and is right for 30 of 59
    rows of MultiInstruct (rules 58), but tells the content of a multiple-choice question more often (16 to 9 of 52).

    Args:
        batch: Turns.
        model: The encoder and the embedded task list.

    Returns:
        One result per turn.
    """
    items = [item for item in batch.items if isinstance(item, TurnItem)]
    texts = [markup.mask(item.turn.instruction).strip() for item in items]
    nearest_tasks = iter(model.nearest([text for text in texts if text]))
    return [_result(next(nearest_tasks)) if text else Result() for text in texts]


def _result(nearest_task: tuple[str, float]) -> Result:
    name, cosine = nearest_task
    return Result(min(1.0, max(-1.0, cosine)), label=name)
