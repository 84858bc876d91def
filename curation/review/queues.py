"""Queues: which samples a reviewer goes through, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.common import digits
from curation.filtering.snapshot import NO_TASK, Snapshot
from curation.flags.spans import SUPPORTED
from curation.maps import layouts
from curation.review import team
from curation.review.team import TeamStanding
from curation.workspace import Workspace, cache
from scoring.arrays import Floats, Numbers

LIKELY = 0.5
"""Probability of a rejection above which a sample is likely to be rejected: more likely than not."""
DOUBT = 0.2
"""How far from even a probability may be to count as unsure."""


@dataclass(frozen=True)
class Queue:
    """A kind of queue; `choice` is the metric, task or cluster that it is about."""

    kind: str = "all"
    choice: str = ""


@dataclass(frozen=True, eq=False)
class QueueInputs:
    """What a queue is made from; `reject` is how likely each sample would be rejected, where that was learned."""

    workspace: Workspace
    snapshot: Snapshot
    standing: TeamStanding
    who: str
    reject: Floats | None = None


KINDS: Mapping[str, str] = {
    "all": "All samples",
    "flagged": "Most flagged first",
    "metric": "Worst by a metric",
    "task": "One task",
    "cluster": "One cluster of a map",
    "assigned": "Sent to review",
    "likely": "Most likely rejects",
    "unsure": "Unsure",
    "second": "Waits for a second reviewer",
    "disagreed": "Reviewers disagree",
    "changed": "Changed since decided",
    "audit": "Random audit",
}
"""Every kind with the words shown."""

ABOUT = ("metric", "task", "cluster")
"""Kinds that are about a choice."""
LEARNED = ("likely", "unsure")
"""Kinds that ask what a model of the decisions expects."""

SAID: Mapping[str, str] = {
    "all": "Every sample in the order of the files.",
    "flagged": "Samples with open or confirmed flags, those with the most first.",
    "metric": "Every sample that has a value, the worst first.",
    "task": "The samples of one task.",
    "cluster": "The samples of one cluster.",
    "assigned": "What somebody sent to you, or to anybody, from the map or from here.",
    "likely": "What the model that learned from the decisions so far would reject, the surest first.",
    "unsure": "What somebody left for later, then what the model that learned from decisions is least sure of.",
    "second": "Samples that others decided, and that need one more person who has not decided them yet.",
    "disagreed": "Samples that one person approved and another rejected; what is said here settles it.",
    "changed": "Samples that a newer file changed after somebody decided them; decide again, or say the same.",
    "audit": "A random draw over everything, decided elsewhere or not: what is decided here says how good all is.",
}


def choices(workspace: Workspace, snapshot: Snapshot, kind: str) -> dict[str, str]:
    """Lists what a queue of a kind can be about.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        kind: One of KINDS.

    Returns:
        The words to show by the value of `Queue.choice`; empty for kinds without a choice.
    """
    if kind == "metric":
        columns = snapshot.columns
        return {
            name: columns[name].title
            for name, values in snapshot.values.items()
            if columns[name].bad_when in ("low", "high") and values.histogram.any()
        }
    if kind == "task":
        return {task: task for task in snapshot.tasks if task != NO_TASK}
    if kind == "cluster":
        planes = [plane for stage in layouts.MAPS if (plane := layouts.plane(workspace, stage))]
        return {
            f"{plane.stage}:{number}": f"{layouts.MAPS[plane.stage]}: {plane.name(number)}"
            for plane in planes
            for number in sorted(set(plane.cluster.tolist()) - {layouts.NOISE})
        }
    return {}


def order(inputs: QueueInputs, queue: Queue) -> Numbers:
    """Orders the samples of a queue.

    Args:
        inputs: What the queue is made from.
        queue: The queue; one of an unknown kind counts as `all`.

    Returns:
        Sample numbers in order, decided ones included.
    """
    return _ORDERS.get(queue.kind, _all)(inputs, queue.choice)


def _all(inputs: QueueInputs, _: str) -> Numbers:
    return np.arange(inputs.snapshot.count)


def _flagged(inputs: QueueInputs, _: str) -> Numbers:
    dismissed = inputs.snapshot.decisions.filter((pl.col("subject") == "flag") & (pl.col("verdict") == "dismiss"))
    flags = inputs.snapshot.flags.filter(pl.col("verdict") != SUPPORTED)
    rows = flags.join(dismissed, left_on="flag_id", right_on="key", how="anti").group_by("sample_no").len()
    return rows.sort("len", "sample_no", descending=[True, False])["sample_no"].to_numpy()


def _by_metric(inputs: QueueInputs, name: str) -> Numbers:
    if name not in inputs.snapshot.values:
        return np.empty(0, dtype=np.int64)
    column = inputs.snapshot.columns[name]
    name = f"worst by {name} {column.version}"
    return cache.recall(inputs.workspace.store, name, lambda _: _worst(inputs.snapshot, column.name))


def _worst(snapshot: Snapshot, name: str) -> Numbers:
    worst = snapshot.values[name].worst
    present = np.flatnonzero(~np.isnan(worst))
    badness = worst[present] if snapshot.columns[name].bad_when == "low" else -worst[present]
    return present[np.argsort(badness, kind="stable")]


def _of_task(inputs: QueueInputs, task: str) -> Numbers:
    tasks = inputs.snapshot.tasks
    return np.flatnonzero(inputs.snapshot.task_codes == tasks.index(task)) if task in tasks else np.empty(0, np.int64)


def _of_cluster(inputs: QueueInputs, choice: str) -> Numbers:
    stage, _, number = choice.rpartition(":")
    plane = layouts.plane(inputs.workspace, stage)
    cluster = digits.whole_number(number)
    if plane is None or cluster is None:
        return np.empty(0, dtype=np.int64)
    return plane.sample_no[plane.cluster == cluster]


def _assigned(inputs: QueueInputs, _: str) -> Numbers:
    keys = team.waiting_for(inputs.workspace, inputs.who)
    numbers = team.numbers(inputs.workspace.store, inputs.snapshot, pl.Series(keys, dtype=pl.String))
    return numbers[numbers >= 0]


def _unsure(inputs: QueueInputs, _: str) -> Numbers:
    later = np.flatnonzero(inputs.standing.verdict == team.CODES["later"])
    if inputs.reject is None:
        return later
    doubt = np.abs(inputs.reject - 0.5)
    doubtful = np.flatnonzero((doubt < DOUBT) & (inputs.standing.verdict != team.CODES["later"]))
    return np.concatenate([later, doubtful[np.argsort(doubt[doubtful], kind="stable")]])


def _likely(inputs: QueueInputs, _: str) -> Numbers:
    if inputs.reject is None:
        return np.empty(0, dtype=np.int64)
    likely = np.flatnonzero(inputs.reject > LIKELY)
    return likely[np.argsort(-inputs.reject[likely], kind="stable")]


def _second(inputs: QueueInputs, _: str) -> Numbers:
    standing = inputs.standing
    return np.flatnonzero((standing.reviewers > 0) & ~standing.done & ~standing.decided_by_me)


def _disagreed(inputs: QueueInputs, _: str) -> Numbers:
    return np.flatnonzero(inputs.standing.split)


def _changed(inputs: QueueInputs, _: str) -> Numbers:
    return np.flatnonzero(inputs.standing.carried)


def _audit(inputs: QueueInputs, _: str) -> Numbers:
    store, snapshot = inputs.workspace.store, inputs.snapshot
    return cache.recall(store, "audit order", lambda _: np.argsort(team.draw(store, snapshot, team.AUDIT_DRAW)))


_ORDERS: Mapping[str, Callable[[QueueInputs, str], Numbers]] = {
    "all": _all,
    "flagged": _flagged,
    "metric": _by_metric,
    "task": _of_task,
    "cluster": _of_cluster,
    "assigned": _assigned,
    "likely": _likely,
    "unsure": _unsure,
    "second": _second,
    "disagreed": _disagreed,
    "changed": _changed,
    "audit": _audit,
}
