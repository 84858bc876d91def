"""Corrections that a language model suggests for the response of a flag: asked in the background, shown, accepted."""

from __future__ import annotations

import threading
import weakref

import polars as pl

from curation.app.jobs import Job
from curation.app.server import Server
from curation.common.progress import StepProgress
from curation.decisions.decision_log import Act
from curation.flags import current_flags
from curation.generation.llm import rewriting
from curation.generation.llm.rewriting import Proposal
from scoring.judge import endpoint
from scoring.judge.client import Judge
from scoring.metric import Unavailable

KIND = "suggestion"

_lock = threading.Lock()
MOST = 200
"""How many suggestions wait at once; of more the oldest go, whose answers stay in the cache."""
_proposals: weakref.WeakKeyDictionary[Server, dict[str, Proposal]] = weakref.WeakKeyDictionary()


def possible() -> bool:
    """True when a language model is set up."""
    try:
        endpoint.find()
    except Unavailable:
        return False
    return True


def ask(server: Server, flag_id: str) -> None:
    """Asks for a correction of a flag's response in the background, with all flags on it; nothing is changed.

    Args:
        server: The work runs in it.
        flag_id: Id of a flag on the response.
    """
    every = current_flags.every(server)
    selected = every.filter(pl.col("flag_id") == flag_id)
    same = every.join(selected.select("sample_no", "turn_index"), on=["sample_no", "turn_index"], how="semi")
    ids = same["flag_id"].to_list()

    def work(_: StepProgress) -> str:
        workspace = server.workspace
        tasks = rewriting.flagged(workspace, flag_ids=ids)
        if not tasks:
            return "The response was edited or dropped already, or the flag dismissed."
        judge = Judge({**rewriting.SAMPLING, "cache": str(workspace.folder / rewriting.CACHE)})
        proposal = next(rewriting.propose(tasks, "correct", judge, workspace.folder))
        with _lock:
            proposals = _proposals.setdefault(server, {})
            proposals[flag_id] = proposal
            while len(proposals) > MOST:
                del proposals[next(iter(proposals))]
        return ""

    server.in_background(flag_id, KIND, flag_id, work)


def job(server: Server, flag_id: str) -> Job | None:
    """Finds the newest request for a correction of a flag.

    Args:
        server: The work runs in it.
        flag_id: Id of the flag.
    Returns:
        The background job, or None when nothing was asked.
    """
    return next(
        (
            background_job
            for background_job in reversed(server.jobs)
            if background_job.kind == KIND and background_job.title == flag_id
        ),
        None,
    )


def of_flag(server: Server, flag_id: str) -> Proposal | None:
    """Returns what was suggested for a flag, until it is accepted or discarded.

    Args:
        server: It holds the suggestions in memory.
        flag_id: Id of the flag.
    Returns:
        The suggestion, or None without one.
    """
    with _lock:
        return _proposals.get(server, {}).get(flag_id)


def discard(server: Server, flag_id: str) -> None:
    """Forgets a suggestion; the answer stays in the cache.

    Args:
        server: It holds the suggestions in memory.
        flag_id: Id of the flag.
    """
    with _lock:
        _proposals.get(server, {}).pop(flag_id, None)


def accept(server: Server, who: str, flag_id: str) -> Act | None:
    """Records a suggestion as an edit of the turn.

    Args:
        server: Its workspace gets the decision.
        who: The person who accepts.
        flag_id: Id of the flag.
    Returns:
        The act with its undo, or None when no suggestion waits.
    Raises:
        DecisionError: When the suggestion is no edit.
    """
    proposal = of_flag(server, flag_id)
    if proposal is None:
        return None
    act, _ = rewriting.accept(server.workspace, who, [proposal])
    discard(server, flag_id)
    return act
