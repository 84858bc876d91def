"""The task that an instruction sets, by the votes of a language model over the shipped list of tasks."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge import answers, client, endpoint
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion, ask, conversation
from scoring.judge.tags import winner
from scoring.metric import Batch, Metric, Result
from scoring.text import tasks

METRIC = Metric(
    name="task_tagged",
    version="2",
    title="Task by votes",
    principle="task diversity",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of votes",
    bad_when="never",
    labels=True,
    builtin=False,
    params={**client.PARAMS, "max_tokens": 60},
    running=client.RUNNING,
    machine_params=endpoint.machine_params,
)


def load(params: Params) -> Judge:
    """The endpoint to ask. Raises Unavailable when none is set up."""
    return Judge(params)


def questions(item: TurnItem, _params: Params) -> list[ChatQuestion]:
    """Lists what is asked about a turn; the number of images is told, the images are not sent.

    Args:
        item: The turn.
        _params: Not used.

    Returns:
        One question.
    """
    listed = "\n".join(f"- {task.name}: {task.description}" for task in tasks.load() if task.name != tasks.UNCLEAR)
    question = ask("task", {"images": len(item.sample.images), **conversation(item)}, tasks=listed)
    return [
        question.answered_by(
            answers.choice_field([task.name for task in tasks.load() if task.name != tasks.UNCLEAR], "task")
        )
    ]


def score(batch: Batch, model: Judge) -> list[Result]:
    """Labels each turn with the task of `assets/tasks.json` that has most votes; the value is its share of the votes.

    Above 0 to 1. Of tasks with equally many votes the one voted for first wins. Li et al., TMLR 2024,
    section 4.2.3 (TagGPT's assignment, here over the seeded list of Table 10; `task_discovery` starts cold).

    Args:
        batch: Turns.
        model: The endpoint to ask.

    Returns:
        One result per turn.
    """
    names = [task.name for task in tasks.load()]
    return model.each_by_votes(batch, questions, lambda text: answers.choice(text, names, "task"), _result)


def _result(_item: TurnItem, votes: list[str]) -> Result:
    label, share = winner(votes)
    return Result(share, label=label)
