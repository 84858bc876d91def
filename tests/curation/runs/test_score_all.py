"""Scoring to the end: what became possible by a run is scored by the next, and Ctrl-C is answered at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.commands import terminal
from curation.importing import importer
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace, score_columns


def test_score__ctrl_c__says_that_it_stops_before_it_waits(
    workspace: Workspace,
    llava: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    importer.import_file(workspace, llava([row("Who is it?", f"Cat {number}.") for number in range(20)]))
    said_before_the_wait: list[str] = []
    stop = ScoringRun.stop

    def interrupted(_: ScoringRun) -> None:
        raise KeyboardInterrupt

    def waits(run: ScoringRun, seconds: float = 30.0) -> object:
        said_before_the_wait.append(capsys.readouterr().err)
        monkeypatch.undo()
        return stop(run, seconds)

    monkeypatch.setattr(ScoringRun, "step", interrupted)
    monkeypatch.setattr(ScoringRun, "stop", waits)
    with pytest.raises(KeyboardInterrupt):
        terminal.score(workspace, score_columns.named(["response_length"]))
    assert "stopping after the present batch" in said_before_the_wait[0]


def test_score__to_the_end__leaves_nothing_to_do(workspace: Workspace, llava: Callable[..., Path]) -> None:
    importer.import_file(workspace, llava([row("Who is it?", f"Cat {number}.") for number in range(20)]))
    columns = score_columns.named(["response_length", "repetition"])
    first = terminal.score(workspace, columns)
    assert (first.state, first.done, first.failed) == ("done", 40, 0)
    assert terminal.score(workspace, columns).total == 0
