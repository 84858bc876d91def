"""Helpers that tests import: rows, and runs that end."""

from __future__ import annotations

import time
from typing import Any

from curation import catalog
from curation.scoring_run import RunProgress, ScoringRun
from curation.workspace import Workspace


def row(*texts: str, image: str | None = None, **more: Any) -> dict[str, Any]:
    """A LLaVA row: instruction, response, instruction, ..."""
    messages = [{"from": "human" if i % 2 == 0 else "gpt", "value": text} for i, text in enumerate(texts)]
    if image is not None:
        messages[0]["value"] = "<image>\n" + messages[0]["value"]
        more = {"image": image, **more}
    return {"id": "1", "conversations": messages, **more}


def score_all(workspace: Workspace, *names: str, jobs: int = 1, seconds: float = 120, **options: Any) -> RunProgress:
    """Runs scoring to its end."""
    columns = catalog.named(names) if names else catalog.active(catalog.columns())
    run = ScoringRun(workspace, columns, jobs=jobs, **options)
    return finish(run, seconds)


def finish(run: ScoringRun, seconds: float = 120) -> RunProgress:
    """Steps a run until it ends."""
    deadline = time.monotonic() + seconds
    while not run.ended:
        run.step()
        assert time.monotonic() < deadline, run.progress
        time.sleep(0.02)
    return run.progress
