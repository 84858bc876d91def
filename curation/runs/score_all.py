"""Scoring to the end in the calling thread: what the command and the Python API do."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from curation.runs.run_progress import RunProgress
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace
from curation.workspace.score_columns import Column

POLL_SECONDS = 0.1
Watch = Callable[[RunProgress], None]
"""Called about ten times a second while a run goes on."""


def score_all(
    workspace: Workspace,
    columns: Mapping[str, Column],
    *,
    retry_failed: bool = False,
    jobs: int | None = None,
    watch: Watch | None = None,
    before_stop: Callable[[], None] | None = None,
) -> RunProgress:
    """Scores what the columns miss, and what becomes possible by that: metrics whose features are there then.

    Args:
        workspace: The workspace, which this process owns.
        columns: What to score, by name.
        retry_failed: Also try again what failed before.
        jobs: How many workers there are; None for as many as the machine has cores and memory for.
        watch: Is told how far it is.
        before_stop: Is called on Ctrl-C, before the wait for the present batch.

    Returns:
        The progress of all runs together.

    Raises:
        KeyboardInterrupt: Ctrl-C; the run ends after its present batch, and everything computed is kept.
    """
    first = ScoringRun(workspace, columns, retry_failed=retry_failed, jobs=jobs)
    progress = total = _to_the_end(first, watch, before_stop)
    while progress.state == "done" and progress.done:
        available = {name: column for name, column in columns.items() if name not in total.unavailable}
        progress = _to_the_end(ScoringRun(workspace, available, jobs=jobs), watch, before_stop)
        total = total.followed_by(progress)
    return total


def _to_the_end(run: ScoringRun, watch: Watch | None, before_stop: Callable[[], None] | None) -> RunProgress:
    try:
        while not run.ended:
            progress = run.step()
            if watch:
                watch(progress)
            time.sleep(POLL_SECONDS)
    except BaseException as error:
        if before_stop and isinstance(error, KeyboardInterrupt):
            before_stop()
        run.stop()
        raise
    return run.progress
