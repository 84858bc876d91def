"""The ranking of one server: learned in the background, kept in memory, and applied as one act."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass

from curation.app import board
from curation.app.server import Server
from curation.decisions import decision_log, one_by_one
from curation.decisions.decision_log import Act
from curation.review import ranking
from curation.review.ranking import Ranking
from storage import removals


@dataclass
class LearningJob:
    """Learning from decisions. `state` is idle, running or failed; `ranking` is what was learned last."""

    state: str = "idle"
    share: float = 0.0
    message: str = ""
    ranking: Ranking | None = None
    numbering: int = 0

    def of(self, samples: int) -> Ranking | None:
        """The ranking if it is about so many samples; None after an import."""
        return self.ranking if self.ranking is not None and len(self.ranking.reject) == samples else None


_jobs: weakref.WeakKeyDictionary[Server, LearningJob] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def current(server: Server) -> LearningJob:
    """The server's job; what it learned is forgotten when samples get other numbers."""
    with _lock:
        job = _jobs.setdefault(server, LearningJob())
        if job.ranking is not None and job.numbering != server.workspace.store.revision(removals.NUMBERS):
            job.ranking = None
        return job


def start(server: Server) -> None:
    """Learns in the background; harmless while it does so already."""
    job = current(server)
    with _lock:
        if job.state == "running":
            return
        job.state, job.share, job.message = "running", 0.0, ""
    threading.Thread(target=_learn, args=(server, job), name="winnow-ranking", daemon=True).start()


def newer(server: Server) -> int:
    """How many samples were decided one by one since the ranking was learned."""
    learned = current(server).ranking
    events = one_by_one.counting(server.workspace, "sample").height
    return abs(events - learned.events) if learned else events


def apply(server: Server, who: str, verdict: str, cut: float) -> Act:
    """Decides every undecided sample that is likely enough to get a verdict; one undo takes it back.

    Args:
        server: Server of the open workspace.
        who: Name of the person.
        verdict: Verdict that the samples get.
        cut: Least probability of the verdict, 0 to 1.

    Returns:
        The act; without events where nothing was learned yet.
    """
    learned = current(server).ranking
    if learned is None:
        return Act(())
    snapshot = board.current(server).snapshot
    numbers = ranking.likely(learned, snapshot, server.workspace, verdict, cut)
    keys = snapshot.samples["key"].gather(numbers.tolist()).to_list()
    return decision_log.decide_all(
        server.workspace, who, "sample", keys, verdict, {"at_least": cut}, spare_others=True, origin="ranking"
    )


def _learn(server: Server, job: LearningJob) -> None:
    def progress(share: float) -> None:
        job.share = share

    try:
        snapshot = board.current(server).snapshot
        learned = ranking.learn(server.workspace, snapshot, progress)
        job.numbering, job.ranking = snapshot.numbering, learned
        job.state = "idle"
    except Exception as error:  # shown on the page that asked for it
        job.state, job.message = "failed", str(error) or type(error).__name__
