"""The evaluation sets that samples are compared with: adding one, leaving one out."""

from __future__ import annotations

from dataclasses import dataclass

from curation.app.jobs import Job
from curation.app.server import Server
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.evaluation_sets import named
from curation.evaluation_sets.named import ComparedSet
from curation.views.ingest.ingest import existing_path
from curation.workspace import cache


@dataclass(frozen=True)
class EvaluationSetsView:
    """The sets, and in words what of them is among the samples; "" while nothing was compared."""

    sets: tuple[ComparedSet, ...]
    comparison: str


def view(server: Server) -> EvaluationSetsView:
    """Reads what the section about evaluation sets shows."""
    workspace = server.workspace
    compared_sets = tuple(named.listing(workspace))
    comparison = (
        cache.recall(workspace.store, "contamination", lambda _: named.comparison(workspace)) if compared_sets else ""
    )
    return EvaluationSetsView(compared_sets, comparison)


def add(server: Server, path: str, name: str) -> Job:
    """Takes the fingerprints of a set, after the imports before it, and compares all samples with it.

    Args:
        server: Its workspace holds the samples.
        path: The set's folder or file on the server's machine.
        name: What to call it; as the folder where it is empty.

    Returns:
        The job.

    Raises:
        RequestError: There is no such folder or file.
    """
    folder = existing_path(path, "evaluation set")

    def work(progress: StepProgress) -> str:
        added, unread = named.add(server.workspace, folder, name.strip() or None, progress)
        server.score()
        left = (
            f" {counted(len(unread), 'file', 'holds', 'hold')} neither pictures nor rows, such as {unread[0]}."
            if unread
            else ""
        )
        return f"{added.words()} is compared with the samples.{left}"

    return server.in_turn(f"Evaluation set {folder.name}", ("evaluation set", path, name), work)


def remove(server: Server, name: str) -> None:
    """Compares the samples with a set no longer.

    Args:
        server: Its workspace holds the samples.
        name: The set's name.
    """
    named.remove(server.workspace, name)
    server.score()
