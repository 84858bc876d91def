"""Guidelines and reasons for a rejection: what is stored of what a team writes."""

from __future__ import annotations

from curation.review import guidance
from curation.workspace import Workspace


def test_read__nothing_written__has_usual_reasons(workspace: Workspace) -> None:
    assert guidance.read(workspace) == guidance.Guidance("", guidance.USUAL_REASONS)
    assert len(guidance.USUAL_REASONS) <= guidance.MOST_REASONS


def test_write__reasons_are_told_apart_and_as_many_as_there_are_keys(workspace: Workspace) -> None:
    reasons = ["  Wrong   answer ", "", "Wrong answer", *(f"Reason {n}" for n in range(20)), "x" * 500]
    guidance.write(workspace, guidelines="  Be kind.\n", reasons=reasons)
    stored = guidance.read(workspace)
    assert stored.guidelines == "Be kind."
    assert stored.reasons == ("Wrong answer", *(f"Reason {n}" for n in range(8)))


def test_write__no_reasons__stays_so(workspace: Workspace) -> None:
    guidance.write(workspace, reasons=[])
    assert guidance.read(workspace).reasons == ()


def test_write__one_field__leaves_what_somebody_else_wrote_in_the_other(workspace: Workspace) -> None:
    guidance.write(workspace, reasons=["Wrong"])
    guidance.write(workspace, guidelines="Be kind.")
    assert guidance.read(workspace) == guidance.Guidance("Be kind.", ("Wrong",))
